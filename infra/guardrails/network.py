"""The network that the templates describe: security groups and their rules, subnets, routes, network ACLs."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, Target, Text
from infra.assembly.values import at, listed, mapping, number
from infra.guardrails.addresses import IpNetwork, is_world, parse
from infra.guardrails.group_rules import GROUP, Group, Rule, group_of, read_rule
from infra.guardrails.knowledge.stores import GROUP_PROPERTIES, STORES, SUBNET_GROUPS, WORKLOADS


class Network:
    """Looks things up in one assembly's network."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly

    @cached_property
    def ingress(self) -> dict[Group, list[Rule]]:
        """Rules that let traffic into each group, inline or as resources of their own."""
        return self._rules("Ingress", "Source")

    @cached_property
    def egress(self) -> dict[Group, list[Rule]]:
        """Rules that let traffic out of each group."""
        return self._rules("Egress", "Destination")

    def _rules(self, direction: str, peer: str) -> dict[Group, list[Rule]]:
        found: dict[Group, list[Rule]] = {}
        for group in self._assembly.of_type(GROUP):
            inline = group.get(f"SecurityGroup{direction}")
            found.setdefault(group, []).extend(
                read_rule(group, f"SecurityGroup{direction}[{index}]", mapping(rule), peer)
                for index, rule in enumerate(listed(inline))
            )
        for resource in self._assembly.of_type(f"AWS::EC2::SecurityGroup{direction}"):
            owner = group_of(resource.get("GroupId"))
            if owner is not None:
                found.setdefault(owner, []).append(read_rule(resource, "GroupId", resource.resolved, peer))
        return found

    @cached_property
    def members(self) -> dict[Group, list[Resource]]:
        """What each group is attached to."""
        found: dict[Group, list[Resource]] = {}
        for resource in self._assembly.deployed:
            for value in _group_values(resource.resolved):
                group = group_of(value)
                if group is not None:
                    found.setdefault(group, []).append(resource)
        return found

    @cached_property
    def stores(self) -> list[Resource]:
        """The data stores that stand in a VPC."""
        return list(self._assembly.of_type(*STORES))

    def groups_of_store(self, store: Resource) -> list[Group]:
        """The security groups of a store."""
        values = at(store.resolved, STORES[store.type].groups)
        return [group for value in values if (group := group_of(value)) is not None]

    def ports_of_store(self, store: Resource) -> list[int]:
        """The ports on which a store listens."""
        known = STORES[store.type]
        own = number(store.get(known.port))
        return [int(own)] if own is not None else list(known.ports)

    def subnets_of_store(self, store: Resource) -> list[Resource]:
        """The subnets of a store, where the assembly makes them."""
        values = at(store.resolved, STORES[store.type].subnets)
        return [subnet for value in values for subnet in self._subnets(value)]

    def _subnets(self, value: Any) -> list[Resource]:
        resource = value.resource if isinstance(value, Target) else self._subnet_group_named(value)
        if resource is None:
            return []
        if resource.type == "AWS::EC2::Subnet":
            return [resource]
        if resource.type in SUBNET_GROUPS:
            return self.subnets_in(at(resource.resolved, SUBNET_GROUPS[resource.type][0]))
        return []

    def subnets_in(self, values: list[Any]) -> list[Resource]:
        """The subnets among resolved values."""
        return [v.resource for v in values if isinstance(v, Target) and v.resource.type == "AWS::EC2::Subnet"]

    def _subnet_group_named(self, name: Any) -> Resource | None:
        if not isinstance(name, str | Text):
            return None
        return next(
            (
                group
                for kind, (_, name_property) in SUBNET_GROUPS.items()
                for group in self._assembly.of_type(kind)
                if str(group.get(name_property)).lower() == str(name).lower()
            ),
            None,
        )

    @cached_property
    def workload_subnets(self) -> dict[Resource, list[Resource]]:
        """What runs in the VPC, and its subnets."""
        return {
            workload: self.subnets_in([value for path in paths for value in at(workload.resolved, path)])
            for kind, paths in WORKLOADS.items()
            for workload in self._assembly.of_type(kind)
        }

    @cached_property
    def _routes(self) -> dict[Resource, list[Resource]]:
        """Routes of each subnet."""
        by_table: dict[Resource, list[Resource]] = {}
        for route in self._assembly.of_type("AWS::EC2::Route"):
            table = route.get("RouteTableId")
            if isinstance(table, Target):
                by_table.setdefault(table.resource, []).append(route)
        found: dict[Resource, list[Resource]] = {}
        for association in self._assembly.of_type("AWS::EC2::SubnetRouteTableAssociation"):
            subnet, table = association.get("SubnetId"), association.get("RouteTableId")
            if isinstance(subnet, Target) and isinstance(table, Target):
                found.setdefault(subnet.resource, []).extend(by_table.get(table.resource, []))
        return found

    def default_routes(self, subnet: Resource) -> list[Resource]:
        """Routes of a subnet that lead to the world."""
        return [
            route
            for route in self._routes.get(subnet, [])
            for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock")
            if (network := parse(route.get(name))) is not None and is_world(network)
        ]

    def is_public(self, subnet: Resource) -> bool:
        """Whether a route leads from the internet gateway's side straight into the subnet."""
        return any(_leads_to_internet_gateway(route) for route in self.default_routes(subnet))

    def vpc_ranges(self, vpc: Any) -> list[IpNetwork]:
        """The address ranges of a VPC that the assembly makes."""
        if not isinstance(vpc, Target):
            return []
        extra = (
            block.get("CidrBlock")
            for block in self._assembly.of_type("AWS::EC2::VPCCidrBlock")
            if block.get("VpcId") == vpc
        )
        return [network for cidr in (vpc.resource.get("CidrBlock"), *extra) if (network := parse(cidr)) is not None]


def _leads_to_internet_gateway(route: Resource) -> bool:
    gateway = route.get("GatewayId")
    if isinstance(gateway, Target):
        return gateway.resource.type == "AWS::EC2::InternetGateway"
    return isinstance(gateway, str) and gateway.startswith("igw-")


def _group_values(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key.lower() in GROUP_PROPERTIES:
                yield from listed(item)
            else:
                yield from _group_values(item)
    elif isinstance(value, list):
        for item in value:
            yield from _group_values(item)
