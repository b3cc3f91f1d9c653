"""A message that cannot be worked off waits where somebody hears of it; nobody reads along."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Capture, Match, Template

from constructs_lib.secure_queue import SecureQueue


def queue(stack: cdk.Stack, **changes: object) -> SecureQueue:
    settings = {"visibility_timeout": cdk.Duration.minutes(5), **changes}
    return SecureQueue(stack, "Work", encryption_key=kms.Key(stack, "Key"), **settings)  # type: ignore[arg-type]


def test_poison_messages_land_in_the_dead_letter_queue_and_stay_for_two_weeks(stack: cdk.Stack) -> None:
    queue(stack, max_receives=5)
    template, dead = Template.from_stack(stack), Capture()
    template.has_resource_properties(
        "AWS::SQS::Queue",
        {
            "RedrivePolicy": {"maxReceiveCount": 5, "deadLetterTargetArn": {"Fn::GetAtt": [dead, "Arn"]}},
            "VisibilityTimeout": 300,
        },
    )
    found = template.find_resources("AWS::SQS::Queue")[dead.as_string()]["Properties"]
    assert found["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert "RedrivePolicy" not in found


def test_both_queues_are_encrypted_with_our_key_and_take_only_tls(stack: cdk.Stack) -> None:
    queue(stack)
    template = Template.from_stack(stack)
    template.resource_properties_count_is("AWS::SQS::Queue", {"KmsMasterKeyId": Match.any_value()}, 2)
    refusal = Match.object_like(
        {"Effect": "Deny", "Action": "sqs:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    )
    template.resource_properties_count_is(
        "AWS::SQS::QueuePolicy", {"PolicyDocument": {"Statement": Match.array_with([refusal])}}, 2
    )


def test_who_sends_may_not_receive(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Sender", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    queue(stack).grant_send(role)
    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()
    actions = [a for statement in policy["Properties"]["PolicyDocument"]["Statement"] for a in statement["Action"]]
    assert "sqs:SendMessage" in actions
    assert "sqs:ReceiveMessage" not in actions


@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("max_receives", 0, "max_receives must be 1-1000, got 0"),
        ("max_receives", 1001, "max_receives must be 1-1000, got 1001"),
        ("visibility_timeout", cdk.Duration.hours(13), "visibility_timeout must be <= 12 hours, got 13 hours"),
    ],
)
def test_what_sqs_would_refuse_is_refused_here(stack: cdk.Stack, setting: str, value: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        queue(stack, **{setting: value})
