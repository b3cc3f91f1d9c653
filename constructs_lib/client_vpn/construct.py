"""A VPN endpoint for laptops with a certificate each, in the private tier."""

import json
from collections.abc import Sequence
from ipaddress import IPv4Network
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.secure_function import SecureFunction
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.tiered_vpc import TieredVpc

RUNTIME = Path(__file__).parent / "runtime"
NAME_PREFIX = "AWSClientVPN-"
"""AWS Client VPN calls only functions whose name begins so."""


class ClientVpn(Construct):
    """Lets whoever has a certificate of ours connect from `administrator_cidrs`, for `session_hours`.

    Connected clients are in `security_group`, which opens nothing: what they may reach asks for it. Only traffic to
    the VPC goes through the tunnel. `client_cidr` and `client_ca_arn` replace the endpoint: its address changes, and
    clients need a new profile. AWS bills each zone and each connection by the hour.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        network: TieredVpc,
        client_cidr: IPv4Network,
        administrator_cidrs: Sequence[IPv4Network],
        server_certificate_arn: str,
        client_ca_arn: str,
        session_hours: int,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        if not administrator_cidrs:
            raise ValueError("administrator_cidrs must name at least one range, got none")
        super().__init__(scope, construct_id)
        vpc = network.vpc
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description="Clients of the VPN", allow_all_outbound=False
        )
        self.gatekeeper = SecureFunction(
            self,
            "Gatekeeper",
            description="Decides from which addresses VPN clients may connect",
            code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
            handler="handler.handler",
            environment={"ADMINISTRATOR_CIDRS": json.dumps([str(cidr) for cidr in administrator_cidrs])},
            timeout=cdk.Duration.seconds(10),
            memory_mib=256,
            reserved_concurrency=5,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        resource = self.gatekeeper.function.node.default_child
        assert isinstance(resource, lambda_.CfnFunction)  # noqa: S101 - for the type checker
        resource.function_name = f"{NAME_PREFIX}{name}"
        logs = SecureLogGroup(self, "Connections", encryption_key=log_key, retention_days=log_retention_days)
        self.endpoint = ec2.CfnClientVpnEndpoint(
            self,
            "Resource",
            authentication_options=[
                ec2.CfnClientVpnEndpoint.ClientAuthenticationRequestProperty(
                    type="certificate-authentication",
                    mutual_authentication=ec2.CfnClientVpnEndpoint.CertificateAuthenticationRequestProperty(
                        client_root_certificate_chain_arn=client_ca_arn
                    ),
                )
            ],
            client_cidr_block=str(client_cidr),
            client_connect_options=ec2.CfnClientVpnEndpoint.ClientConnectOptionsProperty(
                enabled=True, lambda_function_arn=self.gatekeeper.function.function_arn
            ),
            connection_log_options=ec2.CfnClientVpnEndpoint.ConnectionLogOptionsProperty(
                enabled=True, cloudwatch_log_group=logs.log_group.log_group_name
            ),
            description=f"{name}: administrators' laptops",
            disconnect_on_session_timeout=True,
            security_group_ids=[self.security_group.security_group_id],
            server_certificate_arn=server_certificate_arn,
            session_timeout_hours=session_hours,
            split_tunnel=True,
            transport_protocol="udp",
            vpc_id=vpc.vpc_id,
            vpn_port=443,
        )
        self._join(network)

    def _join(self, network: TieredVpc) -> None:
        """End the VPN in each private subnet, and allow its clients to send to the VPC."""
        subnets = network.vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnets
        associations = [
            ec2.CfnClientVpnTargetNetworkAssociation(
                self, f"In{subnet.node.id}", client_vpn_endpoint_id=self.endpoint.ref, subnet_id=subnet.subnet_id
            )
            for subnet in subnets
        ]
        rule = ec2.CfnClientVpnAuthorizationRule(
            self,
            "MayReachVpc",
            authorize_all_groups=True,
            client_vpn_endpoint_id=self.endpoint.ref,
            description="Security groups decide what of it",
            target_network_cidr=network.vpc.vpc_cidr_block,
        )
        rule.node.add_dependency(*associations)
