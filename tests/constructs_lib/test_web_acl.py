"""The web ACL stops what it says, and its logs hold no credentials."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from constructs_lib.web_acl import WebAcl


def rules(stack: cdk.Stack, *, countries: list[str]) -> list[dict[str, object]]:
    WebAcl(
        stack,
        "WebAcl",
        blocked_countries=countries,
        name="platform",
        log_group=logs.LogGroup(stack, "Logs", log_group_name="aws-waf-logs-test"),
        rate_limit_per_5_minutes=500,
    )
    acl = next(iter(Template.from_stack(stack).find_resources("AWS::WAFv2::WebACL").values()))
    return list(acl["Properties"]["Rules"])


def test_the_managed_groups_and_the_rate_limit_are_on(stack: cdk.Stack) -> None:
    found = rules(stack, countries=[])
    assert [rule["Name"] for rule in found] == [
        "RateLimit",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    ]
    assert [rule["Priority"] for rule in found] == [0, 1, 2, 3]
    assert found[0]["Statement"]["RateBasedStatement"]["Limit"] == 500  # type: ignore[index]
    assert all("None" in rule["OverrideAction"] for rule in found[1:])  # type: ignore[operator]


@pytest.mark.parametrize("countries", [["KP"], ["KP", "IR"]])
def test_blocked_countries_are_blocked_before_anything_is_inspected(stack: cdk.Stack, countries: list[str]) -> None:
    rule = rules(stack, countries=countries)[1]
    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"] == {"GeoMatchStatement": {"CountryCodes": countries}}


def test_credentials_are_redacted_from_the_logs(stack: cdk.Stack) -> None:
    rules(stack, countries=[])
    Template.from_stack(stack).has_resource_properties(
        "AWS::WAFv2::LoggingConfiguration",
        {
            "RedactedFields": Match.array_with(
                [{"SingleHeader": {"Name": name}} for name in ("authorization", "cookie", "x-api-key")]
            )
        },
    )
