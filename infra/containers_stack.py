"""Containers: the cluster, the load balancer and the security groups that services on Fargate stand on."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from config import Environment
from constructs_lib.acknowledge import acknowledge
from constructs_lib.container_cluster import ContainerCluster
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.network_path import NetworkPath
from constructs_lib.private_namespace import PrivateNamespace
from constructs_lib.secure_function import SecureFunction
from constructs_lib.shield_protection import ShieldProtection
from constructs_lib.shifting_role import ShiftingRole
from constructs_lib.tiered_vpc import TieredVpc
from constructs_lib.traffic_rule import TrafficRules
from constructs_lib.web_acl import WebAcl
from infra.stack_settings import stack_settings


class ContainersStack(cdk.Stack):
    """What all services share; their security groups, too, so that services of any two stacks may call each other."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        access_log_bucket: s3.IBucket,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        namespace: PrivateNamespace,
        network: TieredVpc,
        web_acl: WebAcl,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        settings = environment.compute.containers
        self.cluster = ContainerCluster(
            self,
            "Cluster",
            name=f"{environment.project}-{environment.name}",
            namespace=namespace,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )
        routed = [service for service in settings.services if service.route]
        self.balancer: LoadBalancer | None = None
        self.shifting_rules: TrafficRules | None = None
        self.shifting_role: iam.IRole | None = None
        self.functions: dict[str, SecureFunction] = {}
        if routed:
            self.balancer = LoadBalancer(
                self,
                "Balancer",
                vpc=network.vpc,
                target_ports=sorted({service.port for service in routed if service.port}),
                certificate_arn=settings.load_balancer.certificate_arn,
                cloudfront_prefix_list_id=settings.load_balancer.cloudfront_prefix_list_id,
                idle_timeout_seconds=settings.load_balancer.idle_timeout_seconds,
                access_log_bucket=access_log_bucket,
                retain_data=environment.retain_data,
            )
            web_acl.protect(self, "BalancerFirewall", resource_arn=self.balancer.balancer.ref)
            if environment.security.detection.shield_advanced:
                ShieldProtection(
                    self, "BalancerShield", name=f"{self.stack_name}-balancer", resource_arn=self.balancer.balancer.ref
                )
        if self.balancer and any(service.shifts for service in routed):
            self.shifting_rules = TrafficRules(
                self,
                "ShiftingRules",
                listener=self.balancer.listener,
                encryption_key=data_key,
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )
            self.functions["ShiftingRules"] = self.shifting_rules.keeper
            self.shifting_role = ShiftingRole(
                self, "Shifting", listener=self.balancer.listener, tag=("environment", environment.name)
            ).role
        self.secrets = {name: self._secret(name, data_key, environment.retain_data) for name in settings.secrets}
        self.groups = self._groups(environment, network.vpc)

    def _secret(self, name: str, key: kms.IKey, retain_data: bool) -> secretsmanager.ISecret:
        secret = secretsmanager.Secret(
            self,
            f"{name}Secret",
            description=f"{name}: random until its owner writes its value",
            encryption_key=key,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
        )
        acknowledge(
            secret,
            [
                "AwsSolutions-SMG4",
                "NIST.800.53.R5-SecretsManagerRotationEnabled",
                "HIPAA.Security-SecretsManagerRotationEnabled",
            ],
            reason="Its value is made elsewhere: only its owner can make another one there, and writes it here.",
        )
        return secret

    def _groups(self, environment: Environment, vpc: ec2.IVpc) -> dict[str, ec2.ISecurityGroup]:
        """Make the group of each service; it opens connections to AWS, and to what it calls."""
        services = {service.id: service for service in environment.compute.containers.services}
        groups: dict[str, ec2.ISecurityGroup] = {}
        for name, service in services.items():
            group = ec2.SecurityGroup(
                self, f"{name}Access", vpc=vpc, description=f"Service {name}", allow_all_outbound=False
            )
            group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS APIs, through endpoints or the egress")
            if service.route and self.balancer and service.port:
                ec2.CfnSecurityGroupIngress(
                    self,
                    f"{name}FromBalancer",
                    group_id=group.security_group_id,
                    source_security_group_id=self.balancer.security_group.security_group_id,
                    ip_protocol="tcp",
                    from_port=service.port,
                    to_port=service.port,
                    description="The load balancer",
                )
            groups[name] = group
        for name, service in services.items():
            for called in service.calls:
                NetworkPath(
                    self,
                    f"{name}To{called}",
                    client=groups[name],
                    server=groups[called],
                    port=services[called].port or 0,
                    description=f"{name} calls {called}",
                )
        return groups
