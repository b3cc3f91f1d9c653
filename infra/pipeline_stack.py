"""Pipeline: how a push reaches the environments, one after the other."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from config.sections.pipeline import Pipeline
from constructs_lib.customer_key import CustomerKey
from constructs_lib.delivery_pipeline import DeliveryPipeline
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_log_group import SecureLogGroup
from infra.stack_settings import stack_settings

ARTIFACT_DAYS = 90


class PipelineStack(cdk.Stack):
    """The pipeline, the bucket of its artifacts, and their key."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: Pipeline,
        access_log_bucket: s3.IBucket,
        logs_key: kms.IKey,
        replica_buckets: dict[str, s3.IBucket],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        key = CustomerKey(
            self,
            "ArtifactsKey",
            alias=f"{environment.project}/{environment.name}/artifacts",
            description="Encrypts what the pipeline hands from one action to the next",
            retain_data=False,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        ).key
        artifacts = SecureBucket(
            self,
            "Artifacts",
            access_log_bucket=access_log_bucket,
            encryption_key=key,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(ARTIFACT_DAYS),
                    noncurrent_version_expiration=cdk.Duration.days(1),
                )
            ],
            retain_data=False,
        )
        self.delivery = DeliveryPipeline(
            self,
            "Delivery",
            artifact_buckets={self.region: artifacts.bucket, **replica_buckets},
            branch=settings.branch,
            commands=["make setup", "make check", f"make synth ENV={environment.name} OUT=cdk.out"],
            connection_arn=settings.connection_arn,
            log_group=SecureLogGroup(
                self,
                "BuildLogs",
                encryption_key=logs_key,
                retention_days=environment.compute.log_retention_days,
            ).log_group,
            repository=settings.repository,
        )
