"""Resilient: one zone, one instance or one failed deployment takes nothing down."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Target, describe
from infra.assembly.values import at, at_least, is_true
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.registry import promise

SPREAD = {
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::ECS::Service",
    "AWS::EKS::Nodegroup",
    "AWS::Lambda::Function",
}
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@promise("resilient.zones", "Stores, load balancers, services and functions span as many zones as the config says.")
def zones(context: Context) -> Iterator[Finding]:
    """Counted over the subnets that the assembly makes."""
    minimum, network = context.policy.min_availability_zones, context.network
    placed = {workload: subnets for workload, subnets in network.workload_subnets.items() if workload.type in SPREAD}
    for balancer in context.of_type(BALANCER):
        values = at(balancer.resolved, "Subnets") + at(balancer.resolved, "SubnetMappings.*.SubnetId")
        placed[balancer] = network.subnets_in(values)
    for store in network.stores:
        if store.type != "AWS::EFS::MountTarget":
            placed[store] = network.subnets_of_store(store)
    for target in context.of_type("AWS::EFS::MountTarget"):
        if isinstance(system := target.get("FileSystemId"), Target):
            placed.setdefault(system.resource, []).extend(network.subnets_of_store(target))
    for resource, subnets in placed.items():
        spanned = {describe(subnet.get("AvailabilityZone")) for subnet in subnets}
        if subnets and len(spanned) < minimum:
            yield Finding(resource, "Subnets", f"span {len(spanned)} availability zones instead of {minimum}")


#: Type, property, and what it must be at least or equal to.
FAIL_OVER: tuple[tuple[str, str, Any], ...] = (
    ("AWS::AmazonMQ::Broker", "DeploymentMode", ("ACTIVE_STANDBY_MULTI_AZ", "CLUSTER_MULTI_AZ")),
    ("AWS::DAX::Cluster", "ReplicationFactor", 2),
    ("AWS::DMS::ReplicationInstance", "MultiAZ", True),
    ("AWS::ElastiCache::ReplicationGroup", "AutomaticFailoverEnabled", True),
    ("AWS::ElastiCache::ReplicationGroup", "MultiAZEnabled", True),
    ("AWS::Elasticsearch::Domain", "ElasticsearchClusterConfig.ZoneAwarenessEnabled", True),
    ("AWS::MSK::Cluster", "NumberOfBrokerNodes", 2),
    ("AWS::OpenSearchService::Domain", "ClusterConfig.ZoneAwarenessEnabled", True),
    ("AWS::RDS::DBInstance", "MultiAZ", True),
    ("AWS::Redshift::Cluster", "NumberOfNodes", 2),
)


@promise(
    "resilient.fail-over",
    "Databases, caches and brokers have a standby in another zone and fail over by themselves.",
)
def fail_over(context: Context) -> Iterator[Finding]:
    """Cluster members fail over to each other, which `resilient.readers` counts."""
    if not context.policy.multi_az:
        return
    for kind, path, wanted in FAIL_OVER:
        for resource in context.of_type(kind):
            if kind == "AWS::RDS::DBInstance" and (
                is_cluster_member(resource) or "SourceDBInstanceIdentifier" in resource.resolved
            ):
                continue
            value = resource.get(*path.split("."))
            if not _meets(value, wanted):
                yield Finding(resource, path, f"must be {_words(wanted)}, is {describe(value)}")
    for group in context.of_type("AWS::ElastiCache::ReplicationGroup"):
        sizes = (group.get("NumCacheClusters"), group.get("ReplicasPerNodeGroup"))
        if not at_least(sizes[0], 2) and not at_least(sizes[1], 1):
            yield Finding(group, "NumCacheClusters", f"must be >= 2, is {describe(sizes[0])}")
    for system in context.of_type("AWS::EFS::FileSystem"):
        if system.get("AvailabilityZoneName"):
            yield Finding(system, "AvailabilityZoneName", "keeps the files in one zone")


def _meets(value: Any, wanted: Any) -> bool:
    if wanted is True:
        return is_true(value)
    return value in wanted if isinstance(wanted, tuple) else at_least(value, wanted)


def _words(wanted: Any) -> str:
    if wanted is True:
        return "true"
    return " or ".join(wanted) if isinstance(wanted, tuple) else f">= {wanted}"


@promise("resilient.egress", "Private subnets reach the internet in the way that the config says, and no other.")
def egress(context: Context) -> Iterator[Finding]:
    """One gateway per zone means: of the subnet's own zone."""
    wanted = context.policy.nat
    gateways = list(context.of_type("AWS::EC2::NatGateway"))
    if wanted == "any":
        return
    if wanted == "none":
        for gateway in gateways:
            yield Finding(gateway, "Type", "is a way out, though the config says none")
    elif not gateways:
        yield Finding(context.home, "AWS::EC2::NatGateway", f"none, though the config says {wanted}")
    elif wanted == "single-nat" and len(gateways) > 1:
        yield Finding(gateways[1], "Type", f"is one of {len(gateways)}, though the config says one")
    elif wanted == "regional-nat":
        for gateway in gateways:
            if str(gateway.get("AvailabilityMode")).lower() != "regional":
                yield Finding(
                    gateway,
                    "AvailabilityMode",
                    f"must be regional, is {describe(gateway.get('AvailabilityMode'))}",
                )
    elif wanted == "nat-per-zone":
        yield from _zonal(context)


def _zonal(context: Context) -> Iterator[Finding]:
    subnets = list(context.of_type("AWS::EC2::Subnet"))
    served = {
        describe(home.resource.get("AvailabilityZone"))
        for gateway in context.of_type("AWS::EC2::NatGateway")
        if isinstance(home := gateway.get("SubnetId"), Target)
    }
    for subnet in subnets:
        zone = describe(subnet.get("AvailabilityZone"))
        if context.network.is_public(subnet) and zone not in served:
            yield Finding(subnet, "AvailabilityZone", f"{zone} has no NAT gateway, though the config says one per zone")
    for subnet in subnets:
        for route in context.network.default_routes(subnet):
            gateway = route.get("NatGatewayId")
            if not isinstance(gateway, Target):
                continue
            home = gateway.resource.get("SubnetId")
            if isinstance(home, Target) and home.resource.get("AvailabilityZone") != subnet.get("AvailabilityZone"):
                message = f"sends {subnet.logical_id} through another zone's {gateway.resource.logical_id}"
                yield Finding(route, "NatGatewayId", message)
