"""Alarms as the templates describe them: which metrics of which resource, and what they set off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, targets_in
from infra.assembly.values import is_false, listed, mapping
from infra.guardrails.knowledge.metrics import Watch

TYPES = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")


@dataclass(frozen=True)
class Metric:
    """One metric of an alarm."""

    namespace: str
    name: str
    dimensions: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Alarm:
    """A metric alarm or a composite one."""

    resource: Resource
    metrics: tuple[Metric, ...]

    @property
    def enabled(self) -> bool:
        """Whether it acts at all."""
        return not is_false(self.resource.get("ActionsEnabled", default=True))

    @property
    def actions(self) -> list[Any]:
        """What it sets off."""
        return listed(self.resource.get("AlarmActions"))

    @property
    def composite(self) -> bool:
        """Whether it looks at other alarms."""
        return self.resource.type == TYPES[1]

    @property
    def children(self) -> list[Resource]:
        """The alarms that a composite one looks at."""
        return [target.resource for target in targets_in(self.resource.get("AlarmRule"))]


def find_alarms(assembly: Assembly) -> Iterator[Alarm]:
    """Every alarm of an assembly."""
    for resource in assembly.of_type(*TYPES):
        yield Alarm(resource, tuple(_metrics(resource.resolved)))


def _metrics(alarm: Any) -> Iterator[Metric]:
    if "MetricName" in alarm:
        yield _metric(alarm)
    for query in listed(alarm.get("Metrics")):
        metric = mapping(mapping(mapping(query).get("MetricStat")).get("Metric"))
        if metric:
            yield _metric(metric)


def _metric(source: Any) -> Metric:
    dimensions = {
        str(mapping(item).get("Name")): mapping(item).get("Value") for item in listed(source.get("Dimensions"))
    }
    return Metric(str(source.get("Namespace")), str(source.get("MetricName")), dimensions)


def watched(alarm: Alarm, resource: Resource, watch: Watch) -> Iterator[Metric]:
    """The metrics of `alarm` whose dimensions are the resource's own: a reference, or its physical name."""
    name = resource.get(*watch.name.split("."))
    for metric in alarm.metrics:
        if metric.namespace not in watch.namespaces:
            continue
        for value in (metric.dimensions.get(dimension) for dimension in watch.dimensions):
            refers = any(target.resource is resource for target in targets_in(value))
            if refers or (isinstance(name, str) and value == name):
                yield metric
