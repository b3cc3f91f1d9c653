"""An alarm changes the deployed platform by itself: alarm, event, function, change; once, and on the record."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.emulator.local_cloud import Cloud

pytestmark = pytest.mark.emulator
CLUSTER = "groundwork-local-services"


def eventually(found: Callable[[], Any], seconds: float = 20) -> Any:
    until = time.monotonic() + seconds
    while not (value := found()) and time.monotonic() < until:
        time.sleep(0.2)
    return value


def resource(platform: Cloud, kind: str, like: str) -> str:
    """The physical id of the first such resource whose logical id begins with `like`."""
    return next(
        str(one["physical_id"])
        for stack in platform.emulator.stacks()
        if stack["name"].startswith("groundwork-local-")
        for one in stack["resources"]
        if one["type"] == kind and one["logical_id"].startswith(like)
    )


@pytest.fixture
def decisions(platform: Cloud) -> Callable[[str, str], list[dict[str, Any]]]:
    """What was decided about resources whose name has a part, with an outcome."""
    table = resource(platform, "AWS::DynamoDB::GlobalTable", "RemediationDecisions")

    def decisions(about: str, outcome: str) -> list[dict[str, Any]]:
        items = platform.api("dynamodb").scan(TableName=table)["Items"]
        found = [json.loads(item["decision"]["S"]) for item in items if "decision" in item]
        return [one for one in found if one["outcome"] == outcome and about in json.dumps(one)]

    return decisions


def test_a_slow_function_gets_more_memory_once_and_keeps_everything_else(
    platform: Cloud, decisions: Callable[[str, str], list[dict[str, Any]]]
) -> None:
    functions, watch = platform.api("lambda"), platform.api("cloudwatch")
    name = resource(platform, "AWS::Lambda::Function", "TodoFunction")
    alarm = "groundwork-local-TodoFunction-function-duration"
    before = functions.get_function_configuration(FunctionName=name)

    for outcome in ("acted", "did nothing"):
        watch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="set by hand")
        assert eventually(lambda outcome=outcome: decisions(alarm, outcome))
        watch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="over")

    after = functions.get_function_configuration(FunctionName=name)
    assert after["MemorySize"] == before["MemorySize"] * 2
    changed = {key for key in before if before[key] != after.get(key)} - {"ResponseMetadata"}
    assert changed <= {"MemorySize", "RevisionId", "LastModified", "LastUpdateStatus", "State"}
    assert len(decisions(alarm, "acted")) == 1


@pytest.fixture
def service(platform: Cloud) -> Iterator[Callable[..., str]]:
    """Make services in a cluster, and an alarm for each as `monitor_service` makes it; return the alarm's name."""
    ecs, watch, made = platform.api("ecs"), platform.api("cloudwatch"), []
    ecs.create_cluster(clusterName=CLUSTER)
    family = ecs.register_task_definition(
        family="web", containerDefinitions=[{"name": "main", "image": "none", "memory": 128}]
    )
    task = family["taskDefinition"]["taskDefinitionArn"]

    def make(name: str, tags: dict[str, str]) -> str:
        alarm = f"groundwork-local-{name}-service-tasks"
        told = [{"key": key, "value": value} for key, value in tags.items()]
        ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition=task, desiredCount=2, tags=told)
        watch.put_metric_alarm(
            AlarmName=alarm,
            AlarmDescription="P1: Fewer tasks run than should. Runbook: docs/runbooks/alarms.md#service-tasks",
            Namespace="ECS/ContainerInsights",
            MetricName="RunningTaskCount",
            Dimensions=[{"Name": "ClusterName", "Value": CLUSTER}, {"Name": "ServiceName", "Value": name}],
            Statistic="Minimum",
            Period=60,
            EvaluationPeriods=5,
            Threshold=2,
            ComparisonOperator="LessThanThreshold",
        )
        made.append((name, alarm))
        return alarm

    yield make
    for name, alarm in made:
        watch.delete_alarms(AlarmNames=[alarm])
        ecs.delete_service(cluster=CLUSTER, service=name, force=True)
    ecs.delete_cluster(cluster=CLUSTER)


def test_a_service_that_lost_a_task_is_deployed_again_once_and_one_without_the_tag_never(
    platform: Cloud,
    service: Callable[..., str],
    decisions: Callable[[str, str], list[dict[str, Any]]],
) -> None:
    ecs, watch = platform.api("ecs"), platform.api("cloudwatch")
    alarms = {"Web": service("Web", {"remediation": "allowed"}), "Other": service("Other", {"owner": "somebody"})}

    def deployments(name: str) -> list[str]:
        (found,) = ecs.describe_services(cluster=CLUSTER, services=[name])["services"]
        assert found["desiredCount"] == 2
        return [one["id"] for one in found["deployments"]]

    before = {name: deployments(name) for name in alarms}
    for name in alarms:  # the emulator runs nothing, and does not replace what stops
        ecs.stop_task(cluster=CLUSTER, task=ecs.list_tasks(cluster=CLUSTER, serviceName=name)["taskArns"][0])
    for name, outcome in (("Web", "acted"), ("Web", "did nothing"), ("Other", "did nothing")):
        watch.set_alarm_state(AlarmName=alarms[name], StateValue="ALARM", StateReason="set by hand")
        assert eventually(lambda name=name, outcome=outcome: decisions(alarms[name], outcome))
        watch.set_alarm_state(AlarmName=alarms[name], StateValue="OK", StateReason="over")

    assert deployments("Web")[0] != before["Web"][0]
    assert deployments("Other") == before["Other"]
    assert len(decisions(alarms["Web"], "acted")) == 1
    assert "not tagged remediation=allowed" in str(decisions(alarms["Other"], "did nothing"))
