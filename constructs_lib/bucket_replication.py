"""Copies of a bucket's objects in a bucket of another region, written as the objects are."""

from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, as_written
from constructs_lib.workload_role import WorkloadRole

RULE = "copies"
MINUTES = 15
"""The only time that replication time control knows: 99.99 % of the objects arrive within it."""


@dataclass(frozen=True, kw_only=True)
class Replica:
    """The bucket that receives the copies. Its names are known before it is made: no reference crosses regions."""

    region: str
    bucket_name: str
    key_alias: str
    """Of the key that encrypts the copies there, without `alias/`."""
    prefix: str = ""
    """Of the objects that are copied; empty: all."""
    deletions: bool = False
    """Whether delete markers are copied; a version that is deleted for good stays in the copy in any case."""
    timed: bool = False
    """Whether S3 commits itself to fifteen minutes (replication time control, paid for by byte)."""
    storage_class: str | None = None
    """Of the copies, such as INTELLIGENT_TIERING; none: that of the objects."""


class BucketReplication(Construct):
    """The role and the rule that copy new objects of `source` to `replica`, whose bucket must be there first.

    Objects that were there before are not copied: S3 Batch Replication does that.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, source: s3.Bucket, source_key: kms.IKey, replica: Replica
    ) -> None:
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        target = f"arn:{cdk.Aws.PARTITION}:s3:::{replica.bucket_name}"
        keys = stack.format_arn(service="kms", region=replica.region, resource="key", resource_name="*")
        objects = [source.arn_for_objects(f"{replica.prefix}*"), f"{target}/{replica.prefix}*"]
        role = WorkloadRole(self, "Role", service="s3", description="Copies objects to another region")
        role.allow("s3:GetReplicationConfiguration", "s3:ListBucket", on=[source.bucket_arn])
        role.allow(
            "s3:GetObjectLegalHold",
            "s3:GetObjectRetention",
            "s3:GetObjectVersionAcl",
            "s3:GetObjectVersionForReplication",
            "s3:GetObjectVersionTagging",
            on=objects[:1],
        )
        deletions = ["s3:ReplicateDelete"] if replica.deletions else []
        role.allow("s3:ReplicateObject", "s3:ReplicateTags", *deletions, on=objects[1:])
        role.allow("kms:Decrypt", on=[source_key.key_arn])
        role.allow(
            "kms:Encrypt",
            "kms:GenerateDataKey",
            on=[keys],
            conditions={"ForAnyValue:StringEquals": {"kms:ResourceAliases": f"alias/{replica.key_alias}"}},
        )
        parts = s3.CfnBucket
        time = parts.ReplicationTimeValueProperty(minutes=MINUTES) if replica.timed else None
        bucket = source.node.default_child
        assert isinstance(bucket, s3.CfnBucket)  # noqa: S101 - what an L2 bucket is made of
        bucket.replication_configuration = parts.ReplicationConfigurationProperty(
            role=role.role.role_arn,
            rules=[
                parts.ReplicationRuleProperty(
                    id=RULE,
                    status="Enabled",
                    priority=1,
                    filter=parts.ReplicationRuleFilterProperty(prefix=replica.prefix),
                    delete_marker_replication=parts.DeleteMarkerReplicationProperty(
                        status="Enabled" if replica.deletions else "Disabled"
                    ),
                    source_selection_criteria=parts.SourceSelectionCriteriaProperty(
                        sse_kms_encrypted_objects=parts.SseKmsEncryptedObjectsProperty(status="Enabled")
                    ),
                    destination=parts.ReplicationDestinationProperty(
                        bucket=target,
                        encryption_configuration=parts.EncryptionConfigurationProperty(
                            replica_kms_key_id=stack.format_arn(
                                service="kms", region=replica.region, resource="alias", resource_name=replica.key_alias
                            )
                        ),
                        metrics=parts.MetricsProperty(status="Enabled", event_threshold=time),
                        replication_time=parts.ReplicationTimeProperty(status="Enabled", time=time) if time else None,
                        storage_class=replica.storage_class,
                    ),
                )
            ],
        )
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(arn))}]" for arn in (*objects, keys)],
            reason="Objects of one prefix in two buckets, and the key of one alias, which the condition names.",
        )
        accept_finding(
            role.policy,
            "identity.resource-star",
            reason="The key's id is another region's secret until the deployment; the condition names its alias.",
        )
