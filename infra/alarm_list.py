"""The alarms of assemblies as a list for people: which there are, how urgent, from when on, and where."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from config.wording import table
from infra.assembly import Assembly
from infra.assembly.model import Resource, describe
from infra.assembly.values import listed, mapping

METRIC, COMPOSITE = "AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"
SAID = re.compile(r"^(P[0-3]): (.*) Runbook: .*#([a-z0-9-]+)$")
SHARD = re.compile(r"^services\d+-")
"""What the alarms of services have in their names, and overrides have not: which stack the service is in."""
DAY, HOUR, MINUTE = 86_400, 3_600, 60


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An alarm of one environment."""

    key: str
    """RESOURCE/ALARM, as an override in the configuration names it."""
    kind: str
    severity: str
    summary: str
    condition: str
    environment: str


def entries(assembly: Assembly) -> Iterator[Entry]:
    """Every alarm whose description says how urgent it is and what to do."""
    for alarm in assembly.of_type(METRIC, COMPOSITE):
        said = SAID.match(describe(alarm.get("AlarmDescription") or ""))
        environment = str(alarm.stack.groundwork.get("environment", ""))
        name = describe(alarm.get("AlarmName") or "").partition(f"-{environment}-")[2]
        resource, _, key = SHARD.sub("", name).partition("-")
        if said and key:
            yield Entry(
                key=f"{resource}/{key}",
                kind=said[3],
                severity=said[1],
                summary=said[2],
                condition=_condition(alarm),
                environment=environment,
            )


def _condition(alarm: Resource) -> str:
    if alarm.type == COMPOSITE:
        return "one of its parts is on"
    sign = "<" if "LessThan" in str(alarm.get("ComparisonOperator")) else ">"
    periods = int(float(str(alarm.get("EvaluationPeriods") or 1)))
    metric, seconds = _metric(alarm)
    threshold = float(str(alarm.get("Threshold") or 0))
    return f"{metric} {sign} {threshold:,.10g}, {_span(periods * seconds)}"


def _metric(alarm: Resource) -> tuple[str, int]:
    """What it looks at, and for how many seconds at a time."""
    queries = [mapping(query) for query in listed(alarm.get("Metrics"))]
    stats = [stat for query in queries if (stat := mapping(query.get("MetricStat")))]
    labels = [str(query["Label"]) for query in queries if query.get("Expression") and query.get("Label")]
    if stats:
        return labels[0] if labels else "its formula", int(stats[0]["Period"])
    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic")
    return f"{alarm.get('MetricName')} ({statistic})", int(float(str(alarm.get("Period") or 60)))


def _span(seconds: int) -> str:
    for unit, name in ((DAY, "d"), (HOUR, "h"), (MINUTE, "min")):
        if seconds % unit == 0:
            return f"{seconds // unit} {name}"
    return f"{seconds} s"


def render(found: Iterable[Entry]) -> str:
    """Return the list of all alarms for their runbook."""
    all_of_them = list(found)
    environments = list(dict.fromkeys(entry.environment for entry in all_of_them))
    grouped: dict[str, list[Entry]] = {}
    for entry in all_of_them:
        grouped.setdefault(entry.key, []).append(entry)
    rows = [_row(key, same, environments) for key, same in sorted(grouped.items())]
    return (
        "## Every alarm\n\n"
        "By the name that `monitoring.overrides` in `config/` takes, with the section above that says what to do.\n\n"
        + table(("alarm", "severity", "goes off when", "environments"), rows)
    )


def _row(key: str, same: list[Entry], environments: list[str]) -> tuple[str, str, str, str]:
    by_environment = {entry.environment: entry for entry in same}
    where = "all" if len(by_environment) == len(environments) else ", ".join(by_environment)
    return (
        f"[{key}](#{same[0].kind})",
        _differing({name: entry.severity for name, entry in by_environment.items()}),
        _differing({name: entry.condition for name, entry in by_environment.items()}),
        where,
    )


def _differing(values: Mapping[str, Any]) -> str:
    """One value where environments agree; otherwise each with who has it."""
    having: dict[Any, list[str]] = {}
    for name, value in values.items():
        having.setdefault(value, []).append(name)
    if len(having) == 1:
        return str(next(iter(having)))
    return "; ".join(f"{value} ({', '.join(names)})" for value, names in having.items())
