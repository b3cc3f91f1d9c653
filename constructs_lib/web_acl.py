"""A WAF web ACL: address lists, countries, a rate limit, AWS's managed rules, and logs without secrets."""

from collections.abc import Collection, Sequence
from ipaddress import ip_network
from typing import Any, Literal

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from constructs_lib.acknowledge import accept_finding

MANAGED_GROUPS = {
    "IpReputation": "AWSManagedRulesAmazonIpReputationList",
    "AnonymousIp": "AWSManagedRulesAnonymousIpList",
    "Common": "AWSManagedRulesCommonRuleSet",
    "KnownBadInputs": "AWSManagedRulesKnownBadInputsRuleSet",
    "SqlInjection": "AWSManagedRulesSQLiRuleSet",
}
"""AWS's groups in the order in which they are asked; all but AnonymousIp are always there. Together they take 1,175
of the 1,500 capacity units that cost nothing extra."""

REDACTED_HEADERS = ("authorization", "cookie", "x-api-key")
HOME_OF_THE_EDGE = "us-east-1"

Rule = wafv2.CfnWebACL.RuleProperty
Statement = wafv2.CfnWebACL.StatementProperty


class WebAcl(Construct):
    """A web ACL for load balancers and APIs (REGIONAL), or for a distribution (CLOUDFRONT, in us-east-1 only).

    Changing `name` or `web_scope` replaces it; what it protects is open until the new one is associated.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        rate_limit_per_5_minutes: int,
        blocked_countries: Sequence[str],
        log_group: logs.ILogGroup,
        web_scope: Literal["REGIONAL", "CLOUDFRONT"] = "REGIONAL",
        allowed_addresses: Sequence[str] = (),
        blocked_addresses: Sequence[str] = (),
        block_anonymous: bool = False,
        counted_rules: Collection[str] = (),
        redacted_headers: Sequence[str] = REDACTED_HEADERS,
    ) -> None:
        """Make the ACL; its metrics carry its `name` too. WAF wants `log_group` named `aws-waf-logs-...`.

        `counted_rules` only count: a rule of this list (`RateLimit`), a managed group (`Common`), or one rule of it
        (`Common/SizeRestrictions_BODY`). What `allowed_addresses` send passes no other rule.
        """
        region = cdk.Stack.of(scope).region
        if web_scope == "CLOUDFRONT" and not cdk.Token.is_unresolved(region) and region != HOME_OF_THE_EDGE:
            raise ValueError(f"a CLOUDFRONT web ACL must be in {HOME_OF_THE_EDGE}, got {region}")
        super().__init__(scope, construct_id)
        self.web_scope = web_scope
        counted = set(counted_rules)
        groups = [key for key in MANAGED_GROUPS if block_anonymous or key != "AnonymousIp"]
        rules = [
            *self._address_rules("AllowedAddresses", allowed_addresses, {"allow": {}}),
            *self._address_rules("BlockedAddresses", blocked_addresses, _block("BlockedAddresses", counted)),
            *_country_block(blocked_countries, counted),
            _rate_limit(rate_limit_per_5_minutes, counted),
            *(_managed_group(key, counted) for key in groups),
        ]
        self.acl = wafv2.CfnWebACL(
            self,
            "Resource",
            name=name,
            scope=web_scope,
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility(name),
            rules=[Rule(priority=priority, **rule) for priority, rule in enumerate(rules)],
        )
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[log_group.log_group_arn],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in redacted_headers
            ],
        )
        for rule in sorted(rule for rule in counted if "/" not in rule):
            accept_finding(
                self.acl,
                "reachability.web-acl",
                about=f"rule {MANAGED_GROUPS.get(rule, rule)}",
                reason="It is on trial by configuration: its matches are counted and looked at before it blocks.",
            )

    def protect(self, scope: Construct, construct_id: str, *, resource_arn: str) -> None:
        """Put the ACL in front of `resource_arn`; the association lives in `scope`, the resource's own stack.

        A distribution names its ACL itself: `web_acl_id=acl.acl.attr_arn`.
        """
        if self.web_scope != "REGIONAL":
            raise ValueError(f"only a REGIONAL web ACL is associated with resources, got {self.web_scope}")
        wafv2.CfnWebACLAssociation(scope, construct_id, resource_arn=resource_arn, web_acl_arn=self.acl.attr_arn)

    def _address_rules(self, name: str, addresses: Sequence[str], action: dict[str, Any]) -> list[dict[str, Any]]:
        """One rule for each family of addresses: a set holds one of them."""
        rules = []
        for version, suffix in ((4, ""), (6, "V6")):
            of_family = [address for address in addresses if ip_network(address).version == version]
            if of_family:
                rule = f"{name}{suffix}"
                ip_set = wafv2.CfnIPSet(
                    self, rule, addresses=of_family, ip_address_version=f"IPV{version}", scope=self.web_scope
                )
                reference = wafv2.CfnWebACL.IPSetReferenceStatementProperty(arn=ip_set.attr_arn)
                rules.append(_rule(rule, Statement(ip_set_reference_statement=reference), action))
        return rules


def _rule(name: str, statement: wafv2.CfnWebACL.StatementProperty, action: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name,
        "action": wafv2.CfnWebACL.RuleActionProperty(**action),
        "statement": statement,
        "visibility_config": _visibility(name),
    }


def _block(name: str, counted: set[str]) -> dict[str, Any]:
    return {"count": {}} if name in counted else {"block": {}}


def _rate_limit(limit: int, counted: set[str]) -> dict[str, Any]:
    rate = wafv2.CfnWebACL.RateBasedStatementProperty(aggregate_key_type="IP", evaluation_window_sec=300, limit=limit)
    return _rule("RateLimit", Statement(rate_based_statement=rate), _block("RateLimit", counted))


def _country_block(countries: Sequence[str], counted: set[str]) -> list[dict[str, Any]]:
    if not countries:
        return []
    match = wafv2.CfnWebACL.GeoMatchStatementProperty(country_codes=list(countries))
    return [_rule("CountryBlock", Statement(geo_match_statement=match), _block("CountryBlock", counted))]


def _managed_group(key: str, counted: set[str]) -> dict[str, Any]:
    inside = sorted(rule.partition("/")[2] for rule in counted if rule.startswith(f"{key}/"))
    overrides = [
        wafv2.CfnWebACL.RuleActionOverrideProperty(
            name=rule, action_to_use=wafv2.CfnWebACL.RuleActionProperty(count={})
        )
        for rule in inside
    ]
    action: dict[str, Any] = {"count": {}} if key in counted else {"none": {}}
    return {
        "name": MANAGED_GROUPS[key],
        "override_action": wafv2.CfnWebACL.OverrideActionProperty(**action),
        "statement": Statement(
            managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                name=MANAGED_GROUPS[key], vendor_name="AWS", rule_action_overrides=overrides or None
            )
        ),
        "visibility_config": _visibility(MANAGED_GROUPS[key]),
    }


def _visibility(metric_name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric_name, sampled_requests_enabled=True
    )
