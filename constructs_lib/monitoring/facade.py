"""The facade: one construct through which every resource gets its alarms, and the dashboards their graphs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.monitoring.dashboards import Section, body
from constructs_lib.monitoring.metrics import Alarm, Board, Formula, Graph, Metric, Severity

RUNBOOK = "docs/runbooks/alarms.md"


@dataclass(frozen=True, kw_only=True)
class Override:
    """Another threshold or severity for one alarm."""

    threshold: float | None = None
    severity: Severity | None = None


class Monitoring(Construct):
    """Makes alarms that reach the topic of their severity, and dashboards. Call `complete` when all is watched."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        topics: Mapping[Severity, str],
        boards: Sequence[Board] = ("main",),
        overrides: Mapping[str, Override] | None = None,
        runbook_url: str = RUNBOOK,
    ) -> None:
        """Name all after `name`; `topics` are ARNs by severity; `overrides` go by RESOURCE/ALARM (see `alarm_keys`)."""
        super().__init__(scope, construct_id)
        self._name = name
        self._topics = topics
        self._boards = boards
        self._overrides = overrides or {}
        self._runbook_url = runbook_url
        self._sections: dict[Board, list[Section]] = {board: [] for board in boards}
        self.alarms: dict[str, cloudwatch.CfnAlarm] = {}
        self._region = cdk.Stack.of(self).region

    @property
    def alarm_keys(self) -> list[str]:
        """Every alarm as RESOURCE/ALARM."""
        return sorted(self.alarms)

    @property
    def unknown_overrides(self) -> list[str]:
        """Overrides of alarms that are not there: whoever wrote one meant another, and must hear of it."""
        return sorted(set(self._overrides) - set(self.alarms))

    def watch(
        self, name: str, alarms: Iterable[Alarm] = (), *, graphs: Iterable[Graph] = (), board: Board = "infrastructure"
    ) -> None:
        """Make `alarms` of the resource `name`, each with its graph on `board`, and further `graphs` where they say."""
        drawn = list(graphs)
        for alarm in alarms:
            chosen = self._overridden(name, alarm)
            self._make(name, chosen)
            drawn.append(_graph_of(chosen, board))
        for title in self._sections:
            here = [graph for graph in drawn if graph.board == title]
            if here:
                self._sections[title].append(Section(name, here))

    def add_composite(self, name: str, *, kind: str, severity: Severity, summary: str, of: Sequence[str]) -> None:
        """Make one alarm that goes off while any group of `of` (alarm rules as CloudWatch writes them) does."""
        topic = self._topics[severity]
        cloudwatch.CfnCompositeAlarm(
            self,
            _pascal(f"{name}-{kind}"),
            alarm_name=f"{self._name}-{name}-{kind}",
            alarm_description=self._describe(severity, summary, kind),
            alarm_rule=" OR ".join(of),
            alarm_actions=[topic],
            ok_actions=[topic],
        )

    def complete(self) -> None:
        """Draw the dashboards. One without a graph is not made.

        Raises:
            ValueError: an override names no alarm.
        """
        if self.unknown_overrides:
            known = ", ".join(self.alarm_keys)
            raise ValueError(f"overrides must name alarms ({known}), got {', '.join(self.unknown_overrides)}")
        stack = cdk.Stack.of(self)
        for board, sections in self._sections.items():
            if sections:
                cloudwatch.CfnDashboard(
                    self,
                    f"{board.title()}Dashboard",
                    dashboard_name=f"{self._name}-{board}",
                    dashboard_body=stack.to_json_string(body(sections, region=self._region)),
                )

    def _overridden(self, name: str, alarm: Alarm) -> Alarm:
        override = self._overrides.get(f"{name}/{alarm.key}", Override())
        changes = {field: value for field, value in vars(override).items() if value is not None}
        return replace(alarm, **changes)

    def _describe(self, severity: Severity, summary: str, kind: str) -> str:
        return f"{severity}: {summary} Runbook: {self._runbook_url}#{kind}"

    def _make(self, name: str, alarm: Alarm) -> None:
        key = f"{name}/{alarm.key}"
        if key in self.alarms:
            raise ValueError(f"alarms of a resource must differ in kind or name, got {key} twice")
        topics = [self._topics[alarm.severity]] if alarm.acts else None
        self.alarms[key] = cloudwatch.CfnAlarm(
            self,
            _pascal(f"{name}-{alarm.key}"),
            alarm_name=f"{self._name}-{name}-{alarm.key}",
            alarm_description=self._describe(alarm.severity, alarm.summary, alarm.kind),
            alarm_actions=topics,
            ok_actions=topics,
            comparison_operator="LessThanThreshold" if alarm.below else "GreaterThanThreshold",
            datapoints_to_alarm=alarm.periods,
            evaluation_periods=alarm.periods,
            threshold=alarm.threshold,
            treat_missing_data=alarm.missing,
            **_measured(alarm.metric, alarm.period_seconds),
        )


def _measured(metric: Metric | Formula, period_seconds: int) -> dict[str, Any]:
    """What an alarm looks at, as the properties of CfnAlarm."""
    if isinstance(metric, Formula):
        result = {"id": "result", "expression": metric.expression, "label": metric.label, "returnData": True}
        return {"metrics": [result, *(each.query(name, period_seconds) for name, each in metric.metrics.items())]}
    plain = metric.statistic in {"Average", "Sum", "Maximum", "Minimum", "SampleCount"}
    return {
        "namespace": metric.namespace,
        "metric_name": metric.name,
        "dimensions": metric.pairs,
        "period": period_seconds,
        ("statistic" if plain else "extended_statistic"): metric.statistic,
    }


def _graph_of(alarm: Alarm, board: Board) -> Graph:
    return Graph(
        title=alarm.metric.title if alarm.key == alarm.kind else alarm.key,
        metrics=[alarm.metric],
        limit=alarm.threshold,
        board=board,
        period_seconds=alarm.period_seconds,
    )


def _pascal(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in text.split("-"))
