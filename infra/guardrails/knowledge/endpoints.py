"""Which interface endpoint an action of IAM goes through, and what a service calls for a workload by itself."""

GATEWAYS = frozenset({"dynamodb", "s3"})
"""Reached through routes, without a charge."""

ENDPOINTS: dict[str, tuple[str, ...]] = {
    "application-autoscaling": ("application-autoscaling",),
    "backup": ("backup",),
    "bedrock": ("bedrock-runtime",),
    "cloudwatch": ("monitoring",),
    "codedeploy": ("codedeploy",),
    "cognito-idp": ("cognito-idp",),
    "ec2": ("ec2",),
    "ecr": ("ecr.api", "ecr.dkr"),
    "ecs": ("ecs",),
    "elasticfilesystem": ("elasticfilesystem",),
    "events": ("events",),
    "execute-api": ("execute-api",),
    "kinesis": ("kinesis-streams",),
    "kms": ("kms",),
    "lambda": ("lambda",),
    "logs": ("logs",),
    "rds": ("rds",),
    "scheduler": ("scheduler",),
    "secretsmanager": ("secretsmanager",),
    "servicediscovery": ("servicediscovery",),
    "sns": ("sns",),
    "sqs": ("sqs",),
    "ssm": ("ssm",),
    "ssmmessages": ("ssmmessages",),
    "states": ("states",),
    "sts": ("sts",),
    "xray": ("xray",),
}
"""Names of the endpoints (after com.amazonaws.REGION.) by the service in an action's name."""

IN_THE_NETWORK = (
    "elasticache:Connect",
    "elasticfilesystem:Client*",
    "rds-db:connect",
)
"""Actions that are asked for on a connection inside the VPC: no API of AWS is called."""

BY_OTHERS = ("kms:*",)
"""What a service does with a key on behalf of who calls it; calling KMS itself is rare, and shows at once."""

BY_LAMBDA = ("ec2:*", "logs:*", "xray:Put*", *BY_OTHERS)
"""What Lambda does for a function from outside its VPC: interfaces, log lines, traces, encrypted variables."""
