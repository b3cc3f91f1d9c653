"""Batch: jobs on Fargate, and the capacity they share."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from constructs import Construct

from config import Environment
from constructs_lib.batch_jobs import BatchJobs
from constructs_lib.image_repository import ImageRepository
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.tiered_vpc import TieredVpc
from infra.service_access import image_of
from infra.stack_settings import stack_settings


class BatchStack(cdk.Stack):
    """The kinds of jobs of the configuration. Nothing runs, and nothing costs, until somebody submits one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        buckets: dict[str, SecureBucket],
        images: dict[str, ImageRepository],
        logs_key: kms.IKey,
        network: TieredVpc,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        settings = environment.compute.batch
        private = network.private_subnets.subnet_group_name
        jobs = BatchJobs(
            self,
            "Jobs",
            name=f"{environment.project}-{environment.name}",
            spot=settings.spot,
            max_vcpus=settings.max_vcpus,
            vpc=network.vpc,
            subnet_ids=network.vpc.select_subnets(subnet_group_name=private).subnet_ids,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        for job in settings.jobs:
            places = {f"BUCKET_{name.upper()}": buckets[name].bucket.bucket_name for name in job.buckets}
            role = jobs.add(
                job.id,
                image=image_of(job.image, images),
                command=job.command,
                size=(job.cpu_units, job.memory_mib),
                attempts=job.attempts,
                timeout=cdk.Duration.minutes(job.timeout_minutes),
                environment={"ENVIRONMENT": environment.name, **places, **job.environment},
                arm=job.architecture == "arm64",
            )
            for name in job.buckets:
                buckets[name].allow_objects(role)
        self.queue_arn = jobs.queue.ref
