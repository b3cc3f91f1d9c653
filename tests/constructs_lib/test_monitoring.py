"""Every alarm reaches the topic of its severity, says how bad it is, and links what to do."""

import json
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk.assertions import Template

from constructs_lib.monitoring import RUNBOOK, Alarm, Graph, Metric, Monitoring, MuteWindow, Override, Severity
from constructs_lib.monitoring.api import monitor_api
from constructs_lib.monitoring.databases import (
    monitor_database,
    monitor_database_proxy,
    monitor_document_database,
)
from constructs_lib.monitoring.functions import FEW, monitor_function
from constructs_lib.monitoring.network import monitor_nat_gateway
from constructs_lib.monitoring.queues import monitor_dead_letters, monitor_queue
from constructs_lib.monitoring.restore_tests import monitor_restore_tests
from constructs_lib.monitoring.tables import monitor_table
from constructs_lib.monitoring.web_acl import monitor_web_acl

RUNBOOK_PAGE = (Path(__file__).parents[2] / RUNBOOK).read_text()
TOPICS: dict[Severity, str] = {
    severity: f"arn:aws:sns:us-east-1:111122223333:{severity}" for severity in ("P0", "P1", "P2", "P3")
}
MUTE = "AWS::CloudWatch::AlarmMuteRule"
METRIC = Metric(namespace="Test", name="Broken")


def facade(stack: cdk.Stack, **options: Any) -> Monitoring:
    """A facade with a topic for each severity."""
    return Monitoring(stack, "Monitoring", name="test", topics=TOPICS, **options)


