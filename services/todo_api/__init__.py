"""The to-do API: one Lambda function behind API Gateway."""
