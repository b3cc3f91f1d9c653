"""A service on Fargate with everything that a production service needs, from one list of typed arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_servicediscovery as servicediscovery
from constructs import Construct

from constructs_lib.acknowledge import accept_finding, acknowledge, in_packs
from constructs_lib.container_cluster import ContainerCluster
from constructs_lib.container_task import ContainerTask
from constructs_lib.monitoring.containers import share_of
from constructs_lib.service_scaling import Schedule, ServiceScaling, Targets
from constructs_lib.service_targets import ServiceTargets

DNS_SECONDS = 10
MEMORY_PERCENT = 95
FAILED_PERCENT = 5


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """How a new version takes over: rolling, blue-green, linear or canary. `step` is percent and minutes."""

    name: str = "rolling"
    bake_minutes: int = 5
    step: tuple[int, int] = (10, 5)


class ContainerService(Construct):
    """The service. `name`, which is unique in the cluster, replaces it.

    It begins with `min_tasks`; scaling decides from then on. A version that does not come up, or whose requests fail,
    is rolled back by itself.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        cluster: ContainerCluster,
        task: ContainerTask,
        security_group: ec2.ISecurityGroup,
        subnet_ids: Sequence[str],
        port: int | None,
        targets: ServiceTargets | None,
        min_tasks: int,
        max_tasks: int,
        spot_percent: int,
        strategy: Strategy,
        shifting_role: iam.IRole | None,
        scaling: Targets,
        schedules: Sequence[Schedule],
        queue_name: str | None,
        start_seconds: int,
        shell: bool,
    ) -> None:
        """Run `task`; `targets` are where its requests come from, `shifting_role` lets ECS shift them.

        Raises:
            ValueError: requests are to be shifted that come from nowhere.
        """
        shifts = strategy.name != "rolling"
        if shifts and not (targets and targets.alternate and shifting_role):
            raise ValueError(f"strategy must be rolling without two target groups and a role, got {strategy.name}")
        super().__init__(scope, construct_id)
        self.name = name
        self.targets = targets
        alarms = self._alarms(cluster.name, targets)
        self.service = ecs.CfnService(
            self,
            "Resource",
            service_name=name,
            cluster=cluster.cluster.ref,
            task_definition=task.definition.ref,
            capacity_provider_strategy=_capacity(spot_percent, min_tasks),
            deployment_controller={"type": "ECS"},
            deployment_configuration={
                "alarms": {"alarmNames": [alarm.ref for alarm in alarms], "enable": True, "rollback": True},
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "minimumHealthyPercent": 100,
                "maximumPercent": 200,
                **_shifting(strategy),
            },
            desired_count=min_tasks,
            availability_zone_rebalancing="ENABLED",
            enable_ecs_managed_tags=True,
            enable_execute_command=shell,
            health_check_grace_period_seconds=start_seconds if targets else None,
            load_balancers=[_balancing(targets, port, shifting_role if shifts else None)] if targets else None,
            network_configuration={
                "awsvpcConfiguration": {
                    "assignPublicIp": "DISABLED",
                    "securityGroups": [security_group.security_group_id],
                    "subnets": list(subnet_ids),
                }
            },
            platform_version="LATEST",
            propagate_tags="SERVICE",
            service_registries=[{"registryArn": self._registry(cluster).attr_arn}] if port and not shifts else None,
        )
        if shell:
            accept_finding(
                self.service,
                "contained.containers",
                reason="Not for production: people who debug open shells, and what they type is logged.",
            )
        if targets:  # ECS registers tasks only where requests can come from
            self.service.node.add_dependency(targets.rule)
        ServiceScaling(
            self,
            "Scaling",
            service=self.service,
            service_name=name,
            cluster_name=cluster.name,
            min_tasks=min_tasks,
            max_tasks=max_tasks,
            targets=scaling,
            schedules=schedules,
            requests_label=targets.label if targets else None,
            queue_name=queue_name,
        )

    def _registry(self, cluster: ContainerCluster) -> servicediscovery.CfnService:
        return servicediscovery.CfnService(
            self,
            "Name",
            name=self.name.lower(),
            namespace_id=cluster.namespace.namespace_id,
            dns_config={"dnsRecords": [{"type": "A", "ttl": DNS_SECONDS}], "routingPolicy": "MULTIVALUE"},
            health_check_custom_config={"failureThreshold": 1},
        )

    def _alarms(self, cluster_name: str, targets: ServiceTargets | None) -> list[cloudwatch.CfnAlarm]:
        """Make what a deployment is rolled back for; people are told by the alarms of whoever monitors the service."""
        where = [{"name": "ClusterName", "value": cluster_name}, {"name": "ServiceName", "value": self.name}]
        memory = {"namespace": "AWS/ECS", "metric_name": "MemoryUtilization", "dimensions": where}
        alarms = [self._alarm("MemoryRunsOut", MEMORY_PERCENT, period=60, statistic="Maximum", **memory)]
        if targets:
            alarms.append(self._alarm("RequestsFail", FAILED_PERCENT, metrics=_failures(targets)))
        return alarms

    def _alarm(self, alarm_id: str, threshold: int, **measured: Any) -> cloudwatch.CfnAlarm:
        alarm = cloudwatch.CfnAlarm(
            self,
            alarm_id,
            alarm_description=f"Rolls a deployment of {self.name} back",
            comparison_operator="GreaterThanThreshold",
            threshold=threshold,
            evaluation_periods=3,
            datapoints_to_alarm=2,
            treat_missing_data="notBreaching",
            **measured,
        )
        acknowledge(
            alarm,
            in_packs("CloudWatchAlarmAction", ("NIST.800.53.R5", "HIPAA.Security")),
            reason="ECS reads it and rolls the deployment back; people are told by the alarms of the monitoring stack.",
        )
        return alarm


