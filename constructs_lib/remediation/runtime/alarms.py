"""Which alarm an event is about: the event names it, CloudWatch says what it is and whether it still is one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .decisions import NothingError

LARGEST_EVENT_BYTES = 262_144
"""EventBridge takes no larger one, so whatever is larger is not from there."""

LONGEST_NAME = 255
SECTION = re.compile(r"#([a-z0-9-]+)\s*$")
"""Every alarm's description ends with the section of the runbook, which is its kind."""


@dataclass(frozen=True)
class Notice:
    """An event that says that an alarm went off."""

    event_id: str
    alarm: str


@dataclass(frozen=True)
class Alarm:
    """An alarm that is on now, and the dimensions of each metric that it looks at."""

    name: str
    kind: str
    metrics: tuple[tuple[str, Mapping[str, str]], ...]
    """Namespace and dimensions."""

    def resource(self, namespaces: frozenset[str], names: tuple[str, ...]) -> tuple[str, ...]:
        """Return the values of the dimensions `names`, the same in every metric.

        Raises:
            NothingError: the alarm is about several resources, another kind, or a part of one.
        """
        found = {
            tuple(dimensions[name] for name in names)
            for namespace, dimensions in self.metrics
            if namespace in namespaces and set(dimensions) == set(names)
        }
        if len(found) != 1 or not all(namespace in namespaces for namespace, _ in self.metrics):
            raise NothingError(f"the alarm's metrics do not name exactly one resource by {', '.join(names)}")
        return found.pop()


def read(event: object) -> Notice:
    """Return what the event says.

    Raises:
        NothingError: it is not a change of an alarm's state, or larger than EventBridge sends.
    """
    match event:
        case {
            "source": "aws.cloudwatch",
            "detail-type": "CloudWatch Alarm State Change",
            "id": str(event_id),
            "detail": {"alarmName": str(name), "state": {"value": "ALARM"}},
        } if 0 < len(name) <= LONGEST_NAME and event_id:
            if len(json.dumps(event)) > LARGEST_EVENT_BYTES:
                raise NothingError("the event is larger than EventBridge sends")
            return Notice(event_id, name)
    raise NothingError("the event is not an alarm that went off")


def look_up(cloudwatch: Any, name: str) -> Alarm:
    """Return the alarm as it is now; the event may be late, doubled, or out of order.

    Raises:
        NothingError: there is no such alarm, it is off again, or its description names no section.
    """
    found = cloudwatch.describe_alarms(AlarmNames=[name], AlarmTypes=["MetricAlarm"]).get("MetricAlarms", [])
    if not found:
        raise NothingError("there is no such alarm on a metric")
    alarm = found[0]
    if alarm["StateValue"] != "ALARM":
        raise NothingError(f"the alarm is {alarm['StateValue']} by now")
    section = SECTION.search(alarm.get("AlarmDescription", ""))
    if section is None:
        raise NothingError("the alarm's description names no section of the runbook")
    return Alarm(name, section[1], tuple(_metrics(alarm)))


def _metrics(alarm: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    sources = [query["MetricStat"]["Metric"] for query in alarm.get("Metrics", []) if "MetricStat" in query]
    return [
        (source["Namespace"], {pair["Name"]: pair["Value"] for pair in source.get("Dimensions", [])})
        for source in sources or [alarm]
        if "Namespace" in source
    ]
