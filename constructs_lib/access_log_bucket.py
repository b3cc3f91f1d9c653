"""The bucket that S3 and load balancers write their access logs to."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs, skip_checkov_of_provider


class AccessLogBucket(Construct):
    """A target for access logs of this account's buckets and load balancers in this region."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        retain_data: bool,
        lifecycle_rules: list[s3.LifecycleRule],
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = s3.Bucket(
            self,
            "Resource",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            encryption=s3.BucketEncryption.S3_MANAGED,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            lifecycle_rules=lifecycle_rules,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=not retain_data,
        )
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowServerAccessLogs",
                principals=[iam.ServicePrincipal("logging.s3.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects("*")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        self.bucket.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowLoadBalancerLogs",
                principals=[iam.ServicePrincipal("logdelivery.elasticloadbalancing.amazonaws.com")],
                actions=["s3:PutObject"],
                resources=[self.bucket.arn_for_objects("load-balancer/AWSLogs/*")],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )
        if not retain_data:
            skip_checkov_of_provider(self, "Custom::S3AutoDeleteObjects")
        acknowledge(
            self.bucket,
            ["AwsSolutions-S1", *in_packs("S3BucketLoggingEnabled")],
            reason="It is the target of the access logs itself: logging it would write a log for every log.",
        )
        acknowledge(
            self.bucket,
            in_packs("S3DefaultEncryptionKMS"),
            reason="S3 delivers server access logs only to buckets with SSE-S3 (AES-256) encryption.",
        )
        acknowledge(
            self.bucket,
            in_packs("S3BucketReplicationEnabled"),
            reason="Access logs help investigations; the record that must survive a region is CloudTrail's.",
        )
