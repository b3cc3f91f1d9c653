"""Reachability by subnet: the data tier has no way to the internet, and a network ACL keeps others out."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import keyed
from infra.guardrails.access_lists import AccessLists
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

VPC = "AWS::EC2::VPC"
SUBNET = "AWS::EC2::Subnet"


def _data_subnets(context: Context) -> dict[Resource, list[Resource]]:
    """Subnets where data stores stand, and which."""
    found: dict[Resource, list[Resource]] = {}
    for store in context.network.stores:
        for subnet in context.network.subnets_of_store(store):
            found.setdefault(subnet, []).append(store)
    return found


def _isolated(context: Context) -> list[Resource]:
    """Subnets of the data tier: wherever a store stands, and CDK's isolated tier where no workload runs."""
    busy = {subnet for subnets in context.network.workload_subnets.values() for subnet in subnets}
    spare = (subnet for subnet in context.of_type(SUBNET) if subnet not in busy and _tier(subnet) == "Isolated")
    return list(dict.fromkeys([*_data_subnets(context), *spare]))


def _tier(subnet: Resource) -> str:
    tags = keyed(subnet.get("Tags"))
    return str(tags.get("aws-cdk:subnet-type"))


@promise(
    "reachability.acl-keeps-the-internet-out",
    "The network ACL of a data subnet lets nobody in from the internet or from the public tier.",
)
def acl_keeps_the_internet_out(context: Context) -> Iterator[Finding]:
    """Entries are tried in the order of their numbers, as AWS does."""
    lists = AccessLists(context.assembly)
    public = [subnet for subnet in context.of_type(SUBNET) if context.network.is_public(subnet)]
    for subnet, ports in _ports(context).items():
        acl = lists.of_subnet(subnet)
        if acl is None:
            continue
        for port in sorted({*ports, *lists.opened_ports(acl, egress=False)}):
            for origin in (None, *(other for other in public if other.get("VpcId") == subnet.get("VpcId"))):
                if admitted := lists.admitting_entry(acl, port, egress=False, from_subnet=origin):
                    entry, address = admitted
                    who = f"the public subnet {origin.logical_id} ({address})" if origin else str(address)
                    yield Finding(entry, "CidrBlock", f"lets {who} reach port {port} of {subnet.logical_id}")
                    break


def _ports(context: Context) -> dict[Resource, list[int]]:
    found: dict[Resource, list[int]] = {}
    stores = _data_subnets(context)
    for subnet in _isolated(context):
        ports = {port for store in stores.get(subnet, []) for port in context.network.ports_of_store(store)}
        found[subnet] = sorted(ports) or [5432]
    return found


@promise(
    "reachability.acl-keeps-data-in",
    "The network ACL of a data subnet lets nothing out to the internet.",
)
def acl_keeps_data_in(context: Context) -> Iterator[Finding]:
    """A store answers its clients and opens nothing itself."""
    if not context.policy.isolated_data_tier:
        return
    lists = AccessLists(context.assembly)
    for subnet in _isolated(context):
        acl = lists.of_subnet(subnet)
        for port in sorted(lists.opened_ports(acl, egress=True)) if acl else ():
            if acl is not None and (admitted := lists.admitting_entry(acl, port, egress=True)):
                entry, address = admitted
                yield Finding(entry, "CidrBlock", f"lets {subnet.logical_id} connect to {address} on port {port}")
                break


@promise(
    "reachability.data-tier-has-an-acl",
    "Every subnet of the data tier is associated with a network ACL of its own.",
)
def data_tier_has_an_acl(context: Context) -> Iterator[Finding]:
    """The VPC's default ACL lets everything through."""
    if not context.policy.isolated_data_tier:
        return
    lists = AccessLists(context.assembly)
    for subnet in _isolated(context):
        if lists.of_subnet(subnet) is None:
            yield Finding(subnet, "SubnetNetworkAclAssociation", "none: the VPC's default ACL lets everything through")


@promise(
    "reachability.data-tier-has-no-way-out",
    "No subnet of the data tier has a route to the internet, not even through a NAT gateway.",
)
def data_tier_has_no_way_out(context: Context) -> Iterator[Finding]:
    """Endpoints are the way to AWS."""
    if not context.policy.isolated_data_tier:
        return
    for subnet in _isolated(context):
        for route in context.network.default_routes(subnet):
            destination = route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock")
            yield Finding(route, "DestinationCidrBlock", f"leads from {subnet.logical_id} to {describe(destination)}")


@promise(
    "reachability.default-group-closed",
    "Every VPC's default security group is emptied: who forgets to name a group is not reachable.",
)
def default_group_closed(context: Context) -> Iterator[Finding]:
    """CDK empties it with a custom resource; CloudFormation cannot."""
    if not context.policy.isolated_data_tier:
        return
    closers = list(context.of_type("Custom::VpcRestrictDefaultSG"))
    closed = {value.resource for closer in closers if isinstance(value := closer.get("DefaultSecurityGroupId"), Target)}
    for vpc in context.of_type(VPC):
        if vpc not in closed:
            yield Finding(vpc, "DefaultSecurityGroup", "keeps AWS's rules: members reach each other and the world")


@promise("observed.flow-logs", "Every VPC records accepted and rejected connections.")
def flow_logs(context: Context) -> Iterator[Finding]:
    """Rejected alone would hide what succeeded."""
    if not context.policy.flow_logs:
        return
    for vpc in context.of_type(VPC):
        logs = [
            log
            for log in context.of_type("AWS::EC2::FlowLog")
            if isinstance(target := log.get("ResourceId"), Target) and target.resource is vpc
        ]
        if not any(log.get("TrafficType") == "ALL" for log in logs):
            found = ", ".join(describe(log.get("TrafficType")) for log in logs) or "none"
            yield Finding(vpc, "FlowLog", f"must be one with TrafficType ALL, is {found}")
