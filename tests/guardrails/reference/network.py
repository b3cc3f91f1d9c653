"""A VPC with three tiers, a network ACL around the data, endpoints and flow logs."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from tests.guardrails.reference.foundation import Foundation

HTTPS = ec2.Port.tcp(443)


class Network(cdk.Stack):
    """Where things stand."""

    def __init__(self, scope: Construct, construct_id: str, *, foundation: Foundation, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr("10.40.0.0/16"),
            max_azs=2,
            nat_gateways=2,
            restrict_default_security_group=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(
                    name="Public", subnet_type=ec2.SubnetType.PUBLIC, cidr_mask=24, map_public_ip_on_launch=False
                ),
                ec2.SubnetConfiguration(name="Private", subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS, cidr_mask=20),
                ec2.SubnetConfiguration(name="Data", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED, cidr_mask=22),
            ],
            gateway_endpoints={"S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3)},
        )
        self.private = ec2.SubnetSelection(subnet_group_name="Private")
        self.data = ec2.SubnetSelection(subnet_group_name="Data")
        self.vpc.add_flow_log(
            "FlowLog",
            destination=ec2.FlowLogDestination.to_cloud_watch_logs(foundation.log_group(self, "FlowLogs")),
        )
        self._data_acl()
        self.endpoint_group = self.group(self, "EndpointAccess")
        for subnet in self.vpc.select_subnets(subnet_group_name="Private").subnets:
            self.endpoint_group.add_ingress_rule(ec2.Peer.ipv4(subnet.ipv4_cidr_block), HTTPS)
        self.vpc.add_interface_endpoint(
            "Secrets",
            service=ec2.InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
            security_groups=[self.endpoint_group],
            subnets=self.private,
            open=False,
        )

    def group(self, scope: Construct, name: str) -> ec2.SecurityGroup:
        """A security group that opens nothing by itself."""
        return ec2.SecurityGroup(scope, name, vpc=self.vpc, allow_all_outbound=False)

    def _data_acl(self) -> None:
        acl = ec2.NetworkAcl(self, "DataAcl", vpc=self.vpc, subnet_selection=self.data)
        subnets = [
            subnet for tier in ("Private", "Data") for subnet in self.vpc.select_subnets(subnet_group_name=tier).subnets
        ]
        for number, subnet in enumerate(subnets):
            for direction in (ec2.TrafficDirection.INGRESS, ec2.TrafficDirection.EGRESS):
                acl.add_entry(
                    f"{direction.name.title()}{number}",
                    rule_number=100 + number,
                    cidr=ec2.AclCidr.ipv4(subnet.ipv4_cidr_block),
                    traffic=ec2.AclTraffic.tcp_port_range(1024, 65535),
                    direction=direction,
                )
