"""An S3 bucket that is private, encrypted with our key, versioned, and logged."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written, in_packs, skip_checkov_of_provider
from constructs_lib.bucket_replication import BucketReplication, Replica
from constructs_lib.workload_role import WorkloadRole


class SecureBucket(Construct):
    """A bucket for data. Changing its construct id makes a new, empty bucket."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        encryption_key: kms.IKey,
        access_log_bucket: s3.IBucket,
        retain_data: bool,
        lifecycle_rules: list[s3.LifecycleRule],
        object_lock: s3.ObjectLockRetention | None = None,
        bucket_name: str | None = None,
        archive_after: cdk.Duration | None = None,
        events: bool = False,
        replicate_to: Replica | None = None,
        served_from: str | None = None,
    ) -> None:
        """Make the bucket; what uses it is given the bucket called `served_from` instead where that is set.

        That bucket was restored beside this one, which stays as it is: without `served_from` it is in use again.

        Args:
            archive_after: how long nobody read an object in Intelligent-Tiering until it moves to the archive, from
                where reading takes hours: 90 to 730 days.
            events: whether EventBridge hears of each object that comes or goes; a consumer makes its rule there.
        """
        super().__init__(scope, construct_id)
        # By name: a reference to the bucket itself would make CDK edit the policy in the other stack, in a cycle.
        access_logs = s3.Bucket.from_bucket_name(self, "AccessLogs", access_log_bucket.bucket_name)
        made = s3.Bucket(
            self,
            "Resource",
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            bucket_key_enabled=True,
            bucket_name=bucket_name,
            encryption=s3.BucketEncryption.KMS,
            encryption_key=encryption_key,
            enforce_ssl=True,
            minimum_tls_version=1.2,
            intelligent_tiering_configurations=[
                s3.IntelligentTieringConfiguration(name="archive", archive_access_tier_time=archive_after)
            ]
            if archive_after
            else None,
            lifecycle_rules=[
                s3.LifecycleRule(abort_incomplete_multipart_upload_after=cdk.Duration.days(7)),
                *lifecycle_rules,
            ],
            object_lock_default_retention=object_lock,
            object_lock_enabled=object_lock is not None,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            server_access_logs_bucket=access_logs,
            server_access_logs_prefix=f"{cdk.Names.unique_id(self)}/",
            versioned=True,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
            auto_delete_objects=not retain_data,
        )
        self.bucket: s3.IBucket = made
        resource = made.node.default_child
        if events and isinstance(resource, s3.CfnBucket):
            # The bucket's own switch for it is a function that edits the bucket after it was made.
            resource.notification_configuration = s3.CfnBucket.NotificationConfigurationProperty(
                event_bridge_configuration=s3.CfnBucket.EventBridgeConfigurationProperty(event_bridge_enabled=True)
            )
        self.copy_name = replicate_to.bucket_name if replicate_to and not served_from else None
        if served_from:
            self.bucket = s3.Bucket.from_bucket_attributes(
                self, "ServedFrom", bucket_name=served_from, encryption_key=encryption_key
            )
        if not retain_data:
            skip_checkov_of_provider(self, "Custom::S3AutoDeleteObjects")
        acknowledge(
            made,
            ["@aws-cdk/aws-s3:accessLogsPolicyNotAdded"],
            reason="The access log bucket lets every bucket of this account write, in its own policy.",
        )
        if replicate_to:
            BucketReplication(self, "Replication", source=made, source_key=encryption_key, replica=replicate_to)
        else:
            acknowledge(
                made,
                in_packs("S3BucketReplicationEnabled"),
                reason="Backup copies what matters to the recovery region; replication would keep it a second time.",
            )

    def allow_objects(self, role: WorkloadRole) -> None:
        """Let `role`, of any stack, read, write, list and delete objects, and use the key for it."""
        home = cdk.Stack.of(self.bucket)
        # The export by its name, as cdk-nag writes it: a plain reference across stacks gets it only at the end.
        arn = self.bucket.bucket_arn if cdk.Stack.of(role) is home else home.export_value(self.bucket.bucket_arn)
        role.allow("s3:GetBucketLocation", "s3:ListBucket", on=[arn])
        role.allow("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject", on=[f"{arn}/*"])
        if self.bucket.encryption_key:
            role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[self.bucket.encryption_key.key_arn])
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(cdk.Stack.of(role).resolve(arn))}/*]"],
            reason="The objects of one bucket, which get their keys at run time.",
        )
