"""Pipeline replica: the pipeline's artifacts in another region, where CodePipeline deploys from."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.access_log_bucket import AccessLogBucket
from constructs_lib.customer_key import CustomerKey
from constructs_lib.secure_bucket import SecureBucket
from infra.stack_settings import stack_settings

ARTIFACT_DAYS = 90


class PipelineReplicaStack(cdk.Stack):
    """A bucket and its key. Both have generated physical names: the pipeline names them across regions."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment, region: str) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id, region=region))
        key = CustomerKey(
            self,
            "ArtifactsKey",
            alias=f"{environment.project}/{environment.name}/artifacts",
            description="Encrypts what the pipeline deploys in this region",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        ).key
        lifecycle = s3.LifecycleRule(
            expiration=cdk.Duration.days(ARTIFACT_DAYS), noncurrent_version_expiration=cdk.Duration.days(1)
        )
        artifacts = SecureBucket(
            self,
            "Artifacts",
            bucket_name=cdk.PhysicalName.GENERATE_IF_NEEDED,
            access_log_bucket=AccessLogBucket(
                self, "AccessLogs", lifecycle_rules=[lifecycle], retain_data=environment.retain_data
            ).bucket,
            encryption_key=kms.Alias(
                self, "ArtifactsAlias", alias_name=cdk.PhysicalName.GENERATE_IF_NEEDED, target_key=key
            ),
            lifecycle_rules=[lifecycle],
            retain_data=environment.retain_data,
        )
        self.bucket = artifacts.bucket
