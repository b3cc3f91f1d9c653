"""A bucket keeps what it is given, and shows it to nobody else."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.secure_bucket import SecureBucket


def bucket(stack: cdk.Stack, key: kms.Key, logs: s3.IBucket, *, retain_data: bool = True, **settings: Any) -> Template:
    SecureBucket(
        stack,
        "Files",
        access_log_bucket=logs,
        encryption_key=key,
        lifecycle_rules=[],
        retain_data=retain_data,
        **settings,
    )
    return Template.from_stack(stack)


def test_objects_are_encrypted_with_our_key_versioned_logged_and_private(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    bucket(stack, key, logs_bucket, retain_data=True).has_resource_properties(
        "AWS::S3::Bucket",
        {
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [
                    {
                        "BucketKeyEnabled": True,
                        "ServerSideEncryptionByDefault": {
                            "KMSMasterKeyID": {"Fn::GetAtt": [stack.get_logical_id(key.node.default_child), "Arn"]},
                            "SSEAlgorithm": "aws:kms",
                        },
                    }
                ]
            },
            "LoggingConfiguration": {"DestinationBucketName": "access-logs"},
            "PublicAccessBlockConfiguration": {
                "BlockPublicAcls": True,
                "BlockPublicPolicy": True,
                "IgnorePublicAcls": True,
                "RestrictPublicBuckets": True,
            },
            "VersioningConfiguration": {"Status": "Enabled"},
        },
    )


def test_plain_http_is_refused(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> None:
    bucket(stack, key, logs_bucket, retain_data=True).has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [Match.object_like({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}})]
                )
            }
        },
    )


@pytest.mark.parametrize(("retain_data", "policy"), [(True, "Retain"), (False, "Delete")])
def test_data_outlives_the_stack_where_it_is_to_be_retained(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket, retain_data: bool, policy: str
) -> None:
    bucket(stack, key, logs_bucket, retain_data=retain_data).has_resource(
        "AWS::S3::Bucket", {"DeletionPolicy": policy, "UpdateReplacePolicy": policy}
    )


def test_events_go_to_the_bus_without_a_function_that_edits_the_bucket(
    stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket
) -> None:
    template = bucket(stack, key, logs_bucket, events=True)
    told = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
    template.has_resource_properties("AWS::S3::Bucket", told)
    template.resource_count_is("Custom::S3BucketNotifications", 0)


def test_what_nobody_reads_moves_to_the_archive(stack: cdk.Stack, key: kms.Key, logs_bucket: s3.IBucket) -> None:
    tiers = [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}]
    bucket(stack, key, logs_bucket, archive_after=cdk.Duration.days(90)).has_resource_properties(
        "AWS::S3::Bucket", {"IntelligentTieringConfigurations": [Match.object_like({"Tierings": tiers})]}
    )
