"""The facade: one construct through which every resource gets its alarms, and the dashboards their graphs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs
from constructs_lib.monitoring.dashboards import Section, body
from constructs_lib.monitoring.metrics import PERIOD_SECONDS, Alarm, Board, Formula, Graph, Metric, Severity

AT_A_GLANCE = ("main", "performance")
"""Dashboards that are looked at; in the others something is looked up."""

MOST_MUTED = 100
"""Alarms that one mute rule takes (PutAlarmMuteRule)."""

RUNBOOK = "docs/runbooks/alarms.md"


@dataclass(frozen=True, kw_only=True)
class Override:
    """Another threshold or severity for one alarm."""

    threshold: float | None = None
    severity: Severity | None = None


@dataclass(frozen=True, kw_only=True)
class MuteWindow:
    """A time in which alarms tell nobody: from `schedule`, cron(MINUTE HOUR DAY MONTH WEEKDAY), for `minutes`."""

    schedule: str
    minutes: int
    timezone: str = "UTC"


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
        silent: Collection[str] = (),
        mute_windows: Sequence[MuteWindow] = (),
        runbook_url: str = RUNBOOK,
    ) -> None:
        """Name all after `name`; `topics` are ARNs by severity; alarms go by RESOURCE/ALARM (see `alarm_keys`).

        The `silent` ones tell nobody themselves: a composite alarm speaks for them. In `mute_windows` P0 is heard, and
        nothing else; what still is wrong when a window ends is told then.
        """
        super().__init__(scope, construct_id)
        self._name = name
        self._topics = topics
        self._boards = boards
        self._overrides = overrides or {}
        self._silent = frozenset(silent)
        self._mute_windows = mute_windows
        self._mutable: list[str] = []
        self._urgent: list[str] = []
        self._runbook_url = runbook_url
        self._sections: dict[Board, list[Section]] = {board: [] for board in boards}
        self.alarms: dict[str, cloudwatch.CfnAlarm] = {}
        self._parts = Construct(self, "Parts")
        acknowledge(
            self._parts,
            in_packs("CloudWatchAlarmAction"),
            reason="A composite alarm speaks for it, so that one incident is told once.",
        )
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
            if alarm.drawn:
                drawn.append(_graph_of(chosen, board))
        for title in self._sections:
            here = [graph for graph in drawn if graph.board == title]
            if here:
                self._sections[title].append(Section(name, here))

    def add_custom_metric(
        self,
        name: str,
        *,
        title: str,
        metric: Metric,
        kind: str,
        summary: str,
        above: float | None = None,
        below: float | None = None,
        severity: Severity = "P3",
        period_seconds: int = PERIOD_SECONDS,
    ) -> None:
        """Watch what the application counts itself, such as items created: a graph on the main dashboard, and an alarm.

        Raises:
            ValueError: neither, or both, of `above` and `below` are given.
        """
        if (above is None) == (below is None):
            raise ValueError(f"one of above and below must be given, got {above} and {below}")
        threshold = above if above is not None else below
        alarm = Alarm(
            kind=kind,
            severity=severity,
            summary=summary,
            metric=metric,
            threshold=threshold or 0,
            below=below is not None,
            periods=1,
            period_seconds=period_seconds,
            missing="breaching" if below is not None else "notBreaching",
            drawn=False,
        )
        graph = Graph(title=title, metrics=[metric], limit=threshold, board="main", period_seconds=period_seconds)
        self.watch(name, [alarm], graphs=[graph])

    def quoted(self, key: str) -> str:
        """Return the alarm RESOURCE/ALARM as the rule of a composite alarm names it."""
        return f'"{self.alarms[key].ref}"'

    def add_composite(
        self,
        name: str,
        *,
        kind: str,
        severity: Severity,
        summary: str,
        of: Sequence[str],
        unless: cloudwatch.CfnCompositeAlarm | None = None,
    ) -> cloudwatch.CfnCompositeAlarm:
        """Make one alarm that goes off while any of `of` (alarm rules as CloudWatch writes them) does.

        It tells nobody while the alarm `unless` is on, nor for ten minutes after.
        """
        topic = self._topics[severity]
        made = cloudwatch.CfnCompositeAlarm(
            self,
            _pascal(f"{name}-{kind}"),
            actions_suppressor=unless.attr_arn if unless else None,
            actions_suppressor_extension_period=600 if unless else None,
            actions_suppressor_wait_period=120 if unless else None,
            alarm_name=f"{self._name}-{name}-{kind}",
            alarm_description=self._describe(severity, summary, kind),
            alarm_rule=" OR ".join(of),
            alarm_actions=[topic],
            ok_actions=[topic],
        )
        self._note(severity, made)
        return made

    def complete(self) -> None:
        """Draw the dashboards. One without a graph is not made.

        Raises:
            ValueError: an override names no alarm.
        """
        if self.unknown_overrides:
            known = ", ".join(self.alarm_keys)
            raise ValueError(f"overrides must name alarms ({known}), got {', '.join(self.unknown_overrides)}")
        self._mute()
        stack = cdk.Stack.of(self)
        for board, sections in self._sections.items():
            if sections:
                cloudwatch.CfnDashboard(
                    self,
                    f"{board.title()}Dashboard",
                    dashboard_name=f"{self._name}-{board}",
                    dashboard_body=stack.to_json_string(
                        body(
                            sections,
                            dense=board not in AT_A_GLANCE,
                            region=self._region,
                            alarm_arns=self._urgent if board == "main" else (),
                        )
                    ),
                )

    def _mute(self) -> None:
        for number, window in enumerate(self._mute_windows, 1):
            for part, start in enumerate(range(0, len(self._mutable), MOST_MUTED), 1):
                cloudwatch.CfnAlarmMuteRule(
                    self,
                    f"Mute{number}Part{part}",
                    name=f"{cdk.Stack.of(self).stack_name}-deploy-window-{number}-{part}",
                    description="Deployments: alarms other than P0 tell nobody; what is wrong at the end is told then.",
                    mute_targets=cloudwatch.CfnAlarmMuteRule.MuteTargetsProperty(
                        alarm_names=self._mutable[start : start + MOST_MUTED]
                    ),
                    rule=cloudwatch.CfnAlarmMuteRule.RuleProperty(
                        schedule=cloudwatch.CfnAlarmMuteRule.ScheduleProperty(
                            expression=window.schedule, duration=f"PT{window.minutes}M", timezone=window.timezone
                        )
                    ),
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
        acts = alarm.acts and key not in self._silent
        topics = [self._topics[alarm.severity]] if acts else None
        self.alarms[key] = cloudwatch.CfnAlarm(
            self if acts else self._parts,
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
        if acts:
            self._note(alarm.severity, self.alarms[key])

    def _note(self, severity: Severity, alarm: cloudwatch.CfnAlarm | cloudwatch.CfnCompositeAlarm) -> None:
        """Remember what deploy windows mute, and what the main dashboard shows first."""
        if severity != "P0":
            self._mutable.append(alarm.ref)
        if severity in {"P0", "P1"}:
            self._urgent.append(alarm.attr_arn)


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
        title=alarm.metric.title if alarm.key == alarm.kind or alarm.metric.label else alarm.key,
        metrics=[alarm.metric],
        limit=alarm.threshold,
        board=board,
        period_seconds=alarm.period_seconds,
    )


def _pascal(text: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in text.split("-"))
