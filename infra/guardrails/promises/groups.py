"""Reachability by security group: who may open a connection to what, and what data may open itself."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, number
from infra.guardrails.addresses import inside, is_private, parse
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.group_rules import Group, Rule, group_of
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.knowledge.stores import LOAD_BALANCERS, STORES
from infra.guardrails.registry import promise

ENDPOINT = "AWS::EC2::VPCEndpoint"
PASSIVE = tuple(kind for kind in STORES if kind not in ("AWS::RDS::DBProxy", "AWS::DMS::ReplicationInstance"))
"""Stores that open no connection to other stores: a proxy and a replication do."""
LISTENER = "AWS::ElasticLoadBalancingV2::Listener"


@promise(
    "reachability.no-open-ingress",
    "No security group lets the world in, but a public load balancer's on its listeners' ports.",
)
def no_open_ingress(context: Context) -> Iterator[Finding]:
    """Look at every ingress rule, inline or its own resource, prefix lists included."""
    for group, rules in context.network.ingress.items():
        doors = _public_ports(context, group)
        for rule in rules:
            if rule.open_to_the_world and not _only(rule, doors):
                yield Finding(rule.resource, rule.place, f"{rule.ports} is open to {rule.peer}")


def _public_ports(context: Context, group: Group) -> set[float]:
    """Listener ports of the internet-facing load balancers that share `group` with nothing else."""
    members = context.network.members.get(group, [])
    if not context.policy.public_load_balancer or not members:
        return set()
    if any(member.type not in LOAD_BALANCERS or _internal(member) for member in members):
        return set()
    classic = (number(port) for member in members for port in at(member.resolved, "Listeners.*.LoadBalancerPort"))
    modern = (
        number(listener.get("Port"))
        for listener in context.of_type(LISTENER)
        if isinstance(balancer := listener.get("LoadBalancerArn"), Target) and balancer.resource in members
    )
    return {port for port in (*classic, *modern) if port is not None}


def _internal(balancer: Resource) -> bool:
    return bool(balancer.get("Scheme") == "internal")


def _only(rule: Rule, doors: set[float]) -> bool:
    return rule.from_port is not None and rule.from_port == rule.to_port and rule.from_port in doors


def _guarded(context: Context) -> Iterator[Resource]:
    """Stores with groups of their own: not the members of a cluster, which share its groups."""
    for store in context.network.stores:
        if not (store.type == "AWS::RDS::DBInstance" and is_cluster_member(store)):
            yield store


@promise(
    "reachability.stores-name-their-clients",
    "A data store, cache or file system accepts connections from named security groups only.",
)
def stores_name_their_clients(context: Context) -> Iterator[Finding]:
    """No address range, no prefix list, no group that anybody can be in."""
    for store in _guarded(context):
        path = STORES[store.type].groups
        groups = context.network.groups_of_store(store)
        outside = "VPCOptions" in path and not store.get("VPCOptions")  # which `no-public-database` reports
        if not groups and not outside:
            yield Finding(store, path, "names no security group, so it gets the VPC's default one or none at all")
        for group in groups:
            if group_is_default(group):
                yield Finding(store, path, "is in the VPC's default security group, where anything may be")
            for rule in context.network.ingress.get(group, []):
                if problem := _wrong_client(context, rule, groups):
                    yield Finding(rule.resource, rule.place, f"lets {problem} reach {store.logical_id}")


def group_is_default(group: Group) -> bool:
    """Whether it is a VPC's default group."""
    return isinstance(group, Target) and group.attribute == "DefaultSecurityGroup"


def _wrong_client(context: Context, rule: Rule, groups: list[Group]) -> str | None:
    if rule.group is None:
        return f"addresses ({rule.peer}) instead of a security group"
    if group_is_default(rule.group):
        return "the VPC's default security group"
    clients = context.network.members.get(rule.group, [])
    if not clients and isinstance(rule.group, Resource) and context.policy.isolated_data_tier:
        return f"whoever joins {rule.peer}, which nothing of ours is in,"
    for kinds, name in ((LOAD_BALANCERS, "a load balancer"), ((ENDPOINT,), "an endpoint"), (PASSIVE, "another store")):
        if clients and all(client.type in kinds for client in clients) and rule.group not in groups:
            return f"{name} ({rule.peer})"
    return None


@promise(
    "reachability.stores-open-few-ports",
    "A data store's security group opens single ports, never all of them.",
)
def stores_open_few_ports(context: Context) -> Iterator[Finding]:
    """A rule for all traffic, or for all ports, opens what nobody watches."""
    for store in _guarded(context):
        for group in context.network.groups_of_store(store):
            for rule in context.network.ingress.get(group, []):
                if rule.all_ports and rule.group != group:
                    message = f"opens {rule.ports} of {store.logical_id} to {rule.peer}"
                    yield Finding(rule.resource, rule.place, message)


@promise(
    "reachability.data-opens-nothing",
    "A data store opens no connection to the world: its security groups have no open egress.",
)
def data_opens_nothing(context: Context) -> Iterator[Finding]:
    """A group without any egress rule gets AWS's default one, which allows everything."""
    seen: set[Group] = set()
    for store in _guarded(context):
        for group in context.network.groups_of_store(store):
            if not isinstance(group, Resource) or group in seen:
                continue
            seen.add(group)
            rules = context.network.egress.get(group, [])
            if not rules:
                message = f"is missing, so {store.logical_id} may connect to anywhere"
                yield Finding(group, "SecurityGroupEgress", message)
            for rule in rules:
                if rule.open_to_the_world:
                    message = f"lets {store.logical_id} open {rule.ports} to {rule.peer}"
                    yield Finding(rule.resource, rule.place, message)


@promise(
    "reachability.endpoints-closed",
    "An interface endpoint is reachable only from named security groups, or from addresses of its own VPC.",
)
def endpoints_closed(context: Context) -> Iterator[Finding]:
    """Gateway endpoints have no security group: their routes decide."""
    for endpoint in context.of_type(ENDPOINT):
        if endpoint.get("VpcEndpointType", default="Gateway") != "Interface":
            continue
        groups = [g for value in at(endpoint.resolved, "SecurityGroupIds") if (g := group_of(value)) is not None]
        if not groups:
            yield Finding(endpoint, "SecurityGroupIds", "is missing, so the VPC's default group decides")
        for group in groups:
            for rule in context.network.ingress.get(group, []):
                for cidr in (
                    *rule.ranges,
                    *([rule.prefix_list] if rule.prefix_list and not rule.ranges else []),
                ):
                    if not _own_address(context, endpoint, cidr):
                        message = f"lets {describe(cidr)} reach the endpoint; its VPC is smaller"
                        yield Finding(rule.resource, rule.place, message)


def _own_address(context: Context, endpoint: Resource, cidr: object) -> bool:
    if isinstance(cidr, Target):
        return cidr.resource.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet")
    network = parse(cidr)
    if network is None:
        return False
    own = context.network.vpc_ranges(endpoint.get("VpcId"))
    return any(inside(network, vpc) for vpc in own) if own else is_private(network)
