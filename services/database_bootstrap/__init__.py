"""Prepares a new database for the application: extensions, schema, and users who sign in with IAM."""
