"""CloudFront, DNS zones and health checks."""

from collections.abc import Iterator, Mapping

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Free, Unpriced, fixed, mentioned, priced, text, usage


@priced("AWS::CloudFront::Distribution")
def distribution(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Traffic and HTTPS requests, at the price of North America and Europe."""
    yield usage("data out", "cloudfront.gb_us_eu", context.assume("distribution_egress_gb", "GB"))
    requests = context.assume("distribution_requests_millions", "10k requests", divided_by=1 / 100)
    yield usage("HTTPS requests", "cloudfront.https_us", requests)


@priced("AWS::CloudFront::Function")
def edge_function(_resource: Resource, context: Context) -> Iterator[Answer]:
    """As often as the distribution is asked."""
    runs = context.assume("distribution_requests_millions", "1M invocations")
    yield usage("invocations", "cloudfront.function", runs)


@priced(
    "AWS::Route53::HostedZone",
    "AWS::ServiceDiscovery::PrivateDnsNamespace",
    "AWS::ServiceDiscovery::PublicDnsNamespace",
)
def zone(resource: Resource, context: Context) -> Iterator[Answer]:
    """A zone by the month, and the queries to it; a DNS namespace makes one."""
    yield fixed("hosted zone", "route53.zone", Factor(1, "zone-month"))
    private = resource.get("VPCs") or resource.type.endswith("PrivateDnsNamespace")
    if not private:
        yield usage("queries", "route53.queries", context.assume("dns_queries_millions", "1M queries"))


@priced("AWS::Route53::HealthCheck")
def health_check(resource: Resource, _context: Context) -> Iterator[Answer]:
    """The check and each option (HTTPS, text match, fast interval, latency), for an endpoint outside AWS."""
    settings = resource.get("HealthCheckConfig", default={})
    if not isinstance(settings, Mapping):
        settings = {}
    kind = str(settings.get("Type", ""))
    options = (
        kind.startswith("HTTPS"),
        kind.endswith("STR_MATCH"),
        settings.get("RequestInterval") == 10,  # noqa: PLR2004 - the only fast interval there is
        settings.get("MeasureLatency") is True,
    )
    yield fixed("health check", "route53.health_check_other", Factor(1, "check-month"))
    if chosen := sum(options):
        yield fixed("options", "route53.health_check_option_other", Factor(chosen, "options"))


@priced("AWS::Logs::Delivery")
def log_delivery(resource: Resource, context: Context) -> Iterator[Answer]:
    """CloudFront's access logs reach a bucket without a charge, unless they are converted to Parquet."""
    name = resource.get("DeliverySourceName")
    sources = [source for source in context.siblings(resource, "AWS::Logs::DeliverySource") if _named(source, name)]
    origins = {origin.type for source in sources for origin in mentioned(source.get("ResourceArn"))}
    targets = mentioned(resource.get("DeliveryDestinationArn"))
    buckets = [bucket for target in targets for bucket in mentioned(target.get("DestinationResourceArn"))]
    plain = all(text(target, "OutputFormat", default="json") != "parquet" for target in targets)
    if origins == {"AWS::CloudFront::Distribution"} and buckets and plain:
        yield Free("CloudFront's logs reach a bucket without a charge; the bucket bills what it keeps")
    else:
        yield Unpriced("delivery", "no sourced price for logs of this kind")


def _named(source: Resource, name: object) -> bool:
    return bool(source.get("Name") == name)
