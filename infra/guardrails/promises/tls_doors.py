"""TLS at the front doors: listeners, viewers, custom domains."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, is_true, listed, mapping, number
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
WEAK_POLICIES = (
    "TLS-1-0",
    "TLS-1-1",
    "2015-",
    "2016-08",
    "FS-2018-06",
    "FS-1-1",
    "TLS13-1-0",
    "TLS13-1-1",
    "-Res-2016",
)
VIEWERS = ("https-only", "redirect-to-https")
WEAK_VIEWER_VERSIONS = ("SSLv3", "TLSv1", "TLSv1_2016", "TLSv1.1_2016", "TLSv1.2_2018", "TLSv1.2_2019")
WEAK_ORIGIN_VERSIONS = ("SSLv3", "TLSv1", "TLSv1.1")
HTTPS = 443


@promise("encryption.tls-listeners", "Load balancers speak TLS 1.2 or newer; plain HTTP only redirects to it.")
def tls_listeners(context: Context) -> Iterator[Finding]:
    """A rule of a plain listener may not forward either."""
    for listener in context.of_type(LISTENER):
        protocol = str(listener.get("Protocol")).upper()
        if protocol == "HTTP":
            yield from _plain(listener, "DefaultActions")
        elif protocol in ("HTTPS", "TLS"):
            policy = str(listener.get("SslPolicy"))
            if listener.get("SslPolicy") is None or any(weak in policy for weak in WEAK_POLICIES):
                yield Finding(listener, "SslPolicy", f"accepts TLS older than 1.2: {policy}")
        elif protocol == "TCP" and _public(listener) and number(listener.get("Port")) != HTTPS:
            yield Finding(listener, "Protocol", "is TCP on a public load balancer, so nothing makes clients use TLS")
    for rule in context.of_type("AWS::ElasticLoadBalancingV2::ListenerRule"):
        listener = rule.get("ListenerArn")
        if isinstance(listener, Target) and listener.resource.get("Protocol") == "HTTP":
            yield from _plain(rule, "Actions")
    for balancer in context.of_type("AWS::ElasticLoadBalancing::LoadBalancer"):
        for classic in map(mapping, listed(balancer.get("Listeners"))):
            if str(classic.get("Protocol")).upper() not in ("HTTPS", "SSL"):
                yield Finding(balancer, "Listeners.Protocol", f"is {describe(classic.get('Protocol'))}")


def _plain(resource: Resource, place: str) -> Iterator[Finding]:
    for action in map(mapping, listed(resource.get(place))):
        redirect = mapping(action.get("RedirectConfig"))
        if action.get("Type") != "redirect" or redirect.get("Protocol") != "HTTPS":
            message = f"serves plain HTTP ({describe(action.get('Type'))}) instead of redirecting to HTTPS"
            yield Finding(resource, place, message)


def _public(listener: Resource) -> bool:
    balancer = listener.get("LoadBalancerArn")
    return isinstance(balancer, Target) and balancer.resource.get("Scheme") == "internet-facing"


@promise("encryption.tls-viewers", "CloudFront serves viewers, and asks origins, over TLS 1.2 or newer only.")
def tls_viewers(context: Context) -> Iterator[Finding]:
    """Its own domain's certificate has no version to choose; a certificate of ours has."""
    for distribution in context.of_type("AWS::CloudFront::Distribution"):
        config = mapping(distribution.get("DistributionConfig"))
        for path, behaviour in _behaviours(config):
            policy = behaviour.get("ViewerProtocolPolicy")
            if policy not in VIEWERS:
                yield Finding(distribution, f"DistributionConfig.{path}.ViewerProtocolPolicy", f"is {describe(policy)}")
        certificate = mapping(config.get("ViewerCertificate"))
        version = certificate.get("MinimumProtocolVersion", "TLSv1")
        own = any(name in certificate for name in ("AcmCertificateArn", "IamCertificateId"))
        if own and version in WEAK_VIEWER_VERSIONS:
            yield Finding(distribution, "DistributionConfig.ViewerCertificate.MinimumProtocolVersion", f"is {version}")
        for origin in map(mapping, listed(config.get("Origins"))):
            yield from _origin(distribution, mapping(origin.get("CustomOriginConfig")))


def _behaviours(config: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "DefaultCacheBehavior", mapping(config.get("DefaultCacheBehavior"))
    for index, behaviour in enumerate(listed(config.get("CacheBehaviors"))):
        yield f"CacheBehaviors[{index}]", mapping(behaviour)


def _origin(distribution: Resource, origin: dict[str, Any]) -> Iterator[Finding]:
    place = "DistributionConfig.Origins.CustomOriginConfig"
    if origin and origin.get("OriginProtocolPolicy") == "http-only":
        yield Finding(distribution, f"{place}.OriginProtocolPolicy", "is http-only")
    for version in listed(origin.get("OriginSSLProtocols")):
        if version in WEAK_ORIGIN_VERSIONS:
            yield Finding(distribution, f"{place}.OriginSSLProtocols", f"include {version}")


@promise(
    "encryption.tls-domains",
    "Custom domains, API backends and search domains speak TLS 1.2 or newer, and nothing plain.",
)
def tls_domains(context: Context) -> Iterator[Finding]:
    """API Gateway's default for a custom domain is TLS 1.0."""
    for method in context.of_type("AWS::ApiGateway::Method"):
        if describe(method.get("Integration", "Uri")).startswith("http://"):
            yield Finding(method, "Integration.Uri", "asks its backend in clear")
    for domain in context.of_type("AWS::ApiGateway::DomainName"):
        yield from _version(domain, "SecurityPolicy", domain.get("SecurityPolicy"))
    for domain in context.of_type("AWS::ApiGatewayV2::DomainName"):
        for version in at(domain.resolved, "DomainNameConfigurations.*.SecurityPolicy") or [None]:
            yield from _version(domain, "DomainNameConfigurations.SecurityPolicy", version)
    for domain in context.of_type("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"):
        if not is_true(domain.get("DomainEndpointOptions", "EnforceHTTPS")):
            yield Finding(domain, "DomainEndpointOptions.EnforceHTTPS", "is not on")
        policy = domain.get("DomainEndpointOptions", "TLSSecurityPolicy")
        if "TLS-1-2" not in str(policy):
            yield Finding(domain, "DomainEndpointOptions.TLSSecurityPolicy", f"is {describe(policy)}")
        if not is_true(domain.get("NodeToNodeEncryptionOptions", "Enabled")):
            yield Finding(domain, "NodeToNodeEncryptionOptions.Enabled", "is not on")


def _version(domain: Resource, place: str, version: Any) -> Iterator[Finding]:
    if version is None or version in ("TLS_1_0", "TLS_1_1"):
        yield Finding(domain, place, f"must be TLS_1_2 or newer, is {describe(version)}")
