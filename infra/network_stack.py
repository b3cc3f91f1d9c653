"""Network: the VPC and everything that decides who reaches what."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings


class NetworkStack(cdk.Stack):
    """One VPC of three tiers, with its endpoints and flow logs."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
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
