"""Reachability by front door: what the public reaches is filtered, and takes no more than it can."""

from collections.abc import Iterator

from infra.assembly.model import Resource, describe, targets_in
from infra.assembly.values import at, is_true, keyed, listed, mapping, number
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
STAGE = "AWS::ApiGateway::Stage"
MANAGED_GROUPS = ("Common", "KnownBadInputs", "SQLi")


@promise(
    "reachability.web-acl",
    "Every public load balancer, REST API and distribution stands behind a web ACL.",
)
def web_acl(context: Context) -> Iterator[Finding]:
    """And the web ACL has rules: AWS's managed groups against the common attacks, and a rate limit."""
    if not context.policy.web_acl:
        return
    protected = {
        target.resource
        for association in context.of_type("AWS::WAFv2::WebACLAssociation")
        for target in targets_in(association.get("ResourceArn"))
    }
    for balancer in context.of_type(BALANCER):
        public = (
            balancer.get("Scheme") == "internet-facing" and balancer.get("Type", default="application") == "application"
        )
        if public and balancer not in protected:
            yield Finding(balancer, "WebACLAssociation", "none: nothing filters what the internet sends")
    for stage in context.of_type(STAGE):
        api = {target.resource for target in targets_in(stage.get("RestApiId"))}
        if not _private(api) and stage not in protected and not protected & api:
            yield Finding(stage, "WebACLAssociation", "none: nothing filters what the internet sends")
    for distribution in context.of_type("AWS::CloudFront::Distribution"):
        if not distribution.get("DistributionConfig", "WebACLId"):
            yield Finding(distribution, "DistributionConfig.WebACLId", "is missing")
    for acl in context.of_type("AWS::WAFv2::WebACL"):
        yield from _rules(acl)


def _private(apis: set[Resource]) -> bool:
    return any("PRIVATE" in at(api.resolved, "EndpointConfiguration.Types") for api in apis)


def _rules(acl: Resource) -> Iterator[Finding]:
    rules = [mapping(rule) for rule in listed(acl.get("Rules"))]
    groups = {describe(name) for rule in rules for name in at(rule, "Statement.ManagedRuleGroupStatement.Name")}
    if missing := [name for name in MANAGED_GROUPS if f"AWSManagedRules{name}RuleSet" not in groups]:
        yield Finding(acl, "Rules", f"lack AWS's managed groups {', '.join(missing)}")
    if not any(at(rule, "Statement.RateBasedStatement") for rule in rules):
        yield Finding(acl, "Rules", "hold no rate limit")
    for visibility in (acl.get("VisibilityConfig"), *(rule.get("VisibilityConfig") for rule in rules)):
        if not is_true(mapping(visibility).get("CloudWatchMetricsEnabled")):
            yield Finding(acl, "VisibilityConfig.CloudWatchMetricsEnabled", "is not on: no alarm can see what it does")
    for rule in rules:
        counted = "Count" in mapping(rule.get("Action")) or "Count" in mapping(rule.get("OverrideAction"))
        if counted:
            yield Finding(acl, "Rules", f"rule {describe(rule.get('Name'))} only counts what it should block")


@promise(
    "reachability.doors-refuse-nonsense",
    "Load balancers drop invalid headers, and every API stage limits its rate and traces.",
)
def doors_refuse_nonsense(context: Context) -> Iterator[Finding]:
    """Smuggled headers and floods stop at the door."""
    if not context.policy.hardened:
        return
    for balancer in context.of_type(BALANCER):
        attributes = keyed(balancer.get("LoadBalancerAttributes"))
        application = balancer.get("Type", default="application") == "application"
        if application and not is_true(attributes.get("routing.http.drop_invalid_header_fields.enabled")):
            yield Finding(
                balancer,
                "LoadBalancerAttributes.routing.http.drop_invalid_header_fields.enabled",
                "is not true",
            )
    for stage in context.of_type(STAGE):
        settings = [mapping(setting) for setting in listed(stage.get("MethodSettings"))]
        everywhere = [s for s in settings if s.get("ResourcePath") == "/*" and s.get("HttpMethod") == "*"]
        limits = [(number(s.get("ThrottlingRateLimit")), number(s.get("ThrottlingBurstLimit"))) for s in everywhere]
        if not any(rate and burst and rate > 0 and burst > 0 for rate, burst in limits):
            yield Finding(stage, "MethodSettings.ThrottlingRateLimit", "no limit for all methods")
        if not is_true(stage.get("TracingEnabled")):
            yield Finding(stage, "TracingEnabled", "is not on")
        if not any(s.get("LoggingLevel") in ("INFO", "ERROR") for s in everywhere):
            yield Finding(stage, "MethodSettings.LoggingLevel", "no execution logs for all methods")
        if any(is_true(s.get("DataTraceEnabled")) for s in settings):
            yield Finding(stage, "MethodSettings.DataTraceEnabled", "is on, so bodies of requests are logged")


@promise(
    "reachability.requests-validated",
    "Every REST API validates what its methods say they take, before a function sees it.",
)
def requests_validated(context: Context) -> Iterator[Finding]:
    """A model without a validator is a comment."""
    if not context.policy.hardened:
        return
    for validator in context.of_type("AWS::ApiGateway::RequestValidator"):
        for name in ("ValidateRequestBody", "ValidateRequestParameters"):
            if not is_true(validator.get(name)):
                yield Finding(validator, name, "is not on")
    for method in context.of_type("AWS::ApiGateway::Method"):
        if (method.get("RequestModels") or method.get("RequestParameters")) and not method.get("RequestValidatorId"):
            yield Finding(method, "RequestValidatorId", "is missing, though the method says what it takes")


@promise("identity.sign-up", "User pools ask for a second factor and a long password, and watch for stolen ones.")
def sign_up(context: Context) -> Iterator[Finding]:
    """What NIST and cdk-nag ask of a directory."""
    if not context.policy.hardened:
        return
    for pool in context.of_type("AWS::Cognito::UserPool"):
        if pool.get("MfaConfiguration") not in ("ON",):
            yield Finding(pool, "MfaConfiguration", f"must be ON, is {describe(pool.get('MfaConfiguration'))}")
        length = number(pool.get("Policies", "PasswordPolicy", "MinimumLength"))
        if length is None or length < 12:  # noqa: PLR2004 - stated in the message
            yield Finding(pool, "Policies.PasswordPolicy.MinimumLength", f"must be >= 12, is {describe(length)}")
        if pool.get("UserPoolAddOns", "AdvancedSecurityMode") not in ("ENFORCED", "AUDIT"):
            yield Finding(pool, "UserPoolAddOns.AdvancedSecurityMode", "is off")
