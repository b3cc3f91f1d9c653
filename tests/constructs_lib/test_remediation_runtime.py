"""An alarm is answered once, within limits, and each answer says why; nothing that was configured is lost."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend

from constructs_lib.remediation.runtime import alarms, handler, records, remedies

TABLE, ALARM = "decisions", "test-Worker-function-duration"
TAGS = {"remediation": "allowed"}
Answer = Callable[..., dict[str, Any]]


def fault(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "UpdateFunctionConfiguration")


class Function:
    """Lambda with one function; counts its changes, and fails when told to."""

    class exceptions:  # noqa: N801
        ClientError = ClientError

    def __init__(self) -> None:
        self.settings: dict[str, Any] = {
            "FunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:worker",
            "MemorySize": 512,
            "RevisionId": "1",
            "Description": "Works",
            "Timeout": 30,
            "Environment": {"Variables": {"TABLE": "items"}},
        }
        self.tags = dict(TAGS)
        self.aliases: list[str] = []
        self.changes: list[dict[str, Any]] = []
        self.faults: list[BaseException] = []
        self.before_update: Callable[[], None] = lambda: None

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "worker"
        return dict(self.settings)

    def list_tags(self, Resource: str) -> dict[str, Any]:  # noqa: N803
        assert Resource == self.settings["FunctionArn"]
        return {"Tags": self.tags}

    def list_aliases(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        return {"Aliases": self.aliases}

    def update_function_configuration(self, FunctionName: str, RevisionId: str, **change: Any) -> None:  # noqa: N803
        self.before_update()
        if RevisionId != self.settings["RevisionId"]:
            raise fault("PreconditionFailedException")
        if self.faults and not isinstance(self.faults[0], KeyboardInterrupt):
            raise self.faults.pop(0)
        self.changes.append(change)
        self.settings |= change | {"RevisionId": str(int(RevisionId) + 1)}
        if self.faults:
            raise self.faults.pop(0)  # the change was made, and the invocation ends before it knows


class Service:
    """ECS with one service that lacks a task."""

    def __init__(self) -> None:
        self.service: dict[str, Any] = {
            "status": "ACTIVE",
            "runningCount": 1,
            "desiredCount": 2,
            "taskDefinition": "web:7",
            "tags": [{"key": "remediation", "value": "allowed"}],
            "deployments": [{"id": "one", "rolloutState": "COMPLETED"}],
        }
        self.changes: list[dict[str, Any]] = []

    def describe_services(self, cluster: str, services: list[str], include: list[str]) -> dict[str, Any]:
        assert (cluster, services, include) == ("main", ["web"], ["TAGS"])
        return {"services": [self.service]}

    def update_service(self, **change: Any) -> None:
        self.changes.append(change)


@pytest.fixture
def function() -> Function:
    return Function()


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, function: Function, service: Service) -> Any:
    values = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "ATTEMPTS_A_DAY": "3",
        "COOL_DOWN_SECONDS": "1800",
        "MEMORY_CEILING_MIB": "2048",
        "MODE": "act",
        "REMEDIES": json.dumps(
            {
                "function-duration": "raise-memory",
                "function-errors": "recycle-function",
                "service-tasks": "redeploy-service",
            }
        ),
        "TABLE_NAME": TABLE,
        "TAG": "remediation=allowed",
    }
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        sns = boto3.client("sns")
        topic = sns.create_topic(Name="told")["TopicArn"]
        monkeypatch.setenv("TOPIC_ARN", topic)
        real = {name: boto3.client(name) for name in ("dynamodb", "cloudwatch", "sns")}
        real["dynamodb"].create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("resource", "entry")],
            KeySchema=[
                {"AttributeName": "resource", "KeyType": "HASH"},
                {"AttributeName": "entry", "KeyType": "RANGE"},
            ],
        )
        clients: dict[str, Any] = {**real, "lambda": function, "ecs": service}
        monkeypatch.setattr(handler, "client", lambda name: clients[name])
        set_alarm(real["cloudwatch"])
        yield real


def set_alarm(cloudwatch: Any, name: str = ALARM, *, state: str = "ALARM", **changes: Any) -> None:
    kind = name.partition("Worker-")[2]
    given = {
        "AlarmName": name,
        "AlarmDescription": f"P2: Slow. Runbook: docs/runbooks/alarms.md#{kind}",
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "Namespace": "AWS/Lambda",
        "MetricName": "Duration",
        "Dimensions": [{"Name": "FunctionName", "Value": "worker"}],
        "Period": 60,
        "Statistic": "Maximum",
        **changes,
    }
    cloudwatch.put_metric_alarm(**{key: value for key, value in given.items() if value is not None})
    cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="test")


def event(event_id: str = "event-1", name: object = ALARM, **changes: Any) -> dict[str, Any]:
    detail = {"alarmName": name, "state": {"value": "ALARM", "reason": "slow"}, "configuration": {"metrics": []}}
    told = {"source": "aws.cloudwatch", "detail-type": "CloudWatch Alarm State Change", "id": event_id}
    return {**told, "detail": detail, **changes}


def answer(event: Any) -> dict[str, Any]:
    return handler.handler(event, None)


def recorded(aws: Any) -> list[dict[str, Any]]:
    items = aws["dynamodb"].scan(TableName=TABLE)["Items"]
    return [json.loads(item["decision"]["S"]) for item in items if "decision" in item]


def pass_time(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = records.time.time()
    monkeypatch.setattr(records.time, "time", lambda: now + seconds)


def test_memory_is_doubled_and_every_other_setting_stays(aws: Any, function: Function) -> None:
    before = dict(function.settings)
    decision = answer(event())
    assert decision["outcome"] == "acted"
    assert function.changes == [{"MemorySize": 1024}]
    assert {**function.settings, "MemorySize": 512, "RevisionId": "1"} == before
    assert [one["outcome"] for one in recorded(aws)].count("acted") == 1


def test_each_decision_is_told_and_recorded_with_its_reason(aws: Any, function: Function) -> None:
    function.tags = {}
    queue = boto3.client("sqs").create_queue(QueueName="inbox")["QueueUrl"]
    arn = "arn:aws:sqs:us-east-1:123456789012:inbox"
    topic = aws["sns"].list_topics()["Topics"][0]["TopicArn"]
    aws["sns"].subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    answer(event())
    (message,) = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]
    told = json.loads(json.loads(message["Body"])["Message"])
    assert told["outcome"] == "did nothing"
    assert told["reason"] == "the resource is not tagged remediation=allowed"
    assert recorded(aws) == [told]
    assert function.changes == []


def test_a_doubled_event_changes_nothing_more(aws: Any, function: Function) -> None:
    answer(event())
    assert answer(event())["reason"] == "this event was handled"
    assert len(function.changes) == 1


def test_another_event_waits_for_the_cool_down(aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    answer(event())
    assert "too recent" in answer(event("event-2"))["reason"]
    pass_time(monkeypatch, 1801)
    assert answer(event("event-3"))["outcome"] == "acted"
    assert function.changes == [{"MemorySize": 1024}, {"MemorySize": 2048}]


def test_after_as_many_attempts_as_a_day_allows_somebody_has_to_look(
    aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEMORY_CEILING_MIB", "10240")
    for number in range(4):
        decision = answer(event(f"event-{number}"))
        pass_time(monkeypatch, 1801)
    assert "3 attempts in a day did not help" in decision["reason"]
    assert len(function.changes) == 3
    pass_time(monkeypatch, 86_400)
    assert answer(event("event-9"))["outcome"] == "acted"


def test_a_late_event_of_an_alarm_that_is_off_again_does_nothing(aws: Any, function: Function) -> None:
    set_alarm(aws["cloudwatch"], state="OK")
    assert answer(event())["reason"] == "the alarm is OK by now"
    assert function.changes == []


@pytest.mark.parametrize(
    "broken",
    [
        {},
        [],
        None,
        "text",
        event(name=""),
        event(name=["a"]),
        event(name="x" * 256),
        event(event_id=""),
        event(source="somebody.else"),
        {**event(), "detail": {"alarmName": ALARM, "state": {"value": "OK"}}},
        {**event(), "detail": None},
    ],
)
def test_a_malformed_event_is_recorded_and_does_nothing(aws: Any, function: Function, broken: Any) -> None:
    decision = answer(broken)
    assert decision["outcome"] == "did nothing"
    assert decision["reason"] == "the event is not an alarm that went off"
    assert recorded(aws) == [decision]
    assert function.changes == []


def test_an_oversized_event_does_nothing_and_is_not_copied_into_the_records(aws: Any, function: Function) -> None:
    decision = answer(event(resources=["x" * 300_000]))
    assert decision["reason"] == "the event is larger than EventBridge sends"
    assert len(json.dumps(recorded(aws))) < 1000
    assert function.changes == []


def test_an_alarm_that_is_gone_does_nothing(aws: Any) -> None:
    assert answer(event(name="test-Gone-function-duration"))["reason"] == "there is no such alarm on a metric"


def test_a_kind_without_a_remedy_does_nothing(aws: Any, function: Function) -> None:
    name = "test-Worker-function-throttles"
    set_alarm(aws["cloudwatch"], name)
    assert answer(event(name=name))["reason"] == "no remedy is allowed for function-throttles"
    assert function.changes == []


def test_the_resource_is_the_one_that_the_dimensions_name_never_the_alarm_s_name(aws: Any, function: Function) -> None:
    aws_other = "test-Other-Worker-function-duration"
    set_alarm(aws["cloudwatch"], aws_other, AlarmDescription="Slow. Runbook: a.md#function-duration")
    assert answer(event(name=aws_other))["resource"] == "lambda:worker"


@pytest.mark.parametrize(
    "dimensions",
    [
        [],
        [{"Name": "FunctionName", "Value": "worker"}, {"Name": "Resource", "Value": "worker:live"}],
        [{"Name": "TableName", "Value": "worker"}],
    ],
)
def test_an_alarm_that_names_no_single_resource_does_nothing(
    aws: Any, function: Function, dimensions: list[dict[str, str]]
) -> None:
    set_alarm(aws["cloudwatch"], Dimensions=dimensions)
    assert "do not name exactly one resource" in answer(event())["reason"]
    assert function.changes == []


def test_an_alarm_on_two_functions_does_nothing() -> None:
    metrics = tuple(("AWS/Lambda", {"FunctionName": name}) for name in ("one", "two"))
    with pytest.raises(alarms.NothingError, match="exactly one"):
        alarms.Alarm("a", "k", metrics).resource(*remedies.FUNCTION)


def test_memory_stops_at_the_ceiling(aws: Any, function: Function) -> None:
    function.settings["MemorySize"] = 1536
    answer(event())
    assert function.settings["MemorySize"] == 2048
    function.settings["MemorySize"] = 3008
    assert "2048 is the ceiling" in answer(event("event-2"))["reason"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [({"LastUpdateStatus": "InProgress"}, "an update of the function is under way")],
)
def test_a_function_that_changes_is_left_alone(
    aws: Any, function: Function, change: dict[str, Any], reason: str
) -> None:
    function.settings |= change
    assert answer(event())["reason"] == reason


def test_a_function_behind_an_alias_is_left_to_deployments(aws: Any, function: Function) -> None:
    function.aliases = ["live"]
    assert "published version" in answer(event())["reason"]


def test_a_setting_that_somebody_changes_at_the_same_moment_is_kept(aws: Any, function: Function) -> None:
    function.before_update = lambda: function.settings.update(MemorySize=4096, RevisionId="9")
    decision = answer(event())
    assert decision["reason"] == "somebody else changed the function meanwhile"
    assert function.settings["MemorySize"] == 4096


def test_a_dry_run_says_what_it_would_do(aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODE", "dry-run")
    decision = answer(event())
    assert decision["outcome"] == "would act"
    assert decision["change"]["memory_mib"] == 1024
    assert function.changes == []


def test_of_invocations_at_the_same_time_one_acts(
    aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, one_at_a_time = DynamoDBBackend.transact_write_items, Lock()

    def transact(*arguments: Any) -> None:  # a transaction is atomic on AWS, and not in moto
        with one_at_a_time:
            whole(*arguments)

    monkeypatch.setattr(DynamoDBBackend, "transact_write_items", transact)
    with ThreadPoolExecutor(8) as pool:
        decisions = list(pool.map(lambda number: answer(event(f"event-{number}")), range(8)))
    assert [one["outcome"] for one in decisions].count("acted") == 1
    assert len(function.changes) == 1


def test_a_throttled_change_is_tried_again_by_the_next_delivery_of_the_event(
    aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    function.faults = [fault("TooManyRequestsException")]
    with pytest.raises(ClientError, match="TooManyRequests"):
        answer(event())
    assert answer(event())["reason"] == "another invocation is at it"
    pass_time(monkeypatch, records.LEASE_SECONDS + 1)
    assert answer(event())["outcome"] == "acted"
    assert function.changes == [{"MemorySize": 1024}]


def test_a_refused_change_is_told_and_not_tried_again(aws: Any, function: Function) -> None:
    function.faults = [fault("AccessDeniedException")]
    decision = answer(event())
    assert decision["outcome"] == "failed"
    assert "AccessDenied" in decision["reason"]
    assert answer(event())["reason"] == "this event was handled"


def test_an_invocation_that_ends_midway_is_finished_by_the_next_without_doing_it_twice(
    aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    function.faults = [KeyboardInterrupt()]
    with pytest.raises(KeyboardInterrupt):
        answer(event())
    pass_time(monkeypatch, records.LEASE_SECONDS + 1)
    decision = answer(event())
    assert decision["reason"] == "an earlier try had done it"
    assert decision["change"]["memory_mib"] == 1024
    assert len(function.changes) == 1


def test_recycling_changes_the_description_and_keeps_what_it_said(
    aws: Any, function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "test-Worker-function-errors"
    set_alarm(aws["cloudwatch"], name)
    answer(event(name=name))
    pass_time(monkeypatch, 1801)
    answer(event("event-2", name=name))
    assert len(function.changes) == 2
    assert function.settings["Description"].startswith("Works (recycled ")
    assert function.settings["Description"].count("recycled") == 1
    assert function.settings["MemorySize"] == 512


def set_service_alarm(aws: Any) -> str:
    name = "test-Worker-service-tasks"
    dimensions = [{"Name": "ClusterName", "Value": "main"}, {"Name": "ServiceName", "Value": "web"}]
    set_alarm(aws["cloudwatch"], name, Namespace="ECS/ContainerInsights", Dimensions=dimensions)
    return name


def test_a_service_that_lacks_tasks_gets_a_new_deployment_and_nothing_else(aws: Any, service: Service) -> None:
    assert answer(event(name=set_service_alarm(aws)))["outcome"] == "acted"
    assert service.changes == [{"cluster": "main", "service": "web", "forceNewDeployment": True}]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"runningCount": 2}, "the service runs all its tasks by now"),
        ({"deployments": [{"id": "two", "rolloutState": "IN_PROGRESS"}]}, "a deployment of the service is under way"),
        ({"status": "INACTIVE"}, "there is no such service"),
        ({"tags": []}, "the resource is not tagged remediation=allowed"),
    ],
)
def test_a_service_that_is_healthy_busy_gone_or_not_ours_is_left_alone(
    aws: Any, service: Service, change: dict[str, Any], reason: str
) -> None:
    service.service |= change
    assert answer(event(name=set_service_alarm(aws)))["reason"] == reason
    assert service.changes == []
