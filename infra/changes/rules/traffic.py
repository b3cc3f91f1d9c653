"""What security groups, routes and network ACLs let through after the change and did not before."""

from typing import Any, NamedTuple

from infra.assembly import Assembly, Opaque, Resource, Target, Text
from infra.changes.model import Reason, Severity
from infra.changes.values import canonical, resource_key
from infra.changes.world import World
from infra.guardrails.addresses import inside, is_private, is_world, parse
from infra.guardrails.group_rules import Group, Rule
from infra.guardrails.network import Network

_HIGH, _MEDIUM = Severity.HIGH, Severity.MEDIUM
_LAST_PORT = 65_535
#: What CDK writes into a group that lets nothing out.
_NOBODY = "255.255.255.255/32"
#: A range of more addresses than this is no scoped access: a /24.
_SCOPED = 256


class Opening(NamedTuple):
    """One peer that may reach one range of ports of a group, or be reached from it."""

    rule: Rule
    protocol: str
    first: Any
    last: Any
    peer: str

    def covers(self, other: "Opening") -> bool:
        """Whether everything that passes `other` passes here, too."""
        return self._covers_peer(other.peer) and self._covers_ports(other)

    def _covers_peer(self, peer: str) -> bool:
        if self.peer == peer:
            return True
        large, small = parse(self.peer), parse(peer)
        return large is not None and small is not None and inside(small, large)

    def _covers_ports(self, other: "Opening") -> bool:
        if self.protocol == "-1":
            return True
        if self.protocol != other.protocol:
            return False
        if (self.first, self.last) == (other.first, other.last):
            return True
        bounds = (self.first, self.last, other.first, other.last)
        if not all(isinstance(bound, int) for bound in bounds):
            return False
        first, last = (0, _LAST_PORT) if self.first == -1 else (self.first, self.last)
        return bool(first <= other.first and other.last <= last and other.first != -1)


def judge_traffic(world: World) -> None:
    """Add reasons for every opening that no old rule of the same group covers."""
    old, new = _openings(world.base, {}), _openings(world.head, world.pairs.old_names)
    for place, openings in new.items():
        known = old.get(place, [])
        for opening in openings:
            if not any(each.covers(opening) for each in known):
                _note(world, place[0], opening, _grew(opening, known, openings))
    for place, openings in old.items():
        for opening in openings:
            if not any(each.covers(opening) for each in new.get(place, [])):
                _closed(world, place[0], opening)
    _routes(world)
    _tables(world)
    _lists(world)


Openings = dict[tuple[str, str], list[Opening]]


def _openings(assembly: Assembly, names: dict[str, str]) -> Openings:
    network = Network(assembly)
    found: Openings = {}
    for direction, groups in (("ingress", network.ingress), ("egress", network.egress)):
        for group, rules in groups.items():
            openings = found.setdefault((direction, _name(group, None, names)), [])
            for rule in rules:
                first, last = (None, None) if rule.protocol == "-1" else (rule.from_port, rule.to_port)
                openings += [Opening(rule, rule.protocol, first, last, peer) for peer in _peers(rule, names)]
    return found


def _peers(rule: Rule, names: dict[str, str]) -> list[str]:
    stack = rule.resource.stack
    peers = [str(canonical(cidr, stack, names)) for cidr in rule.ranges if cidr != _NOBODY]
    if rule.group is not None:
        peers.append(_name(rule.group, rule.resource, names))
    if rule.prefix_list is not None and not peers:
        peers.append(str(canonical(rule.prefix_list, stack, names)))
    return peers


def _name(group: Group, resource: Resource | None, names: dict[str, str]) -> str:
    """A security group's identity, also where only its id or an expression is known."""
    if isinstance(group, Resource):
        key = resource_key(group)
        return names.get(key, key)
    if isinstance(group, Target):
        key = resource_key(group.resource)
        return f"{names.get(key, key)}.{group.attribute}"
    if isinstance(group, Text | Opaque) and resource is not None:
        return str(canonical(group, resource.stack, names))
    return str(group)


def _grew(opening: Opening, known: list[Opening], now: list[Opening]) -> bool:
    """Whether it contains an old opening that is gone, or is one on other ports."""
    kept = {each[1:] for each in now}
    return any(each[1:] not in kept and opening.covers(each) for each in known)


def _note(world: World, direction: str, opening: Opening, grew: bool) -> None:
    rule, outside = opening.rule, direction == "egress"
    newcomer = id(rule.resource) not in world.before and rule.resource.type == "AWS::EC2::SecurityGroup"
    severity = _severity(opening, outside, newcomer)
    if grew:
        severity = _HIGH
    if severity is None:
        return
    ports = _ports(opening)
    peer = _peer(world, opening)
    text = f"Lets {ports} out to {peer}." if outside else f"Lets {ports} in from {peer}."
    name = rule.place.split("[")[0] if rule.place != "GroupId" else "CidrIp" if rule.ranges else "SourceSecurityGroupId"
    world.note(rule.resource, Reason(severity, text), name)


