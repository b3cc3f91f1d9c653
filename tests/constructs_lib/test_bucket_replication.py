"""Objects are copied to another region under the key there, and what is deleted here stays there."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.bucket_replication import Replica
from constructs_lib.secure_bucket import SecureBucket

REPLICA = Replica(region="us-west-2", bucket_name="copies", key_alias="platform/trail", prefix="cloudtrail")


@pytest.fixture
def template(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> Template:
    SecureBucket(
        stack,
        "Archive",
        access_log_bucket=logs_bucket,
        encryption_key=key,
        lifecycle_rules=[],
        replicate_to=REPLICA,
        retain_data=True,
    )
    return Template.from_stack(stack)


def statements(template: Template) -> list[dict[str, Any]]:
    (policy,) = template.find_resources("AWS::IAM::ManagedPolicy").values()
    found: list[dict[str, Any]] = policy["Properties"]["PolicyDocument"]["Statement"]
    return found


def test_new_objects_of_the_prefix_are_copied_encrypted_and_deletions_are_not(template: Template) -> None:
    rule = {
        "Status": "Enabled",
        "Filter": {"Prefix": "cloudtrail"},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "Destination": Match.object_like(
            {"EncryptionConfiguration": {"ReplicaKmsKeyID": key_arn("alias/platform/trail")}}
        ),
    }
    template.has_resource_properties(
        "AWS::S3::Bucket",
        {
            "ReplicationConfiguration": {"Rules": [Match.object_like(rule)]},
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    )


def key_arn(resource: str) -> dict[str, Any]:
    return {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, f":kms:us-west-2:111122223333:{resource}"]]}


def test_the_role_encrypts_with_the_key_of_the_alias_only(template: Template) -> None:
    (statement,) = (s for s in statements(template) if "kms:Encrypt" in s["Action"])
    assert statement["Resource"] == key_arn("key/*")
    assert statement["Condition"] == {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/platform/trail"}}


def test_the_role_can_neither_read_nor_delete_copies(template: Template) -> None:
    target = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::copies/cloudtrail*"]]}
    (statement,) = (s for s in statements(template) if s["Resource"] == target)
    assert statement["Action"] == ["s3:ReplicateObject", "s3:ReplicateTags"]


def test_a_replica_may_receive_deletions_within_fifteen_minutes_in_a_class_of_its_own(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    replica = Replica(
        region="us-west-2",
        bucket_name="copies",
        key_alias="platform/data",
        deletions=True,
        timed=True,
        storage_class="INTELLIGENT_TIERING",
    )
    SecureBucket(
        stack,
        "Files",
        access_log_bucket=logs_bucket,
        encryption_key=key,
        lifecycle_rules=[],
        replicate_to=replica,
        retain_data=True,
    )
    template = Template.from_stack(stack)
    rule = {
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": Match.object_like(
            {
                "Metrics": {"EventThreshold": {"Minutes": 15}, "Status": "Enabled"},
                "ReplicationTime": {"Status": "Enabled", "Time": {"Minutes": 15}},
                "StorageClass": "INTELLIGENT_TIERING",
            }
        ),
    }
    template.has_resource_properties(
        "AWS::S3::Bucket", {"ReplicationConfiguration": {"Rules": [Match.object_like(rule)]}}
    )
    assert any("s3:ReplicateDelete" in statement["Action"] for statement in statements(template))
