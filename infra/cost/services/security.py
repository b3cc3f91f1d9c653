"""Keys, secrets, web ACLs, threat detection, configuration history and the audit trail."""

from collections.abc import Iterator, Mapping
from typing import Any

from infra.assembly import Resource
from infra.cost.prices import GLOBAL
from infra.cost.rules import Answer, Context, Factor, Free, Unpriced, fixed, items, priced, text, usage

#: Managed groups with a subscription of their own on top of the rule that holds them.
PREMIUM_GROUPS = {
    "AWSManagedRulesBotControlRuleSet",
    "AWSManagedRulesATPRuleSet",
    "AWSManagedRulesACFPRuleSet",
}


@priced("AWS::KMS::Key", "AWS::KMS::ReplicaKey")
def key(_resource: Resource, context: Context) -> Iterator[Answer]:
    """A key by the month, and its requests."""
    yield fixed("key", "kms.key", Factor(1, "key-month"))
    requests = context.assume("key_requests_thousands", "10k requests", divided_by=10)
    yield usage("requests", "kms.requests", requests)


@priced("AWS::SecretsManager::Secret")
def secret(_resource: Resource, context: Context) -> Iterator[Answer]:
    """A secret by the month, and the calls that read it."""
    yield fixed("secret", "secret", Factor(1, "secret-month"))
    yield usage("calls", "secret.calls", context.assume("secret_calls_thousands", "10k calls", divided_by=10))


@priced("AWS::WAFv2::WebACL")
def web_acl(resource: Resource, context: Context) -> Iterator[Answer]:
    """The list, every rule and rule group in it, and what it inspects."""
    region = GLOBAL if text(resource, "Scope", default="REGIONAL") == "CLOUDFRONT" else ""
    rules = items(resource, "Rules")
    yield fixed("web ACL", "waf.acl", Factor(1, "ACL-month"), region=region)
    if rules:
        yield fixed("rules", "waf.rule", Factor(len(rules), "rules"), region=region)
    if premium := sum(_group(rule) in PREMIUM_GROUPS for rule in rules):
        yield fixed("premium rule groups", "waf.premium_group", Factor(premium, "groups"), region=region)
        yield Unpriced("requests in premium groups", "no pricing rule for their tiers")
    inspected = context.assume("web_acl_requests_millions", "1M requests")
    yield usage("requests", "waf.requests", inspected, region=region)


def _group(rule: Any) -> str:
    statement = rule.get("Statement") if isinstance(rule, Mapping) else None
    group = statement.get("ManagedRuleGroupStatement") if isinstance(statement, Mapping) else None
    return str(group.get("Name")) if isinstance(group, Mapping) else ""


@priced("AWS::WAFv2::RuleGroup")
def rule_group(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Its rules; the reference in the web ACL is a rule of that one."""
    region = GLOBAL if text(resource, "Scope", default="REGIONAL") == "CLOUDFRONT" else ""
    yield fixed("rules", "waf.rule", Factor(len(items(resource, "Rules")), "rules"), region=region)


@priced("AWS::GuardDuty::Detector")
def detector(resource: Resource, context: Context) -> Iterator[Answer]:
    """The events and the traffic it analyses; each further feature is billed by measures of its own."""
    if text(resource, "Enable", default="true").lower() != "true":
        yield Free("not enabled")
        return
    yield usage("management events", "guardduty.cloudtrail", context.assume("trail_events_millions", "1M events"))
    yield usage("flow and DNS logs", "guardduty.flow_dns", context.assume("flow_log_gb", "GB"))
    for feature in items(resource, "Features"):
        if isinstance(feature, Mapping) and feature.get("Status") == "ENABLED":
            yield Unpriced(f"feature {feature.get('Name')}", "no sourced price")


@priced("AWS::Config::ConfigurationRecorder")
def recorder(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Every recorded change."""
    items_recorded = context.assume("config_items_thousands", "items", divided_by=1 / 1000)
    yield usage("configuration items", "config.item", items_recorded)


@priced("AWS::Config::ConfigRule", "AWS::Config::OrganizationConfigRule")
def config_rule(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Every evaluation."""
    yield usage("evaluations", "config.evaluation", context.assume("config_rule_evaluations", "evaluations"))


@priced("AWS::Config::ConformancePack", "AWS::Config::OrganizationConformancePack")
def conformance_pack(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Every evaluation of one of its rules."""
    yield Unpriced("evaluations", "no sourced price for those of packs")


@priced("AWS::SecurityHub::Hub")
def security_hub(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """What it takes in from others, above a free amount."""
    yield Unpriced("findings of others", "no sourced price")


@priced("AWS::SecurityHub::Standard")
def standard(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Every check of one of its controls."""
    yield Unpriced("checks", "no sourced price")


@priced("AWS::ECR::RegistryScanningConfiguration")
def image_scanning(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Enhanced scanning is Inspector's, billed by image and by scan; basic scanning is free."""
    if text(resource, "ScanType", default="BASIC") == "ENHANCED":
        yield Unpriced("images scanned by Inspector", "no sourced price")
    else:
        yield Free("basic scanning has no charge")


@priced("AWS::Shield::Protection")
def shield(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """The subscription behind it, once for all accounts of an organisation, and what the protected door sends."""
    yield Unpriced("subscription and data out", "no sourced price")


@priced("AWS::CloudTrail::Trail")
def trail(resource: Resource, context: Context) -> Iterator[Answer]:
    """The first copy of management events is free; data events are billed, and so are insights."""
    selectors = [*items(resource, "EventSelectors"), *items(resource, "AdvancedEventSelectors")]
    if any("DataResources" in selector or "Data" in str(selector) for selector in selectors):
        yield usage("data events", "cloudtrail.data_events", context.assume("trail_data_events_millions", "1M events"))
    if items(resource, "InsightSelectors"):
        yield Unpriced("insights", "no sourced price")
    if not selectors and not items(resource, "InsightSelectors"):
        yield Free("the first copy of management events has no charge; its bucket and log group are billed")


@priced("AWS::AccessAnalyzer::Analyzer")
def analyzer(resource: Resource, _context: Context) -> Iterator[Answer]:
    """External access is free; unused access is billed by role and user."""
    kind = text(resource, "Type")
    if kind in ("ACCOUNT", "ORGANIZATION"):
        yield Free("an external access analyzer has no charge")
    else:
        yield Unpriced("analyzer", f"no sourced price for the type {kind}")