def _closed(world: World, direction: str, opening: Opening) -> None:
    """A rule of its own that goes while its group stays: what relied on it gets through no longer."""
    rule = opening.rule
    group = rule.resource.get("GroupId")
    stays = not isinstance(group, Target) or id(group.resource) in world.after
    if rule.place == "GroupId" and stays and id(rule.resource) not in world.after:
        way = "out to" if direction == "egress" else "in from"
        text = f"No longer lets {_ports(opening)} {way} {_peer(world, opening)}: an outage of what relies on it."
        world.note(rule.resource, Reason(_MEDIUM, text))


def _severity(opening: Opening, outside: bool, newcomer: bool) -> Severity | None:
    network = parse(opening.peer)
    if network is not None and is_world(network):
        return None if outside and newcomer else _HIGH
    if outside and newcomer:
        return None
    if opening.protocol == "-1" and not outside and network is not None:
        return _HIGH
    if network is None or network.num_addresses <= _SCOPED:
        return _MEDIUM
    return _MEDIUM if newcomer and is_private(network) else _HIGH


def _ports(opening: Opening) -> str:
    if opening.protocol == "-1":
        return "all traffic"
    if opening.first is None or opening.first == -1:
        return f"{opening.protocol} on every port"
    same = opening.first == opening.last
    return f"{opening.protocol} {opening.first if same else f'{opening.first}-{opening.last}'}"


def _peer(world: World, opening: Opening) -> str:
    """Whom it is about: an address, or the construct of a security group."""
    is_group = opening.peer.count("/") > 1 and "$" not in opening.peer
    return world.readable(f"${{{opening.peer}.GroupId}}" if is_group else opening.peer)


def _routes(world: World) -> None:
    """Subnets that get a way to and from the internet."""
    for route in world.head.of_type("AWS::EC2::Route"):
        before = world.before.get(id(route))
        if _way(route) in (None, _way(before)):
            continue
        table = route.get("RouteTableId")
        if isinstance(table, Target) and id(table.resource) not in world.before:
            continue  # a new table, of new subnets
        high = _way(route) == "internet gateway"
        text = f"Gives its subnets a way to the internet through the {_way(route)}."
        world.note(route, Reason(_HIGH if high else _MEDIUM, text), "GatewayId" if high else "NatGatewayId")


def _tables(world: World) -> None:
    """Subnets that are moved to a table with a way to the internet."""
    for link in world.head.of_type("AWS::EC2::SubnetRouteTableAssociation"):
        before = world.before.get(id(link))
        if before is None or not _leads_out(world.head, link) or _leads_out(world.base, before):
            continue
        text = "Its subnet gets a way to the internet through the internet gateway."
        world.note(link, Reason(_HIGH, text), "RouteTableId")


def _leads_out(assembly: Assembly, link: Resource) -> bool:
    table = link.get("RouteTableId")
    routes = assembly.of_type("AWS::EC2::Route")
    return any(route.get("RouteTableId") == table and _way(route) == "internet gateway" for route in routes)


def _way(route: Resource | None) -> str | None:
    if route is None:
        return None
    ranges = (parse(route.get(name)) for name in ("DestinationCidrBlock", "DestinationIpv6CidrBlock"))
    if not any(found is not None and is_world(found) for found in ranges):
        return None
    gateway = route.get("GatewayId")
    if isinstance(gateway, Target) or str(gateway).startswith("igw-"):
        return "internet gateway"
    return "NAT gateway" if route.get("NatGatewayId") is not None else None


def _lists(world: World) -> None:
    """Entries of network ACLs that allow more, and denials that go."""
    kind = "AWS::EC2::NetworkAclEntry"
    for entry in world.head.of_type(kind):
        before, acl = world.before.get(id(entry)), entry.get("NetworkAclId")
        if entry.get("RuleAction") != "allow" or (isinstance(acl, Target) and id(acl.resource) not in world.before):
            continue
        ranges = (entry.get("CidrBlock"), entry.get("Ipv6CidrBlock"))
        old = parse(before.get("CidrBlock") or before.get("Ipv6CidrBlock")) if before is not None else None
        new = next((found for value in ranges if (found := parse(value)) is not None), None)
        if new is None or (old is not None and inside(new, old)):
            continue
        wide = is_world(new) or old is not None
        text = f"The network ACL lets {new} through."
        world.note(entry, Reason(_HIGH if wide else _MEDIUM, text), "CidrBlock")
    for entry in world.base.of_type(kind):
        acl = entry.get("NetworkAclId")
        stays = isinstance(acl, Target) and id(acl.resource) in world.after
        if entry.get("RuleAction") == "deny" and stays and id(entry) not in world.after:
            world.note(entry, Reason(_HIGH, "A denial of the network ACL goes."))
