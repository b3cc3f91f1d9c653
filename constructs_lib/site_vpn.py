"""A VPN to another network: two IPsec tunnels, and routes to it from the private tier alone."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.tiered_vpc import TieredVpc

TUNNELS = 2
"""AWS gives each connection two, in two zones."""


class SiteVpn(Construct):
    """Static routes between the private tier and `cidrs`, with IKEv2 and logs of both tunnels.

    A route opens nothing: what may be reached from there says so in its security group, and the isolated tier's
    network ACL keeps it out. AWS makes up the pre-shared keys: they are in the connection's downloadable
    configuration, never in a template. `gateway_address` and `gateway_asn` replace gateway and connection: the other
    side must be configured anew. AWS bills the connection by the hour.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        network: TieredVpc,
        gateway_address: IPv4Address,
        gateway_asn: int,
        cidrs: Sequence[IPv4Network],
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        if not cidrs:
            raise ValueError("cidrs must name at least one range, got none")
        super().__init__(scope, construct_id)
        vpc = network.vpc
        theirs = ec2.CfnCustomerGateway(
            self, "TheirGateway", bgp_asn=gateway_asn, ip_address=str(gateway_address), type="ipsec.1"
        )
        ours = ec2.CfnVPNGateway(self, "OurGateway", type="ipsec.1")
        attachment = ec2.CfnVPCGatewayAttachment(self, "Attachment", vpc_id=vpc.vpc_id, vpn_gateway_id=ours.ref)
        logs = SecureLogGroup(self, "Tunnels", encryption_key=log_key, retention_days=log_retention_days)
        self.connection = ec2.CfnVPNConnection(
            self,
            "Resource",
            customer_gateway_id=theirs.ref,
            static_routes_only=True,
            type="ipsec.1",
            vpn_gateway_id=ours.ref,
            vpn_tunnel_options_specifications=[_tunnel(logs.log_group.log_group_arn)] * TUNNELS,
        )
        for cidr in cidrs:
            ec2.CfnVPNConnectionRoute(
                self,
                f"To{str(cidr).translate(str.maketrans('./', 'xx'))}",
                destination_cidr_block=str(cidr),
                vpn_connection_id=self.connection.ref,
            )
        subnets = vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnets
        routes = ec2.CfnVPNGatewayRoutePropagation(
            self,
            "Routes",
            route_table_ids=[subnet.route_table.route_table_id for subnet in subnets],
            vpn_gateway_id=ours.ref,
        )
        routes.node.add_dependency(attachment)


def _tunnel(log_group_arn: str) -> ec2.CfnVPNConnection.VpnTunnelOptionsSpecificationProperty:
    return ec2.CfnVPNConnection.VpnTunnelOptionsSpecificationProperty(
        dpd_timeout_action="restart",
        ike_versions=[ec2.CfnVPNConnection.IKEVersionsRequestListValueProperty(value="ikev2")],
        log_options=ec2.CfnVPNConnection.VpnTunnelLogOptionsSpecificationProperty(
            cloudwatch_log_options=ec2.CfnVPNConnection.CloudwatchLogOptionsSpecificationProperty(
                log_enabled=True, log_group_arn=log_group_arn, log_output_format="json"
            )
        ),
    )