def _capacity(spot_percent: int, min_tasks: int) -> list[dict[str, Any]]:
    """Share tasks between Fargate and Spot; where both are used, the fewest tasks are never on Spot alone."""
    if spot_percent in (0, 100):
        return [{"capacityProvider": "FARGATE_SPOT" if spot_percent else "FARGATE", "weight": 1}]
    return [
        {"capacityProvider": "FARGATE", "base": min(1, min_tasks), "weight": 100 - spot_percent},
        {"capacityProvider": "FARGATE_SPOT", "weight": spot_percent},
    ]


def _shifting(strategy: Strategy) -> dict[str, Any]:
    percent, minutes = strategy.step
    more: dict[str, Any] = {
        "linear": {"linearConfiguration": {"stepPercent": percent, "stepBakeTimeInMinutes": minutes}},
        "canary": {"canaryConfiguration": {"canaryPercent": percent, "canaryBakeTimeInMinutes": minutes}},
    }.get(strategy.name, {})
    if strategy.name != "rolling":
        more["bakeTimeInMinutes"] = strategy.bake_minutes
    return {"strategy": strategy.name.replace("-", "_").upper(), **more}


def _balancing(targets: ServiceTargets, port: int | None, role: iam.IRole | None) -> dict[str, Any]:
    balancing: dict[str, Any] = {
        "containerName": "main",
        "containerPort": port,
        "targetGroupArn": targets.primary.ref,
    }
    if role and targets.alternate:
        balancing["advancedConfiguration"] = {
            "alternateTargetGroupArn": targets.alternate.ref,
            "productionListenerRule": targets.rule_arn,
            "roleArn": role.role_arn,
        }
    return balancing


def _failures(targets: ServiceTargets) -> list[dict[str, Any]]:
    """Percent of the requests that the service answered with 5xx, whichever target group they went to."""
    failed = share_of(targets.metrics, "HTTPCode_Target_5XX_Count", "RequestCount")
    result = {"id": "result", "expression": failed.expression, "label": failed.label, "returnData": True}
    return [result, *(metric.query(name, 60) for name, metric in failed.metrics.items())]
