"""The instances of an Aurora Serverless v2 cluster, and what they report of their operating system."""

import aws_cdk as cdk
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written, in_packs
from constructs_lib.workload_role import WorkloadRole

AUTHORITY = "rds-ca-rsa2048-g1"
"""Who signs the servers' certificates; its root certificates are those that the bootstrap trusts."""


def make_instances(
    scope: Construct, *, cluster: str, engine: str, readers: int, monitoring_seconds: int
) -> list[rds.CfnDBInstance]:
    """Make a writer and `readers` below `scope`, one after the other: the first one made is the writer."""
    role = _monitoring_role(scope)
    instances = [
        rds.CfnDBInstance(
            scope,
            f"Reader{number}" if number else "Writer",
            db_cluster_identifier=cluster,
            db_instance_class="db.serverless",
            engine=engine,
            auto_minor_version_upgrade=True,
            ca_certificate_identifier=AUTHORITY,
            monitoring_interval=monitoring_seconds,
            monitoring_role_arn=role.role.role_arn,
            # The first reader scales with the writer, ready to take its place; the others by their own load.
            promotion_tier=number,
            publicly_accessible=False,
        )
        for number in range(readers + 1)
    ]
    for instance, before in zip(instances[1:], instances, strict=False):
        instance.add_resource_dependency(before)
    for instance in instances:
        acknowledge(
            instance,
            in_packs("RDSInBackupPlan", ("NIST.800.53.R5", "HIPAA.Security")),
            reason="It has no storage of its own: AWS Backup covers the cluster (guardrail backed-up.every-store).",
        )
    return instances


def _monitoring_role(scope: Construct) -> WorkloadRole:
    """Let Enhanced Monitoring write to the one log group that RDS keeps for the whole account."""
    stack = cdk.Stack.of(scope)
    role = WorkloadRole(scope, "Monitoring", service="monitoring.rds", description="Enhanced Monitoring of Aurora")
    group = stack.format_arn(
        service="logs",
        resource="log-group",
        resource_name="RDSOSMetrics",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    streams = f"{group}:log-stream:*"
    role.allow("logs:CreateLogGroup", "logs:PutRetentionPolicy", on=[group])
    role.allow(
        "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents", on=[streams]
    )
    acknowledge(
        role.policy,
        [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(streams))}]"],
        reason="RDS names the streams after instances, in the one log group that it keeps for the whole account.",
    )
    return role
