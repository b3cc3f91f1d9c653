"""Services: those of the configuration's services that share a stack."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from config import Environment
from config.sections.containers import ContainerService as Settings
from constructs_lib.container_cluster import ContainerCluster
from constructs_lib.container_service import ContainerService, Strategy
from constructs_lib.container_task import ContainerTask, Process
from constructs_lib.event_bus import EventBus
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.monitoring import Monitoring, Severity
from constructs_lib.monitoring.containers import monitor_service
from constructs_lib.plain_setting import PlainSetting
from constructs_lib.remediation import allow_remediation
from constructs_lib.secure_queue import SecureQueue
from constructs_lib.service_scaling import Schedule, Targets
from constructs_lib.service_targets import Requests, ServiceTargets
from constructs_lib.tiered_vpc import TieredVpc
from constructs_lib.traffic_rule import TrafficRules
from infra.alarm_settings import mute_windows, overrides, refuse_unknown_overrides
from infra.service_access import Stores, image_of
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
        settings: Mapping[str, PlainSetting],
        network: TieredVpc,
        stores: Stores,
        queues: Mapping[str, SecureQueue],
        bus: EventBus | None,
        logs_key: kms.IKey,
        alarm_topics: Mapping[Severity, str],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        limits = environment.monitoring.thresholds
        monitoring = Monitoring(
            self,
            "Monitoring",
            name=f"{environment.project}-{environment.name}-{construct_id.lower()}",
            topics=alarm_topics,
            boards=environment.monitoring.dashboards,
            mute_windows=mute_windows(environment),
            overrides=overrides(environment, of={service.id for service in services}),
        )
        subnet_ids = network.vpc.select_subnets(subnet_group_name=network.private_subnets.subnet_group_name).subnet_ids
        for service in services:
            home = Construct(self, service.id)
            task = ContainerTask(
                home,
                "Task",
                name=f"{cluster.name}-{service.id}",
                process=Process(
                    image=image_of(service.image, stores.images),
                    size=(service.cpu_units, service.memory_mib),
                    user=service.user,
                    command=service.command,
                    environment=stores.told(service, environment) | _messages_told(service, queues, bus),
                    secrets={variable: secrets[name] for variable, name in service.secrets.items()},
                    settings={variable: settings[name] for variable, name in service.settings.items()},
                    port=service.port,
                    health_command=service.health_command,
                    start_seconds=service.start_seconds,
                    stop_seconds=service.stop_seconds,
                    arm=service.architecture == "arm64",
                    shell=service.allows_shell,
                    tracing=service.tracing,
                    traced_percent=environment.monitoring.traced_percent
                    if service.instrumentation == "python"
                    else None,
                ),
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )
            stores.open_to(service, environment, task=task, group=groups[service.id], scope=home)
            _open_messages(service, task, queues, bus)
            if service.allows_shell:
                cluster.grant_shell(task.role)
            targets = _targets(home, service, network, balancer, shifting_rules) if balancer else None
            running = ContainerService(
                home,
                "Service",
                name=service.id,
                cluster=cluster,
                task=task,
                security_group=groups[service.id],
                subnet_ids=subnet_ids,
                port=service.port,
                targets=targets,
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
                queue_name=queues[service.works_off].queue.queue_name if service.works_off else None,
                start_seconds=service.start_seconds,
                shell=service.allows_shell,
            )
            if environment.monitoring.remediation.mode != "off":
                allow_remediation(running.service)
            monitor_service(
                monitoring,
                name=service.id,
                cluster=cluster.name,
                min_tasks=min([service.min_tasks, *(schedule.min_tasks for schedule in service.scaling.schedules)]),
                cpu_percent=limits.service_cpu_percent,
                memory_percent=limits.service_memory_percent,
                error_percent=limits.service_error_percent,
                targets=targets.metrics if targets else (),
            )
        refuse_unknown_overrides(environment, monitoring)
        monitoring.complete()


def _messages_told(service: Settings, queues: Mapping[str, SecureQueue], bus: EventBus | None) -> dict[str, str]:
    named = {*service.sends, *([service.works_off] if service.works_off else [])}
    told = {f"QUEUE_{name.upper()}_URL": queues[name].queue.queue_url for name in sorted(named)}
    return told | ({"BUS_NAME": bus.name} if bus and service.publishes else {})


def _open_messages(
    service: Settings, task: ContainerTask, queues: Mapping[str, SecureQueue], bus: EventBus | None
) -> None:
    for name in service.sends:
        queues[name].grant_send(task.grantee)
    if service.works_off:
        queues[service.works_off].grant_consume(task.grantee)
    if bus and service.publishes:
        bus.grant_publish(task.grantee)


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
