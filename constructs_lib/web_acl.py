"""A WAF web ACL: AWS's managed rules, a rate limit, a country list, and logs without secrets."""

from typing import Any

from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

MANAGED_GROUPS = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
REDACTED_HEADERS = ("authorization", "cookie", "x-api-key")


class WebAcl(Construct):
    """A regional web ACL for load balancers and APIs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        rate_limit_per_5_minutes: int,
        blocked_countries: list[str],
        log_group: logs.ILogGroup,
    ) -> None:
        """Make the ACL; its metrics carry its `name` too. WAF wants `log_group` named `aws-waf-logs-...`."""
        super().__init__(scope, construct_id)
        rules = [
            _rate_limit(rate_limit_per_5_minutes),
            *_country_block(blocked_countries),
            *_managed_groups(),
        ]
        self.acl = wafv2.CfnWebACL(
            self,
            "Resource",
            name=name,
            scope="REGIONAL",
            default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
            visibility_config=_visibility(name),
            rules=[wafv2.CfnWebACL.RuleProperty(priority=priority, **rule) for priority, rule in enumerate(rules)],
        )
        wafv2.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            log_destination_configs=[log_group.log_group_arn],
            redacted_fields=[
                wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": header})
                for header in REDACTED_HEADERS
            ],
        )

    def protect(self, scope: Construct, construct_id: str, *, resource_arn: str) -> None:
        """Put the ACL in front of `resource_arn`; the association lives in `scope`, the resource's own stack."""
        wafv2.CfnWebACLAssociation(scope, construct_id, resource_arn=resource_arn, web_acl_arn=self.acl.attr_arn)


def _rate_limit(limit: int) -> dict[str, Any]:
    return {
        "name": "RateLimit",
        "action": wafv2.CfnWebACL.RuleActionProperty(block={}),
        "statement": wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP", evaluation_window_sec=300, limit=limit
            )
        ),
        "visibility_config": _visibility("RateLimit"),
    }


def _country_block(countries: list[str]) -> list[dict[str, Any]]:
    if not countries:
        return []
    return [
        {
            "name": "CountryBlock",
            "action": wafv2.CfnWebACL.RuleActionProperty(block={}),
            "statement": wafv2.CfnWebACL.StatementProperty(
                geo_match_statement=wafv2.CfnWebACL.GeoMatchStatementProperty(country_codes=countries)
            ),
            "visibility_config": _visibility("CountryBlock"),
        }
    ]


def _managed_groups() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "override_action": wafv2.CfnWebACL.OverrideActionProperty(none={}),
            "statement": wafv2.CfnWebACL.StatementProperty(
                managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                    name=name, vendor_name="AWS"
                )
            ),
            "visibility_config": _visibility(name),
        }
        for name in MANAGED_GROUPS
    ]


def _visibility(metric_name: str) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=metric_name, sampled_requests_enabled=True
    )
