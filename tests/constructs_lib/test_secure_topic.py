"""A topic takes messages over TLS from whom it names, and encrypts them."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.secure_topic import SecureTopic


def template(stack: cdk.Stack, *publishers: str) -> Template:
    SecureTopic(stack, "Topic", encryption_key=kms.Key(stack, "Key"), publishers=publishers)
    return Template.from_stack(stack)


def test_messages_are_encrypted_with_our_key(stack: cdk.Stack) -> None:
    template(stack).has_resource_properties("AWS::SNS::Topic", {"KmsMasterKeyId": {"Fn::GetAtt": Match.any_value()}})


def test_publishing_without_tls_is_denied(stack: cdk.Stack) -> None:
    policy(template(stack), Effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})


def test_a_service_publishes_for_this_account_only(stack: cdk.Stack) -> None:
    policy(
        template(stack, "cloudwatch"),
        Effect="Allow",
        Principal={"Service": "cloudwatch.amazonaws.com"},
        Action="sns:Publish",
        Condition={"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    )


def policy(found: Template, **statement: object) -> None:
    wanted = {"PolicyDocument": {"Statement": Match.array_with([Match.object_like(statement)])}}
    found.has_resource_properties("AWS::SNS::TopicPolicy", wanted)
