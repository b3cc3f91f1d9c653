"""Address ranges: what is the world, what is private, what lies inside what."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from typing import Any

IpNetwork = IPv4Network | IPv6Network
IpAddress = IPv4Address | IPv6Address

PRIVATE: tuple[IpNetwork, ...] = tuple(
    ip_network(cidr)
    for cidr in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "169.254.0.0/16",
        "fc00::/7",
    )
)
#: Somebody's own public range may be this large, and no larger.
WIDEST_V4, WIDEST_V6 = 8, 16


def parse(cidr: Any) -> IpNetwork | None:
    """The range that a template writes, or None where it is no literal range."""
    try:
        return ip_network(cidr, strict=False) if isinstance(cidr, str) else None
    except ValueError:
        return None


def inside(network: IpNetwork, outer: IpNetwork) -> bool:
    """Whether `network` lies in `outer`; ranges of different versions never do."""
    return network.version == outer.version and network.subnet_of(outer)  # type: ignore[arg-type]


def is_private(network: IpNetwork) -> bool:
    """Whether nobody on the internet can have an address of this range."""
    return any(inside(network, private) for private in PRIVATE)


def is_world(network: IpNetwork) -> bool:
    """Whether the range is the internet, or a piece too large to be anybody's own."""
    widest = WIDEST_V4 if isinstance(network, IPv4Network) else WIDEST_V6
    return network.prefixlen <= widest and not is_private(network)
