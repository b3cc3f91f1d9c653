"""Application and network load balancers."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Unpriced, fixed, hours, items, priced, text, usage

PRICES = {"application": "alb", "network": "nlb"}


@priced("AWS::ElasticLoadBalancingV2::LoadBalancer")
def load_balancer(resource: Resource, context: Context) -> Iterator[Answer]:
    """Hours and capacity units; towards the internet a public address a zone, and what it sends."""
    kind = text(resource, "Type", default="application")
    if kind not in PRICES:
        yield Unpriced("load balancer", f"no pricing rule for a {kind} load balancer")
        return
    price = PRICES[kind]
    yield fixed("load balancer", f"{price}.hour", hours())
    yield usage("capacity units", f"{price}.lcu_hour", context.assume("load_balancer_capacity_units", "LCU"), hours())
    if text(resource, "Scheme", default="internet-facing") == "internet-facing":
        zones = len(items(resource, "Subnets")) or len(items(resource, "SubnetMappings")) or 1
        yield fixed("public IPv4 addresses", "public_ipv4", Factor(zones, "zones"), hours())
        yield usage("data out", "egress", context.assume("load_balancer_egress_gb", "GB"))
