"""A custom resource that fails the deployment when an address does not answer."""

from collections.abc import Mapping
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.secure_function import SecureFunction

RUNTIME = Path(__file__).parent / "runtime"
MARGIN_SECONDS = 30
"""What the function keeps of its own time limit to tell CloudFormation what it saw."""


class HealthCheck(Construct):
    """Asks `url` on every deployment that changes `releases`, until it answers 200 or time is up."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        url: str,
        timeout: cdk.Duration,
        releases: Mapping[str, str],
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Check `url`; `releases` are the values (versions, deployment ids) whose change asks for a new check."""
        super().__init__(scope, construct_id)
        self.checker = SecureFunction(
            self,
            "Checker",
            description="Asks an address after a deployment and fails the deployment when it does not answer",
            code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
            handler="handler.handler",
            timeout=cdk.Duration.seconds(timeout.to_seconds() + MARGIN_SECONDS),
            memory_mib=256,
            reserved_concurrency=2,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self.resource = cdk.CustomResource(
            self,
            "Resource",
            service_token=self.checker.function.function_arn,
            resource_type="Custom::HealthCheck",
            service_timeout=cdk.Duration.seconds(timeout.to_seconds() + 2 * MARGIN_SECONDS),
            properties={"Url": url, "TimeoutSeconds": str(timeout.to_seconds()), **releases},
        )
