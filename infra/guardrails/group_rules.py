"""The rules of security groups, inline or as resources of their own, in one form."""

from dataclasses import dataclass
from typing import Any

from infra.assembly.model import Opaque, Resource, Target, Text, describe
from infra.assembly.values import at, number
from infra.guardrails.addresses import is_world, parse

GROUP = "AWS::EC2::SecurityGroup"
#: A security group: its resource, or its id where it is made elsewhere.
Group = Resource | Target | Text | Opaque | str
#: Protocols by the number that may stand for them.
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6", "all": "-1"}


@dataclass(frozen=True)
class Rule:
    """One rule of a security group: which resource and property write it, and whom it lets through."""

    resource: Resource
    place: str
    protocol: str
    #: A number, what a template says instead of one, or None where it says nothing.
    from_port: Any
    to_port: Any
    ranges: tuple[Any, ...] = ()
    group: Group | None = None
    prefix_list: Any = None

    @property
    def all_ports(self) -> bool:
        """Whether it opens every port of a protocol."""
        if self.protocol == "-1":
            return True
        return self.protocol in ("tcp", "udp") and (self.from_port, self.to_port) in (
            (0, 65535),
            (1, 65535),
            (-1, -1),
            (None, None),
        )

    @property
    def open_to_the_world(self) -> bool:
        """Whether anybody on the internet is among those it lets through."""
        return any((network := parse(cidr)) is not None and is_world(network) for cidr in self.ranges)

    @property
    def peer(self) -> str:
        """Whom it lets through, for messages."""
        if self.group is not None:
            return self.group.logical_id if isinstance(self.group, Resource) else describe(self.group)
        return ", ".join(describe(cidr) for cidr in self.ranges) or describe(self.prefix_list)

    @property
    def ports(self) -> str:
        """Its ports, for messages."""
        if self.protocol == "-1":
            return "all traffic"
        ports = {describe(port) for port in (self.from_port, self.to_port) if port is not None}
        return f"{self.protocol} {'-'.join(sorted(ports)) or 'all ports'}"


def group_of(value: Any) -> Group | None:
    """The security group that a resolved value names."""
    if isinstance(value, Target):
        return value.resource if value.resource.type == GROUP else value
    return value if isinstance(value, Text | Opaque | str) else None


def read_rule(resource: Resource, name: str, rule: Any, peer: str) -> Rule:
    """A rule as a template writes it; `peer` is Source or Destination."""
    prefix_list = rule.get(f"{peer}PrefixListId")
    ranges = [rule[key] for key in ("CidrIp", "CidrIpv6") if key in rule]
    if isinstance(prefix_list, Target) and prefix_list.resource.type == "AWS::EC2::PrefixList":
        ranges += at(prefix_list.resource.resolved, "Entries.*.Cidr")
    return Rule(
        resource=resource,
        place=name,
        protocol=_protocol(rule.get("IpProtocol", "-1")),
        from_port=_port(rule.get("FromPort")),
        to_port=_port(rule.get("ToPort")),
        ranges=tuple(ranges),
        group=group_of(rule.get(f"{peer}SecurityGroupId") or rule.get(f"{peer}SecurityGroupName")),
        prefix_list=prefix_list,
    )


def _protocol(value: Any) -> str:
    written = str(value).lower()
    return _PROTOCOLS.get(written, written)


def _port(value: Any) -> Any:
    known = number(value)
    return value if known is None else int(known)
