"""What alarms watch, so that an alarm that goes because another one took its place is not a loss of sight."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from infra.assembly import Resource
from infra.changes.values import canonical

ALARM = "AWS::CloudWatch::Alarm"


class Watchers:
    """Which alarms of the new side watch a metric. `names` gives the old key of what was renamed."""

    def __init__(self, resources: list[Resource], names: Mapping[str, str]) -> None:
        self._by_metric: dict[str, str] = {}
        for alarm in resources:
            if alarm.type == ALARM and alarm.get("AlarmActions") and _is_on(alarm):
                for metric in _metrics(alarm, names):
                    self._by_metric.setdefault(metric, alarm.logical_id)

    def instead_of(self, resource: Resource) -> list[str]:
        """The alarms that watch every metric that `resource` watched; none where one is left unwatched."""
        if resource.type != ALARM:
            return []
        found = [self._by_metric.get(metric) for metric in _metrics(resource)]
        return list(dict.fromkeys(name for name in found if name)) if all(found) else []


def _is_on(alarm: Resource) -> bool:
    return str(alarm.get("ActionsEnabled")).lower() != "false"


def _metrics(alarm: Resource, names: Mapping[str, str] | None = None) -> Iterator[str]:
    properties = canonical(alarm.resolved, alarm.stack, names)
    stats = [part.get("MetricStat", {}).get("Metric", {}) for part in properties.get("Metrics") or []]
    for metric in [properties, *stats]:
        if metric.get("MetricName"):
            yield json.dumps([metric.get("Namespace"), metric["MetricName"], _dimensions(metric)])


def _dimensions(metric: Mapping[str, Any]) -> list[list[Any]]:
    return sorted([each.get("Name"), each.get("Value")] for each in metric.get("Dimensions") or [])
