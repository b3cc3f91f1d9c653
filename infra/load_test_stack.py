"""Load test: what `load-test --workers` runs on."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from config.sections.load_test import LoadTest
from constructs_lib.load_workers import LoadWorkers
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings


class LoadTestStack(cdk.Stack):
    """Workers in the private subnets: they reach what is tested from outside, through the network's egress."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        settings: LoadTest,
        access_log_bucket: s3.IBucket,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        network: TieredVpc,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        workers = LoadWorkers(
            self,
            "Workers",
            name=self.stack_name,
            image=settings.image,
            size=(settings.cpu_units, settings.memory_mib),
            arm=settings.architecture == "arm64",
            report_days=settings.report_days,
            vpc=network.vpc,
            access_log_bucket=access_log_bucket,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
            retain_data=environment.retain_data,
        )
        subnets = network.vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnet_ids
        told = {
            "Bucket": workers.reports.bucket.bucket_name,
            "Cluster": workers.cluster.ref,
            "Group": workers.group.security_group_id,
            "Subnets": cdk.Fn.join(",", subnets),
            "Task": workers.task.definition.ref,
        }
        for name, value in told.items():
            cdk.CfnOutput(self, name, value=value)
