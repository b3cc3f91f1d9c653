"""Metrics, alarms and graphs as plain values: families say what to watch, the facade writes it once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["P0", "P1", "P2", "P3"]
Board = Literal["main", "infrastructure", "performance", "security", "cost", "operations"]

PERIOD_SECONDS = 300
WORD = re.compile(r"(?<=[a-z0-9])[A-Z](?=[a-z])|(?<=[A-Z])[A-Z](?=[a-z])")
"""Where a word begins in a name such as CPUUtilization."""


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of one resource. `statistic` is as CloudWatch writes it: Average, Sum, Maximum, p99."""

    namespace: str
    name: str
    dimensions: Mapping[str, str] = field(default_factory=dict)
    statistic: str = "Average"
    label: str = ""
    region: str = ""

    @property
    def title(self) -> str:
        """What a graph calls it."""
        return self.label or WORD.sub(lambda found: f" {found[0].lower()}", self.name)

    def query(self, query_id: str, period_seconds: int) -> dict[str, Any]:
        """It as one of the metrics of an alarm."""
        metric = {"namespace": self.namespace, "metricName": self.name, "dimensions": self.pairs}
        stat = {"metric": metric, "stat": self.statistic, "period": period_seconds}
        return {"id": query_id, "metricStat": stat, "returnData": False}

    @property
    def pairs(self) -> list[dict[str, str]]:
        """Its dimensions as alarms take them."""
        return [{"name": name, "value": value} for name, value in self.dimensions.items()]

    def row(self, **options: Any) -> list[Any]:
        """It as a line of a dashboard's graph."""
        flat = [part for pair in self.dimensions.items() for part in pair]
        shown = {"stat": self.statistic, "label": self.title, **options}
        return [self.namespace, self.name, *flat, shown | ({"region": self.region} if self.region else {})]


@dataclass(frozen=True, kw_only=True)
class Formula:
    """Metric maths over `metrics`, whose keys are the names in `expression`: lower-case, as CloudWatch wants them."""

    expression: str
    metrics: Mapping[str, Metric]
    label: str

    @property
    def title(self) -> str:
        """What a graph calls it."""
        return self.label


def percent_of(part: Metric, whole: Metric, *, label: str) -> Formula:
    """How much of `whole` is `part`, in percent; nothing where nothing happened."""
    return Formula(expression="100 * part / whole", metrics={"part": part, "whole": whole}, label=label)


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """When to tell somebody, how urgent it is, and (`kind`) which section of the runbook says what to do."""

    kind: str
    severity: Severity
    summary: str
    metric: Metric | Formula
    threshold: float
    below: bool = False
    """Goes off under the threshold instead of over it."""
    periods: int = 3
    """Periods in a row that are beyond the threshold; one is enough where a single event matters."""
    period_seconds: int = PERIOD_SECONDS
    missing: Literal["notBreaching", "breaching", "ignore", "missing"] = "notBreaching"
    """What a period without data counts as."""
    name: str = ""
    """Tells it from others of its kind on the same resource: the kind, by default."""
    acts: bool = True
    """Whether it tells anybody itself; otherwise a composite alarm speaks for it."""
    drawn: bool = True
    """Whether it has a graph of its own."""

    @property
    def key(self) -> str:
        """Its name within its resource."""
        return self.name or self.kind


@dataclass(frozen=True, kw_only=True)
class Graph:
    """One picture on one dashboard; `limit` draws the line from which on it is an alarm."""

    title: str
    metrics: Sequence[Metric | Formula]
    limit: float | None = None
    board: Board = "infrastructure"
    period_seconds: int = PERIOD_SECONDS
    days: int = 0
    """Shows one number over so many days instead of a course."""
