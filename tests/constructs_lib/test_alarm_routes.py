"""Each severity has its topic and its listeners; what does not get through is kept."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.alarm_routes import SEVERITIES, AlarmRoutes, Listener

EVERYTHING = Listener(severities=SEVERITIES, protocol="email", endpoint="on-call@example.com")


def template_of(stack: cdk.Stack, key: kms.Key, *listeners: Listener) -> Template:
    """The template of routes to `listeners`."""
    AlarmRoutes(stack, "Alarms", encryption_key=key, listeners=listeners)
    return Template.from_stack(stack)


def subscriptions(template: Template) -> list[dict[str, Any]]:
    """Properties of every subscription."""
    return [each["Properties"] for each in template.find_resources("AWS::SNS::Subscription").values()]


def test_whoever_hears_everything_subscribes_to_each_topic(stack: cdk.Stack, key: kms.Key) -> None:
    template = template_of(stack, key, EVERYTHING)
    topics = set(template.find_resources("AWS::SNS::Topic"))
    assert {each["TopicArn"]["Ref"] for each in subscriptions(template)} == topics
    assert len(topics) == 4


def test_a_pager_hears_only_its_severities_and_misses_are_kept(stack: cdk.Stack, key: kms.Key) -> None:
    pager = Listener(severities=["P0", "P1"], protocol="https", endpoint="https://pager.example.com/hook")
    text = Listener(severities=["P0"], protocol="sms", endpoint="+12025550123")
    found = subscriptions(template_of(stack, key, pager, text))
    assert [each["Protocol"] for each in found] == ["https", "https", "sms"]
    assert all("deadLetterTargetArn" in each["RedrivePolicy"] for each in found)


def test_sns_may_put_what_nobody_took_into_the_queue_and_encrypt_it(stack: cdk.Stack, key: kms.Key) -> None:
    template = template_of(stack, key, EVERYTHING)
    (policy,) = template.find_resources("AWS::SQS::QueuePolicy").values()
    (sending,) = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert (sending["Principal"], sending["Action"]) == ({"Service": "sns.amazonaws.com"}, "sqs:SendMessage")
    topics = {arn["Ref"] for arn in sending["Condition"]["ArnEquals"]["aws:SourceArn"]}
    assert topics == set(template.find_resources("AWS::SNS::Topic"))
    (encrypted,) = template.find_resources("AWS::KMS::Key").values()
    using = [s for s in encrypted["Properties"]["KeyPolicy"]["Statement"] if s.get("Sid") == "AllowTopics"]
    assert [s["Action"] for s in using] == [["kms:Decrypt", "kms:GenerateDataKey"]]


def test_slack_shows_the_topics_asked_for_and_may_only_read_metrics(stack: cdk.Stack, key: kms.Key) -> None:
    slack = Listener(severities=["P1", "P2"], protocol="slack", endpoint="C0123ABCD", workspace="T0123ABCD")
    template = template_of(stack, key, slack)
    assert subscriptions(template) == []
    (channel,) = template.find_resources("AWS::Chatbot::SlackChannelConfiguration").values()
    assert len(channel["Properties"]["SnsTopicArns"]) == 2
    template.has_resource_properties(
        "AWS::IAM::ManagedPolicy",
        {"PolicyDocument": {"Statement": [Match.object_like({"Action": "cloudwatch:GetMetricData"})]}},
    )


def test_topics_are_encrypted_and_closed_to_plain_http(stack: cdk.Stack, key: kms.Key) -> None:
    template = template_of(stack, key, EVERYTHING)
    template.all_resources_properties("AWS::SNS::Topic", {"KmsMasterKeyId": {"Fn::GetAtt": [Match.any_value(), "Arn"]}})
    policies = template.find_resources("AWS::SNS::TopicPolicy").values()
    for policy in policies:
        denied = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Deny"]
        assert denied[0]["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert len(policies) == 4


def test_services_publish_for_this_account_alone(stack: cdk.Stack, key: kms.Key) -> None:
    template = template_of(stack, key, EVERYTHING)
    for policy in template.find_resources("AWS::SNS::TopicPolicy").values():
        allowed = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
        assert allowed
        assert all(
            s["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}} for s in allowed
        )
