"""Alarms: an EventBridge event for each change of state, functions as actions, alarms on metric math."""

import json
from collections.abc import Callable
from typing import Any

from emulator import ministack_internals as ministack
from emulator.handler import entry
from emulator.handlers.cloudwatch import MetricMathAlarm

Alarm = dict[str, Any]
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


def apply() -> None:
    """Announce changes of state on the event bus, invoke functions, and accept metric math."""
    ministack.replace(ministack.ALARM_ACTIONS, _announcing)
    stock = ministack.HANDLERS.get()["AWS::CloudWatch::Alarm"]
    math = entry("AWS::CloudWatch::Alarm", MetricMathAlarm())
    stock["create"] = _by_metrics(math["create"], stock["create"], 1)
    stock["update"] = _by_metrics(math["update"], stock["update"], 2)


def _by_metrics(math: Callable[..., Any], plain: Callable[..., Any], properties_at: int) -> Callable[..., Any]:
    def choose(*arguments: Any) -> Any:
        return (math if "Metrics" in arguments[properties_at] else plain)(*arguments)

    return choose


def _announcing(act: Callable[..., None]) -> Callable[..., None]:
    def act_and_announce(alarm: Alarm, old_state: str, new_state: str, reason: str) -> None:
        act(alarm, old_state, new_state, reason)
        data = _data(alarm, old_state, new_state, reason)
        ministack.PUT_EVENTS.get()({"Entries": [_event(alarm, data)]}, allow_aws_source=True)
        if alarm.get("ActionsEnabled", True):
            for action in alarm.get(_ACTIONS[new_state]) or []:
                if ":lambda:" in action:
                    ministack.INVOKE_LATER.get()(action, json.dumps(_invocation(alarm, data)))

    return act_and_announce


def _data(alarm: Alarm, old_state: str, new_state: str, reason: str) -> dict[str, Any]:
    metric = {
        "namespace": alarm.get("Namespace"),
        "name": alarm.get("MetricName"),
        "dimensions": {pair["Name"]: pair["Value"] for pair in alarm.get("Dimensions") or []},
    }
    return {
        "alarmName": alarm["AlarmName"],
        "state": {"value": new_state, "reason": reason},
        "previousState": {"value": old_state},
        "configuration": {"metrics": [{"metricStat": {"metric": metric}}]},
    }


def _event(alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "Source": "aws.cloudwatch",
        "DetailType": "CloudWatch Alarm State Change",
        "Resources": [alarm["AlarmArn"]],
        "Detail": json.dumps(data),
    }


def _invocation(alarm: Alarm, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "source": "aws.cloudwatch",
        "alarmArn": alarm["AlarmArn"],
        "accountId": ministack.account(),
        "region": ministack.region(),
        "alarmData": data,
    }
