"""An alarm changes the deployed platform by itself: alarm, event, function, memory; once, and on the record."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.emulator.local_cloud import Cloud

pytestmark = pytest.mark.emulator


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


def test_a_slow_function_gets_more_memory_once_and_keeps_everything_else(platform: Cloud) -> None:
    functions, watch = platform.api("lambda"), platform.api("cloudwatch")
    name = resource(platform, "AWS::Lambda::Function", "TodoFunction")
    table = resource(platform, "AWS::DynamoDB::GlobalTable", "RemediationDecisions")
    alarm = "groundwork-local-TodoFunction-function-duration"
    before = functions.get_function_configuration(FunctionName=name)

    def decisions() -> list[dict[str, Any]]:
        items = platform.api("dynamodb").scan(TableName=table)["Items"]
        return [json.loads(item["decision"]["S"]) for item in items if "decision" in item]

    def acted() -> list[dict[str, Any]]:
        return [one for one in decisions() if one["outcome"] == "acted"]

    for answered in (acted, lambda: [one for one in decisions() if one["outcome"] == "did nothing"]):
        watch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="set by hand")
        assert eventually(answered)
        watch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="over")

    after = functions.get_function_configuration(FunctionName=name)
    assert after["MemorySize"] == before["MemorySize"] * 2
    changed = {key for key in before if before[key] != after.get(key)} - {"ResponseMetadata"}
    assert changed <= {"MemorySize", "RevisionId", "LastModified", "LastUpdateStatus", "State"}
    assert len(acted()) == 1
