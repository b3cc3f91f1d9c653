"""A canary: a program of CloudWatch Synthetics that asks an address from outside."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_synthetics as synthetics
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.workload_role import WorkloadRole

SCRIPT = Path(__file__).parent / "runtime" / "index.py"
RUNTIME = "syn-python-selenium-7.0"
"""The newest that the CDK knows; AWS says 60 days ahead when one is no longer supported."""


class ApiCanary(Construct):
    """Asks `url` every few minutes, and keeps what it saw in a bucket of its own. Another `name` replaces it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        url: str,
        every: cdk.Duration,
        kept: cdk.Duration,
        encryption_key: kms.IKey,
        access_log_bucket: s3.IBucket,
        retain_data: bool,
    ) -> None:
        """Ask `url` `every` so often; it is well while it answers 200 within ten seconds."""
        super().__init__(scope, construct_id)
        self.name, self.every = name, every
        bucket = SecureBucket(
            self,
            "Seen",
            encryption_key=encryption_key,
            access_log_bucket=access_log_bucket,
            retain_data=retain_data,
            lifecycle_rules=[s3.LifecycleRule(expiration=kept, noncurrent_version_expiration=cdk.Duration.days(1))],
        ).bucket
        role = self._role(bucket, encryption_key)
        canary = synthetics.CfnCanary(
            self,
            "Resource",
            name=name,
            runtime_version=RUNTIME,
            code={"handler": "index.handler", "script": SCRIPT.read_text()},
            artifact_s3_location=bucket.s3_url_for_object(),
            artifact_config={"s3Encryption": {"encryptionMode": "SSE_KMS", "kmsKeyArn": encryption_key.key_arn}},
            execution_role_arn=role.role.role_arn,
            kms_key_arn=encryption_key.key_arn,
            schedule={"expression": f"rate({every.to_minutes()} minute{'s' if every.to_minutes() > 1 else ''})"},
            run_config={"timeoutInSeconds": 60, "environmentVariables": {"ASKED_URL": url}},
            success_retention_period=kept.to_days(),
            failure_retention_period=kept.to_days(),
            start_canary_after_creation=True,
            provisioned_resource_cleanup="AUTOMATIC",
        )
        canary.node.add_dependency(role.policy)

    def _role(self, bucket: s3.IBucket, key: kms.IKey) -> WorkloadRole:
        role, stack = (
            WorkloadRole(self, "Role", service="lambda", description="A canary asks an address"),
            cdk.Stack.of(self),
        )
        # Synthetics names the function and its log group after the canary, with a part that it makes up.
        logs = stack.format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"/aws/lambda/cwsyn-{self.name}-*",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        role.allow("s3:GetBucketLocation", on=[bucket.bucket_arn])
        role.allow("s3:PutObject", on=[bucket.arn_for_objects("*")])
        role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[key.key_arn])
        role.allow("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", on=[logs])
        role.allow("s3:ListAllMyBuckets", on=["*"])
        role.allow(
            "cloudwatch:PutMetricData",
            on=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": "CloudWatchSynthetics"}},
        )
        acknowledge(
            role.policy,
            [
                "AwsSolutions-IAM5[Resource::*]",
                f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(bucket.arn_for_objects('*')))}]",
                f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(logs))}]",
            ],
            reason="Objects and log group of one canary get their names when it runs; metrics, of one namespace, and "
            "the list of buckets have no resource-level permissions.",
        )
        return role
