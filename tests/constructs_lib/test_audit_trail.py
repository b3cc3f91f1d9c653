"""The trail records every region, and its files can be proven untouched."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.audit_trail import AuditTrail
from constructs_lib.customer_key import CustomerKey

TRAIL_ARN = {"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":cloudtrail:us-east-1:111122223333:trail/platform"]]}


def trail(stack: cdk.Stack) -> Template:
    AuditTrail(
        stack,
        "Trail",
        archive=s3.Bucket(stack, "Archive"),
        key=CustomerKey(
            stack,
            "LogsKey",
            alias="logs",
            deletion_window=cdk.Duration.days(7),
            description="Encrypts logs",
            retain_data=True,
        ),
        log_group=logs.LogGroup(stack, "Logs"),
        metrics_namespace="platform/trail",
        trail_name="platform",
    )
    return Template.from_stack(stack)


def test_every_region_is_recorded_with_file_validation_and_our_key(stack: cdk.Stack) -> None:
    trail(stack).has_resource_properties(
        "AWS::CloudTrail::Trail",
        {
            "EnableLogFileValidation": True,
            "IncludeGlobalServiceEvents": True,
            "IsLogging": True,
            "IsMultiRegionTrail": True,
            "KMSKeyId": Match.any_value(),
        },
    )


def test_only_this_trail_may_write_to_the_archive_and_use_the_key(stack: cdk.Stack) -> None:
    template = trail(stack)
    template.has_resource_properties(
        "AWS::S3::BucketPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Sid": "AllowTrailWrite",
                                "Condition": {"StringEquals": Match.object_like({"aws:SourceArn": TRAIL_ARN})},
                            }
                        )
                    ]
                )
            }
        },
    )
    template.has_resource_properties(
        "AWS::KMS::Key",
        {
            "KeyPolicy": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Principal": {"Service": "cloudtrail.amazonaws.com"},
                                "Condition": {"ArnLike": {"aws:SourceArn": [TRAIL_ARN]}},
                            }
                        )
                    ]
                )
            }
        },
    )


def test_a_key_rotates_and_waits_before_it_is_lost(stack: cdk.Stack) -> None:
    trail(stack).has_resource(
        "AWS::KMS::Key",
        {"DeletionPolicy": "Retain", "Properties": {"EnableKeyRotation": True, "PendingWindowInDays": 7}},
    )


def test_a_log_group_of_another_account_cannot_use_the_key(stack: cdk.Stack, key: kms.Key) -> None:
    logs_key = CustomerKey(
        stack,
        "LogsKey",
        alias="logs",
        deletion_window=cdk.Duration.days(7),
        description="Encrypts logs",
        retain_data=False,
    )
    logs_key.allow_log_groups()
    Template.from_stack(stack).has_resource_properties(
        "AWS::KMS::Key",
        {
            "KeyPolicy": {
                "Statement": Match.array_with(
                    [
                        Match.object_like(
                            {
                                "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
                                "Condition": {
                                    "ArnLike": {
                                        "kms:EncryptionContext:aws:logs:arn": {
                                            "Fn::Join": [
                                                "",
                                                Match.array_with([":logs:us-east-1:111122223333:log-group:*"]),
                                            ]
                                        }
                                    }
                                },
                            }
                        )
                    ]
                )
            }
        },
    )
