"""When a service on Fargate grows and shrinks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import aws_applicationautoscaling as scaling
from aws_cdk import aws_ecs as ecs
from constructs import Construct

GROW_SECONDS, SHRINK_SECONDS = 60, 300
"""Pause after a change: short before growing again, long before shrinking."""


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Other limits from a time on; `expression` is cron(...), at(...) or rate(...)."""

    name: str
    expression: str
    time_zone: str
    min_tasks: int
    max_tasks: int


@dataclass(frozen=True, kw_only=True)
class Targets:
    """What scaling holds; each one alone makes a service grow, all together let it shrink."""

    cpu_percent: int | None = 60
    memory_percent: int | None = 75
    requests_per_task: int | None = None
    messages_per_task: int | None = None


class ServiceScaling(Construct):
    """Scales a service between `min_tasks` and `max_tasks`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        service: ecs.CfnService,
        service_name: str,
        cluster_name: str,
        min_tasks: int,
        max_tasks: int,
        targets: Targets,
        schedules: Sequence[Schedule] = (),
        requests_label: str | None = None,
        queue_name: str | None = None,
    ) -> None:
        """Scale `service`; `requests_label` and `queue_name` say whose requests and messages are counted."""
        super().__init__(scope, construct_id)
        # The name in place of a reference: the target must not be replaced because the service is.
        self._target = scaling.CfnScalableTarget(
            self,
            "Resource",
            service_namespace="ecs",
            scalable_dimension="ecs:service:DesiredCount",
            resource_id=f"service/{cluster_name}/{service_name}",
            min_capacity=min_tasks,
            max_capacity=max_tasks,
            scheduled_actions=[
                {
                    "scheduledActionName": schedule.name,
                    "schedule": schedule.expression,
                    "timezone": schedule.time_zone,
                    "scalableTargetAction": {"minCapacity": schedule.min_tasks, "maxCapacity": schedule.max_tasks},
                }
                for schedule in schedules
            ]
            or None,
        )
        self._target.add_resource_dependency(service)
        if targets.cpu_percent:
            self._hold("Cpu", targets.cpu_percent, **_predefined("ECSServiceAverageCPUUtilization"))
        if targets.memory_percent:
            self._hold("Memory", targets.memory_percent, **_predefined("ECSServiceAverageMemoryUtilization"))
        if targets.requests_per_task and requests_label:
            self._hold("Requests", targets.requests_per_task, **_predefined("ALBRequestCountPerTarget", requests_label))
        if targets.messages_per_task and queue_name:
            metrics = _backlog(queue_name, cluster_name, service_name)
            self._hold("Backlog", targets.messages_per_task, customizedMetricSpecification={"metrics": metrics})

    def _hold(self, name: str, value: int, **metric: Any) -> None:
        scaling.CfnScalingPolicy(
            self,
            name,
            policy_name=name,
            policy_type="TargetTrackingScaling",
            scaling_target_id=self._target.ref,
            target_tracking_scaling_policy_configuration={
                "targetValue": value,
                "scaleOutCooldown": GROW_SECONDS,
                "scaleInCooldown": SHRINK_SECONDS,
                **metric,
            },
        )


def _predefined(name: str, label: str | None = None) -> dict[str, Any]:
    more = {"resourceLabel": label} if label else {}
    return {"predefinedMetricSpecification": {"predefinedMetricType": name, **more}}


def _backlog(queue: str, cluster: str, service: str) -> list[dict[str, Any]]:
    """Waiting messages for each running task; with no task, for one: that is what starts the first."""

    def metric(name: str, namespace: str, statistic: str, **dimensions: str) -> dict[str, Any]:
        pairs = [{"name": key, "value": value} for key, value in dimensions.items()]
        return {"metric": {"metricName": name, "namespace": namespace, "dimensions": pairs}, "stat": statistic}

    tasks = metric("RunningTaskCount", "ECS/ContainerInsights", "Average", ClusterName=cluster, ServiceName=service)
    waiting = metric("ApproximateNumberOfMessagesVisible", "AWS/SQS", "Average", QueueName=queue)
    return [
        {"id": "waiting", "metricStat": waiting, "returnData": False},
        {"id": "tasks", "metricStat": tasks, "returnData": False},
        {"id": "each", "expression": "FILL(waiting, 0) / IF(FILL(tasks, 0) > 0, tasks, 1)", "returnData": True},
    ]
