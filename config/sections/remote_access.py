"""Remote access: how administrators and other networks reach the private tier; nothing of it is on by default."""

from ipaddress import IPv4Address, IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from config.sections.base import Matches, Section, no_lookalike

PRIVATE_RANGES = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))
SHARED_RANGE = IPv4Network("100.64.0.0/10")
"""Of internet providers, for their own networks."""
WIDEST_ADMINISTRATORS = 16
WIDEST_SITE = 8
CLIENT_PREFIXES = (12, 22)
"""What AWS Client VPN accepts for the addresses that it hands out."""


def text_or_network(cidr: object) -> object:
    """Let pydantic read a text as a network, and nothing else: numbers and tuples make networks too."""
    if not isinstance(cidr, str | IPv4Network):
        raise ValueError("must be a valid IPv4 network")
    return cidr


def _text_or_address(address: object) -> object:
    if not isinstance(address, str | IPv4Address):
        raise ValueError("must be a valid IPv4 address")
    return address


def _administrators(cidr: IPv4Network) -> IPv4Network:
    if cidr.prefixlen < WIDEST_ADMINISTRATORS:
        raise ValueError("must be a /16 to a /32: administrators come from somewhere, not from everywhere")
    if _is_nowhere(cidr.network_address) or is_private(cidr) or cidr.subnet_of(SHARED_RANGE):
        raise ValueError("must be public addresses: AWS sees administrators come from the internet")
    return cidr


def _site(cidr: IPv4Network) -> IPv4Network:
    if cidr.prefixlen < WIDEST_SITE or not is_private(cidr):
        raise ValueError("must be a /8 to a /32 in a private range (RFC 1918): it is routed to the other network")
    return cidr


def _clients(cidr: IPv4Network) -> IPv4Network:
    widest, narrowest = CLIENT_PREFIXES
    if not widest <= cidr.prefixlen <= narrowest:
        raise ValueError(f"must be a /{widest} to a /{narrowest}, as AWS Client VPN wants it")
    return cidr


def _gateway(address: IPv4Address) -> IPv4Address:
    if _is_nowhere(address) or is_private(IPv4Network(address)):
        raise ValueError("must be a public IPv4 address: the other end of the tunnels stands on the internet")
    return address


def _is_nowhere(address: IPv4Address) -> bool:
    never = address.is_loopback or address.is_multicast or address.is_reserved or address.is_link_local
    return never or address.is_unspecified


def is_private(cidr: IPv4Network) -> bool:
    """Whether all of it lies in one private range."""
    return any(cidr.subnet_of(private) for private in PRIVATE_RANGES)


_Range = Annotated[IPv4Network, BeforeValidator(text_or_network), Field(strict=False)]
AdministratorCidr = Annotated[_Range, AfterValidator(_administrators), Field(json_schema_extra={"rule": "/16 to /32"})]
SiteCidr = Annotated[_Range, AfterValidator(_site), Field(json_schema_extra={"rule": "/8 to /32, in a private range"})]
ClientCidr = Annotated[_Range, AfterValidator(_clients), Field(json_schema_extra={"rule": "/12 to /22"})]
GatewayAddress = Annotated[
    IPv4Address,
    BeforeValidator(_text_or_address),
    AfterValidator(_gateway),
    Field(json_schema_extra={"rule": "a public IPv4 address"}),
]
CertificateArn = Annotated[
    str,
    Matches(r"arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[0-9a-f-]{36}", "the ARN of a certificate in ACM"),
]

SESSION_ENDPOINTS = ("kms", "logs", "ssm", "ssmmessages")
"""What a bastion without any other way out needs: to be known, to carry sessions, and to log them encrypted."""


class Bastion(Section):
    """A small instance that Session Manager opens shells and tunnels on: no inbound port, no key pair, no internet."""

    instance_type: Literal["t4g.nano", "t4g.micro", "t4g.small"] = "t4g.nano"
    """Its size (64-bit Arm). Changing it stops the instance and starts it again."""

    idle_minutes: Annotated[int, Field(ge=1, le=60)] = 20
    """Minutes without a key pressed after which a session ends."""

    session_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    """Minutes after which a session ends in any case."""


class ClientVpn(Section):
    """A VPN for laptops: each has a certificate, and connects from `administrator_cidrs`. Billed by zone and hour."""

    client_cidr: ClientCidr = Field(strict=False)  # a text is read as a network
    """Addresses handed out to clients; disjoint from the VPC's and from those of other sites. Replaces the endpoint."""

    server_certificate_arn: CertificateArn
    """The certificate that the VPN shows to its clients."""

    client_ca_arn: CertificateArn
    """The authority that signed the clients' certificates, imported into ACM. Replaces the endpoint."""

    session_hours: Annotated[Literal[8, 10, 12, 24], BeforeValidator(no_lookalike)] = 8
    """Hours after which a client must connect anew."""


class SiteVpn(Section):
    """Two IPsec tunnels to another network, such as an office or a data centre. Billed by the hour."""

    gateway_address: GatewayAddress = Field(strict=False)
    """Public address of the other network's gateway. Replaces the customer gateway and the connection."""

    gateway_asn: Annotated[int, Field(ge=1, le=2_147_483_647)] = 65000
    """Autonomous system number of the other network; it is stated even though the routes are static. Replaces the
    customer gateway and the connection."""

    cidrs: Annotated[tuple[SiteCidr, ...], Field(min_length=1, max_length=50)]
    """Ranges of the other network; only the private tier has routes to them."""