def watch_everything(stack: cdk.Stack, monitoring: Monitoring) -> None:
    """Call every verb once."""
    function = lambda_.Function(
        stack,
        "Worker",
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    monitor_function(monitoring, function, name="Worker", timeout=cdk.Duration.seconds(10), reserved_concurrency=50)
    queue = sqs.Queue(stack, "Jobs")
    monitor_queue(monitoring, queue, name="Jobs")
    monitor_dead_letters(monitoring, queue, name="Failed")
    monitor_nat_gateway(monitoring, name="Nat1", gateway="nat-1")
    api = apigateway.RestApi(stack, "Api")
    api.root.add_method("GET")
    monitor_api(monitoring, api, name="Api", latency_p99=cdk.Duration.millis(900))
    key = dynamodb.Attribute(name="pk", type=dynamodb.AttributeType.STRING)
    monitor_table(monitoring, dynamodb.TableV2(stack, "Items", partition_key=key), name="Items")
    lag = cdk.Duration.seconds(1)
    monitor_database(
        monitoring,
        name="Main",
        cluster="main",
        cpu_percent=80,
        capacity_percent=90,
        connections=100,
        storage_gib=500,
        replica_lag=lag,
    )
    monitor_document_database(
        monitoring, name="Documents", cluster="docs", cpu_percent=80, connections=100, free_memory_mib=256
    )
    monitor_database_proxy(monitoring, name="Proxy", proxy="proxy", borrow_latency=lag)
    monitor_restore_tests(monitoring, kinds=["DynamoDB", "S3"], namespace="test/restores")
    monitor_web_acl(monitoring, metric_name="acl", name="Acl", blocked_per_5_minutes=100, region="us-east-1")
    monitoring.complete()


def alarms_of(stack: cdk.Stack) -> dict[str, dict[str, Any]]:
    """Properties of each alarm by its name."""
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    return {alarm["Properties"]["AlarmName"]: alarm["Properties"] for alarm in found}


@pytest.fixture
def alarms(stack: cdk.Stack) -> list[dict[str, Any]]:
    """The alarms of one resource of every kind."""
    watch_everything(stack, facade(stack))
    return list(alarms_of(stack).values())


def test_every_alarm_acts_on_the_topic_of_its_severity_when_it_starts_and_ends(alarms: list[dict[str, Any]]) -> None:
    assert len(alarms) > 20
    for alarm in alarms:
        severity: Severity = alarm["AlarmDescription"].partition(": ")[0]
        assert alarm["AlarmActions"] == alarm["OKActions"] == [TOPICS[severity]]
        assert alarm.get("ActionsEnabled", True)


def test_every_alarm_links_a_section_of_the_runbook(alarms: list[dict[str, Any]]) -> None:
    for alarm in alarms:
        page, _, section = alarm["AlarmDescription"].rpartition("Runbook: ")[2].partition("#")
        assert page == RUNBOOK
        assert f"\n## {section}\n" in RUNBOOK_PAGE


def test_a_function_that_nears_its_time_limit_raises_an_alarm(alarms: list[dict[str, Any]]) -> None:
    (duration,) = [alarm for alarm in alarms if "#function-duration" in alarm["AlarmDescription"]]
    assert duration["Threshold"] == 8000
    assert duration["ExtendedStatistic"] == "p99"


@pytest.mark.parametrize(("reserved", "threshold"), [(50, [40]), (FEW, [8]), (FEW - 1, []), (1, [])])
def test_a_function_that_nears_its_reserved_concurrency_raises_an_alarm_unless_the_number_is_a_brake(
    stack: cdk.Stack, reserved: int, threshold: list[float]
) -> None:
    monitoring = facade(stack)
    function = lambda_.Function.from_function_name(stack, "Worker", "worker")
    timeout = cdk.Duration.seconds(10)
    monitor_function(monitoring, function, name="Worker", timeout=timeout, reserved_concurrency=reserved)
    found = [alarm for alarm in alarms_of(stack).values() if "#function-concurrency" in alarm["AlarmDescription"]]
    assert [alarm["Threshold"] for alarm in found] == threshold


def test_a_nat_gateway_without_ports_and_one_that_loses_packets_raise_alarms(alarms: list[dict[str, Any]]) -> None:
    own = [{"Name": "NatGatewayId", "Value": "nat-1"}]
    (ports,) = [alarm for alarm in alarms if "#nat-ports" in alarm["AlarmDescription"]]
    assert (ports["MetricName"], ports["Dimensions"], ports["Threshold"]) == ("ErrorPortAllocation", own, 0)
    (drops,) = [alarm for alarm in alarms if "#nat-drops" in alarm["AlarmDescription"]]
    asked = [query["MetricStat"]["Metric"] for query in drops["Metrics"] if "MetricStat" in query]
    assert [metric["MetricName"] for metric in asked] == [
        "PacketsDropCount", "PacketsInFromSource", "PacketsInFromDestination",
    ]  # fmt: skip
    assert all(metric["Dimensions"] == own for metric in asked)


def test_the_size_of_a_database_is_looked_at_as_rarely_as_aurora_says_it(alarms: list[dict[str, Any]]) -> None:
    (size,) = [alarm for alarm in alarms if "#database-storage" in alarm["AlarmDescription"]]
    assert (size["MetricName"], size["Threshold"]) == ("VolumeBytesUsed", 500 * 1024**3)
    assert size["Period"] >= 3600


def test_an_override_changes_threshold_and_severity_of_the_one_alarm_that_it_names(stack: cdk.Stack) -> None:
    monitoring = facade(stack, overrides={"Jobs/queue-age": Override(threshold=30, severity="P0")})
    monitor_queue(monitoring, sqs.Queue(stack, "Jobs"), name="Jobs", oldest_seconds=600, waiting=7)
    monitoring.complete()
    age, depth = alarms_of(stack)["test-Jobs-queue-age"], alarms_of(stack)["test-Jobs-queue-depth"]
    assert age["Threshold"] == 30
    assert age["AlarmActions"] == [TOPICS["P0"]]
    assert depth["Threshold"] == 7
    assert depth["AlarmActions"] == [TOPICS["P3"]]


def test_an_override_of_an_alarm_that_is_not_there_fails_the_build(stack: cdk.Stack) -> None:
    monitoring = facade(stack, overrides={"Jobs/queue-rage": Override(threshold=30)})
    monitor_queue(monitoring, sqs.Queue(stack, "Jobs"), name="Jobs")
    with pytest.raises(ValueError, match=r"must name alarms \(Jobs/queue-age, .*got Jobs/queue-rage"):
        monitoring.complete()


def test_two_alarms_of_one_name_are_refused(stack: cdk.Stack) -> None:
    alarm = Alarm(kind="dead-letters", severity="P1", summary="Broken.", metric=METRIC, threshold=0)
    with pytest.raises(ValueError, match="must differ in kind or name, got Jobs/dead-letters twice"):
        facade(stack).watch("Jobs", [alarm, alarm])


def test_a_composite_speaks_for_the_alarms_that_do_not_act_themselves(stack: cdk.Stack) -> None:
    monitoring = facade(stack)
    silent = Alarm(kind="slo", severity="P1", summary="Broken.", metric=METRIC, threshold=0, acts=False)
    monitoring.watch("Api", [silent])
    monitoring.add_composite("Api", kind="burn", severity="P1", summary="Burns.", of=["ALARM(a)", "ALARM(b)"])
    assert "AlarmActions" not in alarms_of(stack)["test-Api-slo"]
    Template.from_stack(stack).has_resource_properties(
        "AWS::CloudWatch::CompositeAlarm",
        {"AlarmRule": "ALARM(a) OR ALARM(b)", "AlarmActions": [TOPICS["P1"]], "OKActions": [TOPICS["P1"]]},
    )


def test_a_deploy_window_mutes_all_but_p0_and_ends_by_itself(stack: cdk.Stack) -> None:
    window = MuteWindow(schedule="cron(0 9 * * TUE)", minutes=90, timezone="Europe/London")
    monitoring = facade(stack, mute_windows=[window])
    severities: tuple[Severity, ...] = ("P0", *("P2",) * 104)
    for number, severity in enumerate(severities):
        alarm = Alarm(kind="dead-letters", severity=severity, summary="Broken.", metric=METRIC, threshold=0)
        monitoring.watch(f"Queue{number}", [alarm])
    monitoring.add_composite("Api", kind="burn", severity="P1", summary="Burns.", of=['ALARM("a")'])
    monitoring.complete()
    rules = [one["Properties"] for one in Template.from_stack(stack).find_resources(MUTE).values()]
    assert {json.dumps(rule["Rule"]["Schedule"], sort_keys=True) for rule in rules} == {
        '{"Duration": "PT90M", "Expression": "cron(0 9 * * TUE)", "Timezone": "Europe/London"}'
    }
    muted = [name["Ref"] for rule in rules for name in rule["MuteTargets"]["AlarmNames"]]
    assert len(muted) == len(set(muted)) == 105
    assert max(len(rule["MuteTargets"]["AlarmNames"]) for rule in rules) <= 100
    assert not [name for name in muted if "Queue0" in name]


def test_only_the_dashboards_asked_for_are_made_and_none_is_empty(stack: cdk.Stack) -> None:
    monitoring = facade(stack, boards=("main", "security", "cost"))
    graphs = [Graph(title="Cost", metrics=[METRIC], board="cost"), Graph(title="Slow", metrics=[METRIC])]
    monitoring.watch("Api", graphs=graphs)
    monitoring.complete()
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Dashboard").values()
    (board,) = [each["Properties"] for each in found]
    assert board["DashboardName"] == "test-cost"
    titles = [widget["properties"].get("title") for widget in json.loads(board["DashboardBody"])["widgets"]]
    assert titles == [None, "Cost"]
