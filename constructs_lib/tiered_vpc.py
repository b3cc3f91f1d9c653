"""A VPC of three tiers: public for load balancers, private for what runs, isolated for data."""

from ipaddress import IPv4Network

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs, skip_checkov_of_provider
from constructs_lib.workload_role import WorkloadRole

PUBLIC, PRIVATE, ISOLATED = "Public", "Private", "Isolated"
MAX_ZONES = 3
LOAD_BALANCER_PREFIX = 27


class TieredVpc(Construct):
    """The VPC, its subnets and its way out. Changing `cidr` or removing a zone replaces what lives there.

    Space for three zones is set aside from the start, so that adding the third moves no subnet.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        cidr: IPv4Network,
        availability_zones: list[str],
        egress: str,
    ) -> None:
        """Make the VPC; `egress` is none, single-nat, nat-per-zone or regional-nat."""
        super().__init__(scope, construct_id)
        provider = _nat_provider(egress)
        self.vpc = ec2.Vpc(
            self,
            "Resource",
            ip_addresses=ec2.IpAddresses.cidr(str(cidr)),
            availability_zones=availability_zones,
            reserved_azs=MAX_ZONES - len(availability_zones),
            subnet_configuration=_tiers(cidr, has_egress=egress != "none"),
            restrict_default_security_group=True,
            gateway_endpoints={
                "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
            },
            nat_gateway_provider=provider,
            nat_gateways=_gateways(egress, len(availability_zones)),
        )
        self.nat_gateway_ids = [gateway.gateway_id for gateway in provider.configured_gateways] if provider else []
        self._guard_isolated_tier()
        skip_checkov_of_provider(self, "Custom::VpcRestrictDefaultSG")
        acknowledge(
            self.vpc,
            in_packs("VPCNoUnrestrictedRouteToIGW"),
            reason="Only the public tier has this route, and only load balancers and NAT gateways stand there.",
        )

    @property
    def private_subnets(self) -> ec2.SubnetSelection:
        """Where functions and containers run."""
        return ec2.SubnetSelection(subnet_group_name=PRIVATE)

    @property
    def isolated_subnets(self) -> ec2.SubnetSelection:
        """Where data lives."""
        return ec2.SubnetSelection(subnet_group_name=ISOLATED)

    def _subnets(self, tier: str) -> list[ec2.ISubnet]:
        return list(self.vpc.select_subnets(subnet_group_name=tier).subnets)

    def _guard_isolated_tier(self) -> None:
        """Let only the private and the isolated tier talk to the isolated one, and let it only answer them."""
        acl = ec2.NetworkAcl(self, "IsolatedAcl", vpc=self.vpc)
        for subnet in self._subnets(ISOLATED):
            # NetworkAcl's own association has the construct path in its id, which differs under a pipeline's Stage.
            ec2.CfnSubnetNetworkAclAssociation(
                self, f"{subnet.node.id}Acl", network_acl_id=acl.network_acl_id, subnet_id=subnet.subnet_id
            )
        acknowledge(
            acl,
            ["AwsSolutions-VPC3"],
            reason="A second wall in front of the data tier, beside the security groups; generated, not hand-kept.",
        )
        # Each tier counts by itself: AWS takes a number once, so that another zone must not move those that are there.
        neighbours = [*enumerate(self._subnets(PRIVATE), 100), *enumerate(self._subnets(ISOLATED), 200)]
        for number, subnet in neighbours:
            for direction in (ec2.TrafficDirection.INGRESS, ec2.TrafficDirection.EGRESS):
                acl.add_entry(
                    f"{subnet.node.id}{direction.name.title()}",
                    rule_number=number,
                    cidr=ec2.AclCidr.ipv4(subnet.ipv4_cidr_block),
                    direction=direction,
                    traffic=ec2.AclTraffic.tcp_port_range(1024, 65535),
                )

    def add_interface_endpoints(self, services: list[str]) -> None:
        """Reach `services` (names such as `secretsmanager`) privately; only the VPC may use the endpoints."""
        if not services:
            return
        group = ec2.SecurityGroup(
            self,
            "EndpointAccess",
            vpc=self.vpc,
            description="Interface endpoints, for the VPC alone",
            allow_all_outbound=False,
        )
        for tier in self._subnets(PRIVATE):
            group.add_ingress_rule(
                ec2.Peer.ipv4(tier.ipv4_cidr_block), ec2.Port.tcp(443), "HTTPS from the private tier"
            )
        for service in services:
            self.vpc.add_interface_endpoint(
                "".join(part.title() for part in service.replace("-", ".").split(".")) + "Endpoint",
                service=ec2.InterfaceVpcEndpointAwsService(service),
                subnets=self.private_subnets,
                security_groups=[group],
                open=False,
            )

    def add_flow_logs(self, *, log_group: logs.ILogGroup, archive: s3.IBucket | None) -> None:
        """Record accepted and rejected connections in `log_group`, and in `archive` if there is one."""
        role = WorkloadRole(self, "FlowLogRole", service="vpc-flow-logs", description="Writes VPC flow logs")
        log_group.grant_write(role.policy)
        role.allow("logs:DescribeLogStreams", on=[log_group.log_group_arn])
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(log_group, role.role),
            max_aggregation_interval=ec2.FlowLogMaxAggregationInterval.ONE_MINUTE,
        )
        if archive:
            self.vpc.add_flow_log("FlowLogArchive", destination=ec2.FlowLogDestination.to_s3(archive, "vpc-flow-logs"))


def _tiers(cidr: IPv4Network, *, has_egress: bool) -> list[ec2.SubnetConfiguration]:
    """Give the private tier most of the addresses, then the isolated, then the public one.

    AWS's smallest is /28; a load balancer in the public tier wants a /27.
    """

    def tier(name: str, subnet_type: ec2.SubnetType, bits: int) -> ec2.SubnetConfiguration:
        return ec2.SubnetConfiguration(name=name, subnet_type=subnet_type, cidr_mask=min(cidr.prefixlen + bits, 28))

    private = ec2.SubnetType.PRIVATE_WITH_EGRESS if has_egress else ec2.SubnetType.PRIVATE_ISOLATED
    public = ec2.SubnetConfiguration(
        name=PUBLIC,
        subnet_type=ec2.SubnetType.PUBLIC,
        cidr_mask=min(cidr.prefixlen + 8, LOAD_BALANCER_PREFIX),
        map_public_ip_on_launch=False,
    )
    return [
        tier(PRIVATE, private, 4),
        tier(ISOLATED, ec2.SubnetType.PRIVATE_ISOLATED, 6),
        public,
    ]


def _nat_provider(egress: str) -> ec2.NatProvider | None:
    match egress:
        case "none":
            return None
        case "single-nat" | "nat-per-zone":
            return ec2.NatProvider.gateway()
        case "regional-nat":
            return ec2.NatProvider.regional_gateway()
        case _:
            raise ValueError(f"egress must be none, single-nat, nat-per-zone or regional-nat, got {egress}")


def _gateways(egress: str, zones: int) -> int | None:
    """How many; a regional one says so itself."""
    return {"none": 0, "single-nat": 1, "nat-per-zone": zones}.get(egress)
