"""Network: the VPC's addresses, zones, way out, and private ways to AWS."""

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.sections.base import LogRetentionDays, Matches, Section, unique

PRIVATE_RANGES = tuple(IPv4Network(n) for n in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"))


def _text_or_network(cidr: object) -> object:
    if not isinstance(cidr, str | IPv4Network):  # numbers and tuples make networks too, some after an IndexError
        raise ValueError("must be a valid IPv4 network")
    return cidr


def _vpc_cidr(cidr: IPv4Network) -> IPv4Network:
    if not any(cidr.subnet_of(private) for private in PRIVATE_RANGES):
        raise ValueError("must lie in a private range of RFC 1918 (10/8, 172.16/12 or 192.168/16)")
    if not 16 <= cidr.prefixlen <= 24:  # noqa: PLR2004 - stated in the message
        raise ValueError("must be a /16 to a /24: AWS allows no larger VPC, and a smaller one holds no three tiers")
    return cidr


VpcCidr = Annotated[
    IPv4Network,
    BeforeValidator(_text_or_network),
    AfterValidator(_vpc_cidr),
    Field(json_schema_extra={"rule": "/16 to /24, in a private range (RFC 1918)"}),
]
ZoneLetter = Annotated[str, Matches(r"[a-f]", "the letter of a zone, a to f")]
InterfaceEndpoint = Literal[
    "ecr.api",
    "ecr.dkr",
    "execute-api",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "secretsmanager",
    "sns",
    "sqs",
    "ssm",
    "ssmmessages",
    "states",
    "sts",
    "xray",
]


class Network(Section):
    """The VPC. Changing `cidr` or removing a zone replaces subnets and everything in them."""

    cidr: VpcCidr = Field(strict=False)  # a text is read as a network
    """Address range of the VPC, /16 to /24; disjoint from every other environment's. Replaces the VPC."""

    availability_zones: Annotated[tuple[ZoneLetter, ...], Field(min_length=2, max_length=3)] = ("a", "b")
    """Letters of the zones to use, in order; each gets a public, a private and an isolated subnet."""

    egress: Literal["none", "single-nat", "nat-per-zone", "regional-nat"] = "single-nat"
    """How the private subnets reach the internet. `none`: only AWS, through endpoints. `single-nat`: one
    gateway, cheapest, lost with its zone. `nat-per-zone`: one in each zone. `regional-nat`: one gateway
    that AWS spreads over the zones."""

    interface_endpoints: tuple[InterfaceEndpoint, ...] = ()
    """AWS services reached privately through an interface endpoint; each is billed per zone and hour.
    S3 and DynamoDB always have a gateway endpoint, which is free."""

    flow_log_retention_days: LogRetentionDays = 30
    """Days that accepted and rejected connections stay in CloudWatch Logs."""

    flow_log_archive: bool = False
    """Also deliver the flow logs to the log archive bucket."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No zone and no endpoint is named twice."""
        for field in ("availability_zones", "interface_endpoints"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        return self
