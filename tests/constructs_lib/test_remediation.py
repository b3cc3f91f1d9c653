"""The function that answers alarms hears those with a remedy only, and may change tagged resources only."""

import json
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Match, Template

from constructs_lib.remediation import Remediation, allow_remediation

WRITES = {"lambda:UpdateFunctionConfiguration", "ecs:UpdateService"}


def template_of(stack: cdk.Stack, key: kms.Key, **options: Any) -> Template:
    Remediation(
        stack,
        "Remediation",
        prefix="app-test",
        remedies={"function-duration": "raise-memory", "service-tasks": "redeploy-service"},
        topic=sns.Topic(stack, "Told", master_key=key),
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
        retain_data=True,
        **options,
    )
    return Template.from_stack(stack)


def statements(template: Template) -> list[dict[str, Any]]:
    policies = template.find_resources("AWS::IAM::ManagedPolicy").values()
    return [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]


def actions(statement: dict[str, Any]) -> set[str]:
    given = statement["Action"]
    return {given} if isinstance(given, str) else set(given)


def test_only_alarms_with_a_remedy_reach_it_and_only_when_they_go_off(stack: cdk.Stack, key: kms.Key) -> None:
    template_of(stack, key).has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.cloudwatch"],
                "detail": {
                    "alarmName": [
                        {"wildcard": "app-test-*-function-duration"},
                        {"wildcard": "app-test-*-service-tasks"},
                    ],
                    "state": {"value": ["ALARM"]},
                },
            },
            "Targets": [Match.object_like({"DeadLetterConfig": Match.any_value()})],
        },
    )


def test_what_it_changes_must_carry_the_tag_and_the_platform_s_name(stack: cdk.Stack, key: kms.Key) -> None:
    writing = [one for one in statements(template_of(stack, key, dry_run=False)) if actions(one) & WRITES]
    assert {action for one in writing for action in actions(one)} == WRITES
    for statement in writing:
        assert statement["Condition"] == {"StringEquals": {"aws:ResourceTag/remediation": "allowed"}}
        assert "app-test" in json.dumps(statement["Resource"])


def test_it_may_look_at_what_its_code_looks_at(stack: cdk.Stack, key: kms.Key) -> None:
    """A service's ARN holds its cluster, which is called as the platform; alarms are shown to who may see all."""
    resources = {action: json.dumps(one["Resource"]) for one in statements(template_of(stack, key, dry_run=False))
                 for action in actions(one)}  # fmt: skip
    for action in ("ecs:DescribeServices", "ecs:UpdateService"):
        assert ":service/app-test/*" in resources[action]
    assert ":alarm:*" in resources["cloudwatch:DescribeAlarms"]


def test_a_dry_run_may_change_nothing(stack: cdk.Stack, key: kms.Key) -> None:
    template = template_of(stack, key)
    assert not [one for one in statements(template) if actions(one) & WRITES]
    template.has_resource_properties(
        "AWS::Lambda::Function", {"Environment": {"Variables": Match.object_like({"MODE": "dry-run"})}}
    )


def test_an_invocation_ends_before_another_may_take_over_its_claim(stack: cdk.Stack, key: kms.Key) -> None:
    from constructs_lib.remediation.runtime.records import LEASE_SECONDS

    (function,) = template_of(stack, key).find_resources("AWS::Lambda::Function").values()
    assert function["Properties"]["Timeout"] < LEASE_SECONDS


def test_decisions_are_encrypted_kept_and_forgotten_after_their_time(stack: cdk.Stack, key: kms.Key) -> None:
    template_of(stack, key).has_resource(
        "AWS::DynamoDB::GlobalTable",
        {
            "DeletionPolicy": "Retain",
            "Properties": Match.object_like(
                {"TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True}}
            ),
        },
    )


def test_the_tag_reaches_the_resource(stack: cdk.Stack) -> None:
    topic = sns.Topic(stack, "Any")
    allow_remediation(topic)
    Template.from_stack(stack).has_resource_properties(
        "AWS::SNS::Topic", {"Tags": [{"Key": "remediation", "Value": "allowed"}]}
    )
