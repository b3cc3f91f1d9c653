"""Network: the VPC's addresses, zones, way out, and private ways to AWS."""

from ipaddress import IPv4Network
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from config.sections.base import LogRetentionDays, Matches, Section, unique
from config.sections.remote_access import (
    SESSION_ENDPOINTS,
    AdministratorCidr,
    Bastion,
    ClientVpn,
    SiteVpn,
    is_private,
    text_or_network,
)


def _vpc_cidr(cidr: IPv4Network) -> IPv4Network:
    if not is_private(cidr):
        raise ValueError("must lie in a private range of RFC 1918 (10/8, 172.16/12 or 192.168/16)")
    if not 16 <= cidr.prefixlen <= 24:  # noqa: PLR2004 - stated in the message
        raise ValueError("must be a /16 to a /24: AWS allows no larger VPC, and a smaller one holds no three tiers")
    return cidr


VpcCidr = Annotated[
    IPv4Network,
    BeforeValidator(text_or_network),
    AfterValidator(_vpc_cidr),
    Field(json_schema_extra={"rule": "/16 to /24, in a private range (RFC 1918)"}),
]
NARROWEST_WITH_CLIENT_VPN = 23
"""A private subnet has a sixteenth of the VPC; AWS Client VPN ends in a /27 or wider."""
ZoneLetter = Annotated[str, Matches(r"[a-f]", "the letter of a zone, a to f")]
InterfaceEndpoint = Literal[
    "application-autoscaling",
    "backup",
    "bedrock-runtime",
    "codedeploy",
    "cognito-idp",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "elasticfilesystem",
    "events",
    "execute-api",
    "kinesis-streams",
    "kms",
    "lambda",
    "logs",
    "monitoring",
    "rds",
    "scheduler",
    "secretsmanager",
    "servicediscovery",
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

    private_names: bool = False
    """Whether the VPC has a namespace of its own, `NAME.PROJECT.internal`, in which what runs is found by name
    (Cloud Map). Where container services are, it is there in any case."""

    flow_log_retention_days: LogRetentionDays = 30
    """Days that accepted and rejected connections stay in CloudWatch Logs."""

    flow_log_archive: bool = False
    """Also deliver the flow logs to the log archive bucket."""

    administrator_cidrs: Annotated[tuple[AdministratorCidr, ...], Field(max_length=50)] = ()
    """Public addresses that administrators come from; `bastion` and `client_vpn` let nobody in from elsewhere."""

    bastion: Bastion | None = None
    """An instance for sessions of Session Manager in the private tier."""

    client_vpn: ClientVpn | None = None
    """A VPN for administrators' laptops."""

    site_vpn: SiteVpn | None = None
    """A VPN to another network."""

    @model_validator(mode="after")
    def _administrators_come_from_somewhere(self) -> Self:
        """A way in for administrators says from where they come, and a bastion has the endpoints it lives on."""
        for field in ("bastion", "client_vpn"):
            rule = f"must name the addresses that administrators come from, where {field} is"
            self._require(not getattr(self, field) or bool(self.administrator_cidrs), "administrator_cidrs", rule)
        missing = [name for name in SESSION_ENDPOINTS if name not in self.interface_endpoints]
        rule = f"must have {', '.join(missing)} where a bastion is: it has no other way out"
        self._require(not self.bastion or not missing, "interface_endpoints", rule)
        return self

    @model_validator(mode="after")
    def _subnets_hold_what_is_in_them(self) -> Self:
        """AWS Client VPN ends in private subnets of a /27 or wider."""
        widest = NARROWEST_WITH_CLIENT_VPN
        rule = f"must be a /16 to a /{widest} where client_vpn is: it ends in subnets of a /27 or wider"
        self._require(not self.client_vpn or self.cidr.prefixlen <= widest, "cidr", rule, str(self.cidr))
        return self

    @model_validator(mode="after")
    def _other_networks_are_others(self) -> Self:
        """What a VPN leads to overlaps neither the VPC nor each other."""
        ranges: dict[str, tuple[IPv4Network, ...]] = {"cidr": (self.cidr,)}
        if self.client_vpn:
            ranges["client_vpn.client_cidr"] = (self.client_vpn.client_cidr,)
        if self.site_vpn:
            ranges["site_vpn.cidrs"] = self.site_vpn.cidrs
        seen: list[IPv4Network] = []
        for field, cidrs in ranges.items():
            for cidr in cidrs:
                other = next((other for other in seen if cidr.overlaps(other)), None)
                self._require(other is None, field, f"must be disjoint from {other}", str(cidr))
                seen.append(cidr)
        return self

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No zone, endpoint or range of administrators is named twice."""
        for field in ("administrator_cidrs", "availability_zones", "interface_endpoints"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        return self
