"""A function has what a production function needs, and no permission it did not ask for."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.secure_function import SecureFunction


def function(stack: cdk.Stack, key: kms.Key, *, vpc: ec2.IVpc | None = None) -> SecureFunction:
    return SecureFunction(
        stack,
        "Worker",
        description="Works",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        timeout=cdk.Duration.seconds(10),
        memory_mib=256,
        reserved_concurrency=3,
        encryption_key=key,
        environment={"COLOUR": "blue"},
        log_key=key,
        log_retention_days=30,
        vpc=vpc,
    )


def test_failed_events_land_in_an_encrypted_dead_letter_queue_that_keeps_them_14_days(
    stack: cdk.Stack, key: kms.Key
) -> None:
    worker = function(stack, key)
    template = Template.from_stack(stack)
    queue = stack.get_logical_id(worker.dead_letter_queue.node.default_child)
    template.has_resource_properties(
        "AWS::Lambda::Function", {"DeadLetterConfig": {"TargetArn": {"Fn::GetAtt": [queue, "Arn"]}}}
    )
    template.has_resource_properties(
        "AWS::SQS::Queue", {"MessageRetentionPeriod": 14 * 24 * 3600, "KmsMasterKeyId": Match.any_value()}
    )


def test_logs_are_encrypted_and_do_not_stay_for_ever(stack: cdk.Stack, key: kms.Key) -> None:
    function(stack, key)
    Template.from_stack(stack).has_resource_properties(
        "AWS::Logs::LogGroup", {"RetentionInDays": 30, "KmsKeyId": Match.any_value()}
    )


def test_a_function_is_traced_limited_and_its_environment_encrypted(stack: cdk.Stack, key: kms.Key) -> None:
    function(stack, key)
    Template.from_stack(stack).has_resource_properties(
        "AWS::Lambda::Function",
        {
            "KmsKeyArn": Match.any_value(),
            "ReservedConcurrentExecutions": 3,
            "TracingConfig": {"Mode": "Active"},
            "LoggingConfig": Match.any_value(),
        },
    )


def test_a_grant_becomes_a_managed_policy_never_an_inline_one(stack: cdk.Stack, key: kms.Key) -> None:
    worker = function(stack, key)
    s3.Bucket(stack, "Files").grant_read(worker.grantee)
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::IAM::Policy", 0)
    template.has_resource_properties(
        "AWS::IAM::ManagedPolicy",
        {
            "PolicyDocument": {
                "Statement": Match.array_with(
                    [Match.object_like({"Action": ["s3:GetObject*", "s3:GetBucket*", "s3:List*"]})]
                )
            }
        },
    )


def test_a_function_in_a_vpc_reaches_nothing_until_it_is_allowed_to(stack: cdk.Stack, key: kms.Key) -> None:
    function(stack, key, vpc=ec2.Vpc(stack, "Vpc", max_azs=2, restrict_default_security_group=False))
    Template.from_stack(stack).has_resource_properties(
        "AWS::EC2::SecurityGroup",
        {"SecurityGroupEgress": [Match.object_like({"CidrIp": "255.255.255.255/32"})]},
    )


def test_an_unknown_log_retention_is_refused(stack: cdk.Stack, key: kms.Key) -> None:
    from constructs_lib.secure_log_group import SecureLogGroup

    with pytest.raises(ValueError, match=r"retention_days must be one of 1, 3, .*, got 31"):
        SecureLogGroup(stack, "Logs", encryption_key=key, retention_days=31)
