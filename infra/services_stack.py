"""Services: those of the configuration's services that share a stack."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from config import Environment
from config.sections.containers import ContainerService as Settings
from constructs_lib.acknowledge import acknowledge
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.container_cluster import ContainerCluster
from constructs_lib.container_service import ContainerService, Strategy
from constructs_lib.container_task import ContainerTask, Process
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.service_scaling import Schedule, Targets
from constructs_lib.service_targets import Requests, ServiceTargets
from constructs_lib.table import Table
from constructs_lib.tiered_vpc import TieredVpc
from constructs_lib.traffic_rule import TrafficRules
from infra.stack_settings import stack_settings


class ServicesStack(cdk.Stack):
    """Services with their tasks, their routes and what they may reach. Which stack a service is in, its id decides."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        services: tuple[Settings, ...],
        cluster: ContainerCluster,
        balancer: LoadBalancer | None,
        shifting_rules: TrafficRules | None,
        shifting_role: iam.IRole | None,
        groups: dict[str, ec2.ISecurityGroup],
        secrets: dict[str, secretsmanager.ISecret],
        network: TieredVpc,
        logs_key: kms.IKey,
        buckets: dict[str, SecureBucket],
        databases: dict[str, AuroraCluster],
        tables: dict[str, Table],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        self._environment = environment
        self._buckets, self._databases, self._tables = buckets, databases, tables
        subnet_ids = network.vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnet_ids
        self.services: dict[str, ContainerService] = {}
        for service in services:
            home = Construct(self, service.id)
            task = ContainerTask(
                home,
                "Task",
                name=f"{cluster.name}-{service.id}",
                process=Process(
                    image=service.image,
                    size=(service.cpu_units, service.memory_mib),
                    user=service.user,
                    command=service.command,
                    environment=self._settings(service),
                    secrets={variable: secrets[name] for variable, name in service.secrets.items()},
                    port=service.port,
                    health_command=service.health_command,
                    start_seconds=service.start_seconds,
                    stop_seconds=service.stop_seconds,
                    arm=service.architecture == "arm64",
                    shell=service.shell,
                    tracing=service.tracing,
                ),
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )
            self._allow(service, task, groups[service.id], home)
            if service.shell:
                cluster.grant_shell(task.role)
            self.services[service.id] = ContainerService(
                home,
                "Service",
                name=service.id,
                cluster=cluster,
                task=task,
                security_group=groups[service.id],
                subnet_ids=subnet_ids,
                port=service.port,
                targets=_targets(home, service, network, balancer, shifting_rules) if balancer else None,
                min_tasks=service.min_tasks,
                max_tasks=service.max_tasks,
                spot_percent=service.spot_percent,
                strategy=Strategy(
                    name=service.deployment.strategy,
                    bake_minutes=service.deployment.bake_minutes,
                    step=(service.deployment.step_percent, service.deployment.step_minutes),
                ),
                shifting_role=shifting_role,
                scaling=Targets(
                    cpu_percent=service.scaling.cpu_percent,
                    memory_percent=service.scaling.memory_percent,
                    requests_per_task=service.scaling.requests_per_task,
                    messages_per_task=service.scaling.messages_per_task,
                ),
                schedules=[
                    Schedule(
                        name=schedule.name,
                        expression=schedule.schedule,
                        time_zone=schedule.time_zone,
                        min_tasks=schedule.min_tasks,
                        max_tasks=schedule.max_tasks,
                    )
                    for schedule in service.scaling.schedules
                ],
                queue_name=None,
                start_seconds=service.start_seconds,
                shell=service.shell,
            )

    def _settings(self, service: Settings) -> dict[str, str]:
        """What a process is told: where its stores are, and what the configuration says."""
        told = {"SERVICE_NAME": service.id, "ENVIRONMENT": self._environment.name}
        if service.port:
            told["PORT"] = str(service.port)
        told |= {f"TABLE_{name.upper()}": self._tables[name].table.table_name for name in service.tables}
        told |= {f"BUCKET_{name.upper()}": self._buckets[name].bucket.bucket_name for name in service.buckets}
        for database in self._environment.data.databases:
            if database.id in service.databases:
                place = f"DATABASE_{database.id.upper()}"
                told[f"{place}_HOST"] = self._databases[database.id].cluster.attr_endpoint_address
                told[f"{place}_PORT"] = str(database.port)
                told[f"{place}_NAME"] = database.name
                told[f"{place}_USER"] = database.users.application
        return told | service.environment

    def _allow(self, service: Settings, task: ContainerTask, group: ec2.ISecurityGroup, home: Construct) -> None:
        for name in service.tables:
            self._tables[name].grant_read_write(task.grantee)
            acknowledge(
                task.role.policy,
                ["AwsSolutions-IAM5[Action::kms:GenerateDataKey*]", "AwsSolutions-IAM5[Action::kms:ReEncrypt*]"],
                reason="Each names one pair of KMS actions (with and without plaintext, to and from) on one key.",
            )
        for name in service.buckets:
            self._buckets[name].allow_objects(task.role)
        for database in self._environment.data.databases:
            if database.id in service.databases:
                self._databases[database.id].grant_connect(task.grantee, user=database.users.application)
                self._databases[database.id].allow_from(group, scope=home)


def _targets(
    home: Construct,
    service: Settings,
    network: TieredVpc,
    balancer: LoadBalancer,
    shifting_rules: TrafficRules | None,
) -> ServiceTargets | None:
    if not (service.route and service.port):
        return None
    return ServiceTargets(
        home,
        "Requests",
        requests=Requests(
            priority=service.route.priority,
            paths=service.route.paths,
            hosts=service.route.hosts,
            health_path=service.health_path,
        ),
        port=service.port,
        drain_seconds=max(service.stop_seconds - 5, 0),
        vpc=network.vpc,
        balancer=balancer,
        shifting_rules=shifting_rules if service.shifts else None,
    )
