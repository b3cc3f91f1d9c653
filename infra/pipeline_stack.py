"""Pipeline: how a push reaches the environments, one after the other."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from config import Environment
from config.sections.pipeline import Pipeline
from constructs_lib.customer_key import CustomerKey
from constructs_lib.delivery_pipeline import Check, DeliveryPipeline
from constructs_lib.monitoring.metrics import Severity
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
        self._settings = settings
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

    def add(self, stage: cdk.Stage, environment: Environment, *, api_url: cdk.CfnOutput) -> None:
        """Deliver to `environment` next, and prove that it works before the push goes on."""
        name, settings = environment.name, self._settings
        verb, url = ".venv/bin/python -m scripts", {"API_URL": api_url}
        outside = "" if environment.compute.api.authorization == "none" else " --outside"
        smoke = f'{verb} smoke --url "$API_URL"{outside}'
        checks = [Check(name="Smoke", commands=[smoke], outputs=url)]
        if name in settings.load_tested:
            load = f'{verb} load-test --environment {name} --url "$API_URL"{outside} --yes'
            checks.append(Check(name="Load", commands=[load], outputs=url))
        needs_approval = name in settings.approval_before
        if needs_approval and settings.watch_minutes:
            watch = f"{verb} watch --environment {name} --minutes {settings.watch_minutes} --severity P0 --severity P1"
            checks.append(Check(name="Watch", commands=[watch], outputs={}, roles=[_look_up_role(environment)]))
        self.delivery.add_stage(stage, needs_approval=needs_approval, checks=checks)

    def build(self, topics: Mapping[Severity, sns.ITopic]) -> None:
        """Make the pipeline; who hears P1 hears that a push failed or waits, who hears P3 that one arrived."""
        self.delivery.build(failures=topics["P1"], successes=topics["P3"])


def _look_up_role(environment: Environment) -> str:
    """Return the role that `cdk bootstrap` made to read an account: the alarms are read through it."""
    account = environment.account
    return f"arn:aws:iam::{account}:role/cdk-hnb659fds-lookup-role-{account}-{environment.region}"
