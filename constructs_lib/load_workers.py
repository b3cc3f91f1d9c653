"""Workers of load tests on Fargate: a task for one test's master and its workers, which find each other in the VPC."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import accept_finding
from constructs_lib.container_task import ContainerTask, Process
from constructs_lib.network_path import NetworkPath
from constructs_lib.secure_bucket import SecureBucket

MASTER_PORT = 5557
"""Where Locust's master listens to its workers."""


class LoadWorkers(Construct):
    """A cluster, a task definition, and a bucket that a test's settings and reports go through. Nothing runs in it.

    It is a task definition and no service: a service would start again what a finished or an abandoned test left.
    The bucket holds reports of `report_days` and no data; it goes with its stack. Changing `name` replaces the cluster.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        image: str,
        size: tuple[int, int],
        arm: bool,
        report_days: int,
        vpc: ec2.IVpc,
        access_log_bucket: s3.IBucket,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
        retain_data: bool,
    ) -> None:
        """Make them; `size` is CPU units and MiB of each task."""
        super().__init__(scope, construct_id)
        self.cluster = ecs.CfnCluster(
            self,
            "Resource",
            cluster_name=name,
            cluster_settings=[{"name": "containerInsights", "value": "enabled"}],
        )
        self.reports = SecureBucket(
            self,
            "Reports",
            access_log_bucket=access_log_bucket,
            encryption_key=encryption_key,
            lifecycle_rules=[
                s3.LifecycleRule(
                    expiration=cdk.Duration.days(report_days),
                    noncurrent_version_expiration=cdk.Duration.days(7),
                )
            ],
            retain_data=retain_data,
        )
        if retain_data:
            accept_finding(
                self.reports.bucket,
                "backed-up.every-store",
                reason="Reports of load tests: another test makes them again, and nothing reads them later.",
            )
        self.task = ContainerTask(
            self,
            "Task",
            name=name,
            process=Process(
                image=image,
                size=size,
                environment={"BUCKET": self.reports.bucket.bucket_name, "HOME": "/tmp"},  # noqa: S108
                arm=arm,
                tracing=False,
            ),
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self.reports.allow_objects(self.task.role)
        self.group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description=f"Load tests of {name}", allow_all_outbound=False
        )
        self.group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "What is tested, and the APIs of AWS")
        NetworkPath(
            self,
            "Reporting",
            client=self.group,
            server=self.group,
            port=MASTER_PORT,
            description="Workers report to the master",
        )
