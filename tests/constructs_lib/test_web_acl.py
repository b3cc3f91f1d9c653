"""The web ACL stops what it says, on both scopes, and its logs hold no credentials."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_logs as logs
from aws_cdk.assertions import Match, Template

from constructs_lib.web_acl import WebAcl

MANAGED = [
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
]
ANONYMOUS = "AWSManagedRulesAnonymousIpList"


def web_acl(stack: cdk.Stack, **settings: Any) -> WebAcl:
    """The ACL with as little as it needs."""
    given = {"name": "platform", "blocked_countries": [], "rate_limit_per_5_minutes": 500, **settings}
    return WebAcl(stack, "WebAcl", log_group=logs.LogGroup(stack, "Logs", log_group_name="aws-waf-logs-test"), **given)


def rules(stack: cdk.Stack, **settings: Any) -> list[dict[str, Any]]:
    web_acl(stack, **settings)
    acl = next(iter(Template.from_stack(stack).find_resources("AWS::WAFv2::WebACL").values()))
    return list(acl["Properties"]["Rules"])


def test_the_managed_groups_and_the_rate_limit_are_on(stack: cdk.Stack) -> None:
    found = rules(stack)
    assert [rule["Name"] for rule in found] == ["RateLimit", *MANAGED]
    assert [rule["Priority"] for rule in found] == [0, 1, 2, 3, 4]
    assert found[0]["Statement"]["RateBasedStatement"]["Limit"] == 500
    assert found[0]["Action"] == {"Block": {}}
    assert all(rule["OverrideAction"] == {"None": {}} for rule in found[1:])


@pytest.mark.parametrize("countries", [["KP"], ["KP", "IR"]])
def test_blocked_countries_are_blocked_before_anything_is_inspected(stack: cdk.Stack, countries: list[str]) -> None:
    rule = rules(stack, blocked_countries=countries)[0]
    assert rule["Action"] == {"Block": {}}
    assert rule["Statement"] == {"GeoMatchStatement": {"CountryCodes": countries}}


def test_allowed_addresses_come_first_and_each_family_has_its_set(stack: cdk.Stack) -> None:
    found = rules(stack, allowed_addresses=["203.0.113.0/24"], blocked_addresses=["198.51.100.7/32", "2001:db8::/32"])
    assert [(rule["Name"], *rule["Action"]) for rule in found[:3]] == [
        ("AllowedAddresses", "Allow"),
        ("BlockedAddresses", "Block"),
        ("BlockedAddressesV6", "Block"),
    ]
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::WAFv2::IPSet", 3)
    template.has_resource_properties(
        "AWS::WAFv2::IPSet", {"Addresses": ["2001:db8::/32"], "IPAddressVersion": "IPV6", "Scope": "REGIONAL"}
    )


def test_anonymous_addresses_are_blocked_on_request(stack: cdk.Stack) -> None:
    assert ANONYMOUS in [rule["Name"] for rule in rules(stack, block_anonymous=True)]


@pytest.mark.parametrize(
    ("counted", "name"),
    [
        ("RateLimit", "RateLimit"),
        ("CountryBlock", "CountryBlock"),
        ("BlockedAddresses", "BlockedAddresses"),
        ("SqlInjection", "AWSManagedRulesSQLiRuleSet"),
        ("AnonymousIp", ANONYMOUS),
    ],
)
def test_a_counted_rule_counts_and_the_others_still_block(stack: cdk.Stack, counted: str, name: str) -> None:
    found = rules(
        stack,
        block_anonymous=True,
        blocked_addresses=["198.51.100.7/32"],
        blocked_countries=["KP"],
        counted_rules=[counted],
    )
    counting = [r["Name"] for r in found if {"Count": {}} in (r.get("Action"), r.get("OverrideAction"))]
    assert counting == [name]


def test_one_rule_of_a_managed_group_can_count(stack: cdk.Stack) -> None:
    common = rules(stack, counted_rules=["Common/SizeRestrictions_BODY"])[2]
    assert common["OverrideAction"] == {"None": {}}
    assert common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"] == [
        {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    ]


def test_the_acl_of_a_distribution_has_its_sets_in_the_same_scope_and_is_not_associated(stack: cdk.Stack) -> None:
    acl = web_acl(stack, web_scope="CLOUDFRONT", blocked_addresses=["198.51.100.7/32"])
    with pytest.raises(ValueError, match="only a REGIONAL web ACL is associated with resources, got CLOUDFRONT"):
        acl.protect(stack, "Firewall", resource_arn="arn:aws:x")
    template = Template.from_stack(stack)
    template.has_resource_properties("AWS::WAFv2::WebACL", {"Scope": "CLOUDFRONT"})
    template.has_resource_properties("AWS::WAFv2::IPSet", {"Scope": "CLOUDFRONT"})


def test_the_acl_of_a_distribution_lives_in_the_region_of_the_edge() -> None:
    elsewhere = cdk.Stack(cdk.App(), "Test", env=cdk.Environment(account="111122223333", region="eu-west-1"))
    with pytest.raises(ValueError, match="a CLOUDFRONT web ACL must be in us-east-1, got eu-west-1"):
        web_acl(elsewhere, web_scope="CLOUDFRONT")


def test_credentials_are_redacted_from_the_logs(stack: cdk.Stack) -> None:
    rules(stack)
    Template.from_stack(stack).has_resource_properties(
        "AWS::WAFv2::LoggingConfiguration",
        {
            "RedactedFields": Match.array_with(
                [{"SingleHeader": {"Name": name}} for name in ("authorization", "cookie", "x-api-key")]
            )
        },
    )
