"""Network ACLs as AWS evaluates them: in order of rule number, the first match decides, else denied."""

from ipaddress import ip_address
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, Target
from infra.assembly.values import is_true, number
from infra.guardrails.addresses import IpAddress, is_private, parse

#: Addresses of the internet, in different corners of it.
SAMPLES = tuple(ip_address(text) for text in ("8.8.8.8", "52.95.110.1", "203.0.113.77", "2600:1f18::1"))
ANY_PROTOCOL, TCP, UDP = "-1", "6", "17"
HTTPS = 443


class AccessLists:
    """The network ACLs of one assembly."""

    def __init__(self, assembly: Assembly) -> None:
        self._entries: dict[Resource, list[Resource]] = {}
        self._by_subnet: dict[Resource, Resource] = {}
        for entry in assembly.of_type("AWS::EC2::NetworkAclEntry"):
            if isinstance(acl := entry.get("NetworkAclId"), Target):
                self._entries.setdefault(acl.resource, []).append(entry)
        for association in assembly.of_type("AWS::EC2::SubnetNetworkAclAssociation"):
            acl, subnet = association.get("NetworkAclId"), association.get("SubnetId")
            if isinstance(acl, Target) and isinstance(subnet, Target):
                self._by_subnet[subnet.resource] = acl.resource

    def of_subnet(self, subnet: Resource) -> Resource | None:
        """The ACL associated with a subnet; None: the VPC's default one, which lets everything through."""
        return self._by_subnet.get(subnet)

    def opened_ports(self, acl: Resource, *, egress: bool) -> set[int]:
        """One port of each range that an allowing entry opens: where to knock."""
        ranges = (
            entry.get("PortRange", "From", default=HTTPS)
            for entry in self._entries.get(acl, [])
            if is_true(entry.get("Egress", default=False)) == egress
        )
        return {int(port) for value in ranges if (port := number(value)) is not None}

    def admitting_entry(
        self, acl: Resource, port: int, *, egress: bool, from_subnet: Resource | None = None
    ) -> tuple[Resource, IpAddress] | None:
        """The entry that lets the internet (or `from_subnet`) through on `port`, with an address as proof."""
        entries = sorted(
            (entry for entry in self._entries.get(acl, []) if is_true(entry.get("Egress", default=False)) == egress),
            key=lambda entry: number(entry.get("RuleNumber")) or 0,
        )
        for address in _addresses(entries, from_subnet):
            decided = next((entry for entry in entries if _matches(entry, address, port)), None)
            if decided is not None and str(decided.get("RuleAction")).lower() == "allow":
                return decided, address
        return None


def _addresses(entries: list[Resource], subnet: Resource | None) -> list[IpAddress]:
    """Addresses worth trying: those of the subnet, or public ones, among them one of each entry's range."""
    if subnet is not None:
        network = parse(subnet.get("CidrBlock"))
        return [network[1]] if network is not None else []
    ranges = (parse(entry.get(name)) for entry in entries for name in ("CidrBlock", "Ipv6CidrBlock"))
    public = (network[0] for network in ranges if network is not None and not is_private(network))
    return [address for address in (*SAMPLES, *public) if address.is_global or address in SAMPLES]


def _matches(entry: Resource, address: IpAddress, port: int) -> bool:
    name = "CidrBlock" if address.version == 4 else "Ipv6CidrBlock"  # noqa: PLR2004 - the IP version
    network = parse(entry.get(name))
    if network is None or address not in network:
        return False
    protocol = str(entry.get("Protocol"))
    return protocol == ANY_PROTOCOL or (protocol in (TCP, UDP) and _within(entry.get("PortRange"), port))


def _within(port_range: Any, port: int) -> bool:
    if not isinstance(port_range, dict):
        return True
    low, high = number(port_range.get("From")), number(port_range.get("To"))
    return low is not None and high is not None and low <= port <= high
