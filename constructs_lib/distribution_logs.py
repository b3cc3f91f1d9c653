"""Access logs of a CloudFront distribution, delivered by CloudWatch: no ACL on the bucket, an account in the policy."""

import aws_cdk as cdk
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import acknowledge


class DistributionLogs(Construct):
    """Delivers every request of `distribution` to `bucket`, as JSON, by day and hour. Must be in us-east-1."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        distribution: cloudfront.Distribution,
        bucket: s3.Bucket,
    ) -> None:
        """Deliver to `bucket`; source and destination are called `name`, and another name replaces both."""
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        allowed = bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowDistributionLogs",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[bucket.arn_for_objects("*")],
                conditions={
                    "StringEquals": {"aws:SourceAccount": stack.account},
                    "ArnLike": {
                        "aws:SourceArn": stack.format_arn(
                            service="logs",
                            resource="delivery-source",
                            resource_name=name,
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    },
                },
            )
        )
        source = logs.CfnDeliverySource(
            self, "Source", name=name, log_type="ACCESS_LOGS", resource_arn=distribution.distribution_arn
        )
        destination = logs.CfnDeliveryDestination(
            self, "Destination", name=name, destination_resource_arn=bucket.bucket_arn, output_format="json"
        )
        delivery = logs.CfnDelivery(
            self,
            "Resource",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
            s3_suffix_path="{DistributionId}/{yyyy}/{MM}/{dd}/{HH}",
        )
        delivery.add_resource_dependency(source)
        if allowed.policy_dependable:
            delivery.node.add_dependency(allowed.policy_dependable)
        acknowledge(
            distribution,
            ["AwsSolutions-CFR3"],
            reason="CloudWatch delivers its access logs (AWS::Logs::Delivery), which the rule does not look at.",
        )
