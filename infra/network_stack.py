"""Network: the VPC and everything that decides who reaches what."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.bastion import Bastion
from constructs_lib.client_vpn import ClientVpn
from constructs_lib.private_namespace import PrivateNamespace
from constructs_lib.remote_access import RemoteAccess
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.site_vpn import SiteVpn
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings


class NetworkStack(cdk.Stack):
    """One VPC of three tiers, with its endpoints and flow logs, and the ways in for administrators."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        log_archive: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        network = environment.network
        zones = [f"{self.region}{letter}" for letter in network.availability_zones]
        # CDK asks AWS for the zones even when they are given; with the answer in context it does not.
        self.node.set_context(f"availability-zones:account={self.account}:region={self.region}", zones)
        self.network = TieredVpc(self, "Vpc", cidr=network.cidr, availability_zones=zones, egress=network.egress)
        self.network.add_interface_endpoints(list(network.interface_endpoints))
        self.network.add_flow_logs(
            log_group=SecureLogGroup(
                self,
                "FlowLogs",
                encryption_key=logs_key,
                retention_days=network.flow_log_retention_days,
            ).log_group,
            archive=log_archive if network.flow_log_archive else None,
        )
        self.namespace = (
            PrivateNamespace(
                self, "Names", name=f"{environment.name}.{environment.project}.internal", vpc=self.network.vpc
            )
            if network.private_names or environment.compute.containers.services
            else None
        )
        self.remote_access = RemoteAccess(
            bastion=self._bastion(environment, data_key, logs_key),
            client_vpn=self._client_vpn(environment, data_key, logs_key),
            site_vpn=self._site_vpn(environment, logs_key),
        )

    def _bastion(self, environment: Environment, data_key: kms.IKey, logs_key: kms.IKey) -> Bastion | None:
        settings = environment.network.bastion
        if not settings:
            return None
        bastion = Bastion(
            self,
            "Bastion",
            network=self.network,
            administrator_cidrs=environment.network.administrator_cidrs,
            instance_type=settings.instance_type,
            idle_minutes=settings.idle_minutes,
            session_minutes=settings.session_minutes,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        cdk.CfnOutput(
            self,
            "BastionAccess",
            value=bastion.access_policy.managed_policy_arn,
            description="The policy to attach to administrators' roles: sessions on the bastion",
        )
        return bastion

    def _client_vpn(self, environment: Environment, data_key: kms.IKey, logs_key: kms.IKey) -> ClientVpn | None:
        settings = environment.network.client_vpn
        if not settings:
            return None
        return ClientVpn(
            self,
            "ClientVpn",
            name=self.stack_name,
            network=self.network,
            administrator_cidrs=environment.network.administrator_cidrs,
            client_cidr=settings.client_cidr,
            client_ca_arn=settings.client_ca_arn,
            server_certificate_arn=settings.server_certificate_arn,
            session_hours=settings.session_hours,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )

    def _site_vpn(self, environment: Environment, logs_key: kms.IKey) -> SiteVpn | None:
        settings = environment.network.site_vpn
        if not settings:
            return None
        return SiteVpn(
            self,
            "SiteVpn",
            network=self.network,
            cidrs=settings.cidrs,
            gateway_address=settings.gateway_address,
            gateway_asn=settings.gateway_asn,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
