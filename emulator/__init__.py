"""The local AWS: stock ministack, started in-process with more CloudFormation handlers and an honest list."""
