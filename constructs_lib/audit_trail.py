"""CloudTrail over all regions, to the log archive and to CloudWatch Logs."""

import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.customer_key import CustomerKey
from constructs_lib.trail_events import TRAIL_EVENTS
from constructs_lib.workload_role import WorkloadRole

TRAIL_PREFIX = "cloudtrail"
"""Of the trail's files in the archive."""


class AuditTrail(Construct):
    """A trail of every management event, with file validation, encrypted with `key`.

    What `TRAIL_EVENTS` lists is counted in metrics of `metrics_namespace`, which whoever monitors the trail watches.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        trail_name: str,
        archive: s3.IBucket,
        log_group: logs.LogGroup,
        key: CustomerKey,
        metrics_namespace: str,
    ) -> None:
        """Make the trail `trail_name`: the name is needed first, by the policies that let it write."""
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        arn = stack.format_arn(service="cloudtrail", resource="trail", resource_name=trail_name)
        key.allow_service("cloudtrail", source_arns=[arn])
        _let_trail_write(archive, arn)
        role = WorkloadRole(
            self, "LogRole", service="cloudtrail", description="Writes CloudTrail events to CloudWatch Logs"
        )
        log_group.grant_write(role.policy)
        self.trail = cloudtrail.CfnTrail(
            self,
            "Resource",
            trail_name=trail_name,
            cloud_watch_logs_log_group_arn=log_group.log_group_arn,
            cloud_watch_logs_role_arn=role.role.role_arn,
            enable_log_file_validation=True,
            include_global_service_events=True,
            is_logging=True,
            is_multi_region_trail=True,
            kms_key_id=key.key.key_arn,
            s3_bucket_name=archive.bucket_name,
            s3_key_prefix=TRAIL_PREFIX,
        )
        self.trail.node.add_dependency(archive, role.policy)
        self.log_group_name = log_group.log_group_name
        self.metrics_namespace = metrics_namespace
        for event in TRAIL_EVENTS:
            logs.CfnMetricFilter(
                self,
                event.name,
                filter_pattern=event.pattern,
                log_group_name=log_group.log_group_name,
                metric_transformations=[
                    logs.CfnMetricFilter.MetricTransformationProperty(
                        metric_name=event.name, metric_namespace=metrics_namespace, metric_value="1"
                    )
                ],
            )


def _let_trail_write(archive: s3.IBucket, trail_arn: str) -> None:
    service = iam.ServicePrincipal("cloudtrail.amazonaws.com")
    from_trail = {"aws:SourceArn": trail_arn}
    archive.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AllowTrailAclCheck",
            principals=[service],
            actions=["s3:GetBucketAcl"],
            resources=[archive.bucket_arn],
            conditions={"StringEquals": from_trail},
        )
    )
    archive.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AllowTrailWrite",
            principals=[service],
            actions=["s3:PutObject"],
            resources=[archive.arn_for_objects(f"{TRAIL_PREFIX}/AWSLogs/*")],
            conditions={"StringEquals": {**from_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
        )
    )
