"""Pipeline: how a push reaches the environments, one after the other."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from config import Environment
from config.sections.pipeline import Pipeline
from constructs_lib.customer_key import CustomerKey
from constructs_lib.delivery_pipeline import Check, Delivery, DeliveryPipeline, ImageBuild
from constructs_lib.image_repository import ImageRepository
from constructs_lib.monitoring.metrics import Severity
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_log_group import SecureLogGroup
from infra.stack_settings import stack_settings

ARTIFACT_DAYS = 90
CDK_ASSETS = "4.7.3"
"""Of the npm package cdk-assets, which nothing but the pipeline runs."""
PINS = Path(__file__).parents[1] / "package.json"
VERB = ".venv/bin/python -m scripts"


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
        self._environment = environment
        self._settings = settings
        key = CustomerKey(
            self,
            "ArtifactsKey",
            alias=f"{environment.project}/{environment.name}/artifacts",
            description="Encrypts what the pipeline hands from one action to the next",
            retain_data=environment.retain_data,
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
            retain_data=environment.retain_data,
        )
        self.delivery = DeliveryPipeline(
            self,
            "Delivery",
            artifact_buckets={self.region: artifacts.bucket, **replica_buckets},
            branch=settings.branch,
            cdk_versions=(_cdk_cli(), CDK_ASSETS),
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

    def add_images(self, *, key: kms.IKey, pulling_accounts: Sequence[str], retain_data: bool) -> None:
        """Build the images of the configuration into repositories of their own, from which all stages run them."""
        builds = []
        for image in self._settings.images:
            repository = ImageRepository(
                self,
                image.id,
                name=f"{self.stack_name}/{image.id}".lower(),
                kept_images=image.kept_images,
                untagged_days=image.untagged_days,
                encryption_key=key,
                retain_data=retain_data,
                pulling_accounts=pulling_accounts,
            )
            command = f"{VERB} images --environment {self._environment.name} --image {image.id}"
            builds.append(
                ImageBuild(name=image.id, commands=[command], repository=repository, arm=image.architecture == "arm64")
            )
        if builds:
            self.delivery.add_images(builds)

    def add_wave(self, stages: Sequence[tuple[cdk.Stage, Environment, cdk.CfnOutput]]) -> None:
        """Deliver next to environments, given with the address of their API, and prove that they work."""
        deliveries = [
            Delivery(stage=stage, checks=list(self._checks(environment, api_url)))
            for stage, environment, api_url in stages
        ]
        environments = [environment for _, environment, _ in stages]
        guard = report = None
        if any(environment.name in self._settings.approval_before for environment in environments):
            released = " ".join(f"--since-release {environment.name}" for environment in environments)
            report = Check(
                name="Report",
                commands=[f"{VERB} report {released} --html build/report.html"],
                roles=[_role(environment, "file-publishing") for environment in environments],
            )
            if self._settings.checks_drift:
                guard = Check(
                    name="Drift",
                    commands=[f"{VERB} drift --environment {environment.name}" for environment in environments],
                    roles=[_role(environment, "lookup") for environment in environments],
                )
        self.delivery.add_wave(deliveries, guard=guard, report=report)

    def _checks(self, environment: Environment, api_url: cdk.CfnOutput) -> Iterator[Check]:
        """Yield what follows a deployment: it is recorded as a release before anything else can fail."""
        name, settings = environment.name, self._settings
        yield Check(
            name="Release",
            commands=[f"{VERB} release --environment {name}"],
            roles=[_role(environment, "file-publishing")],
        )
        url = {"API_URL": api_url}
        outside = "" if environment.compute.api.authorization == "none" else " --outside"
        yield Check(name="Smoke", commands=[f'{VERB} smoke --url "$API_URL"{outside}'], outputs=url)
        if name in settings.load_tested:
            load = f'{VERB} load-test --environment {name} --url "$API_URL"{outside} --yes'
            yield Check(name="Load", commands=[load], outputs=url)
        if name in settings.approval_before and settings.watch_minutes:
            watch = f"{VERB} watch --environment {name} --minutes {settings.watch_minutes} --severity P0 --severity P1"
            yield Check(name="Watch", commands=[watch], roles=[_role(environment, "lookup")])

    def build(self, topics: Mapping[Severity, sns.ITopic]) -> None:
        """Make the pipeline; who hears P1 hears that a push failed or waits, who hears P3 that one arrived."""
        self.delivery.build(failures=topics["P1"], successes=topics["P3"])


def _cdk_cli() -> str:
    """Return the version of the CDK CLI that people have: the pipeline updates itself with the same one."""
    return str(json.loads(PINS.read_text(encoding="utf-8"))["devDependencies"]["aws-cdk"])


def _role(environment: Environment, purpose: str) -> str:
    """Return the role that `cdk bootstrap` made in the environment's account: to read it, or to publish there."""
    account = environment.account
    return f"arn:aws:iam::{account}:role/cdk-hnb659fds-{purpose}-role-{account}-{environment.region}"
