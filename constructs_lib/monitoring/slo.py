"""Service level objectives: what may go wrong in 30 days, and alarms on how fast that budget burns.

An objective leaves a budget: 99.9 % availability is 0.1 % of the requests. A burn rate of 1 spends it in 30 days.
Each of four rates is watched over a long window, which says that it matters, and a short one, which says that it still
goes on. The rates and windows are those of the SRE workbook (https://sre.google/workbook/alerting-on-slos/, table 5-8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Formula, Graph, Metric, Severity

DAYS = 30
MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, kw_only=True)
class Burn:
    """A rate of spending the budget, and the windows that it is measured over, in seconds."""

    rate: float
    long: int
    short: int
    pages: bool

    @property
    def budget_spent_percent(self) -> float:
        """How much of the budget is gone when the long window is full of it."""
        return 100 * self.rate * self.long / (DAYS * 24 * HOUR)


BURNS = (
    Burn(rate=14.4, long=HOUR, short=5 * MINUTE, pages=True),
    Burn(rate=6, long=6 * HOUR, short=30 * MINUTE, pages=True),
    Burn(rate=3, long=24 * HOUR, short=2 * HOUR, pages=False),
    Burn(rate=1, long=72 * HOUR, short=6 * HOUR, pages=False),
)
"""They spend 2, 5, 10 and 10 % of a budget before they tell."""


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What may go wrong. `bad` is an expression for the percentage of bad requests of a window, by names in `metrics`.

    `total` is the number of requests; below the service's `minimum_requests`, a window says nothing.
    """

    name: str
    budget_percent: float
    bad: str
    metrics: dict[str, Metric]

    def bad_percent(self, minimum_requests: int) -> Formula:
        """The share of bad requests; none where there were too few to tell."""
        expression = f"IF(total >= {minimum_requests}, {self.bad}, 0)"
        return Formula(expression=expression, metrics=self.metrics, label=f"{self.name}: bad, %")

    @property
    def budget_left(self) -> Formula:
        """How much of the budget is left, in percent, over the time that it is measured."""
        expression = f"100 - 100 * ({self.bad}) / {self.budget_percent:g}"
        return Formula(expression=expression, metrics=self.metrics, label=f"{self.name}: budget left, %")


def availability(*, target_percent: float, failed: Metric, total: Metric) -> Objective:
    """Requests that are answered, whatever the answer, but for failures of ours."""
    return Objective(
        name="availability",
        budget_percent=_budget(target_percent),
        bad="100 * failed / total",
        metrics={"failed": failed, "total": total},
    )


def errors(*, allowed_percent: float, failed: Metric, refused: Metric, begun: Metric) -> Objective:
    """Invocations that crashed, ran out of time, or were refused a place to run."""
    return Objective(
        name="errors",
        budget_percent=allowed_percent,
        bad="100 * (failed + refused) / (total + refused)",
        metrics={"failed": failed, "refused": refused, "total": begun},
    )


def latency(*, target_percent: float, fast_percent: Metric, total: Metric) -> Objective:
    """Requests that are answered in time: `fast_percent` is a percentile rank, such as PR(:200)."""
    return Objective(
        name="latency",
        budget_percent=_budget(target_percent),
        bad="100 - fast",
        metrics={"fast": fast_percent, "total": total},
    )


def monitor_objectives(
    monitoring: Monitoring,
    *,
    name: str,
    objectives: Sequence[Objective],
    minimum_requests: int,
    part_of_incident: Sequence[str] = (),
) -> None:
    """Watch how fast the budgets of the service `name` burn; one alarm pages, however many of them burn.

    `part_of_incident` are alarms (RESOURCE/ALARM) that mean the same incident, and do not act themselves. While the
    alarm that pages is on, the one for slow burns keeps silent.

    Raises:
        ValueError: a budget is so large that no traffic could burn it at the highest rate.
    """
    largest = 100 / BURNS[0].rate
    for objective in objectives:
        if objective.budget_percent >= largest:
            raise ValueError(f"budget_percent must be < {largest:.2f}, got {objective.budget_percent:g}")
    burning = {pages: list(_watch(monitoring, name, objectives, minimum_requests, pages)) for pages in (True, False)}
    incident = monitoring.add_composite(
        name,
        kind="slo-incident",
        severity="P1",
        summary=f"{name} fails so many requests, or answers so late, that users notice.",
        of=[*burning[True], *(f"ALARM({monitoring.quoted(key)})" for key in part_of_incident)],
    )
    monitoring.add_composite(
        name,
        kind="slo-budget",
        severity="P2",
        summary=f"{name} spends the budget of an objective faster than it may.",
        of=burning[False],
        unless=incident,
    )
    monitoring.watch(name, graphs=list(_graphs(name, objectives, minimum_requests)))


def _watch(
    monitoring: Monitoring, name: str, objectives: Sequence[Objective], minimum_requests: int, pages: bool
) -> Iterator[str]:
    """Make the silent alarms of every objective; the rules say when one of them burns."""
    severity: Severity = "P1" if pages else "P2"
    for objective in objectives:
        for burn in (burn for burn in BURNS if burn.pages == pages):
            alarms = [
                Alarm(
                    name=f"slo-{objective.name}-burn{burn.rate:.0f}-{window // MINUTE}m",
                    kind="slo-incident" if pages else "slo-budget",
                    severity=severity,
                    summary=f"{name} burns its budget of {objective.name} at {burn.rate:g} times the rate it may.",
                    metric=objective.bad_percent(minimum_requests),
                    threshold=round(burn.rate * objective.budget_percent, 6),
                    periods=1,
                    period_seconds=window,
                    acts=False,
                    drawn=False,
                )
                for window in (burn.long, burn.short)
            ]
            monitoring.watch(name, alarms)
            long, short = (monitoring.quoted(f"{name}/{alarm.key}") for alarm in alarms)
            yield f"(ALARM({long}) AND ALARM({short}))"


def _graphs(name: str, objectives: Sequence[Objective], minimum_requests: int) -> Iterator[Graph]:
    for objective in objectives:
        yield Graph(
            title=f"{name}: budget of {objective.name} left, %",
            metrics=[objective.budget_left],
            board="main",
            days=DAYS,
        )
    yield Graph(
        title=f"{name}: bad requests of the last hour, %",
        metrics=[objective.bad_percent(minimum_requests) for objective in objectives],
        board="main",
        period_seconds=HOUR,
    )


def _budget(target_percent: float) -> float:
    return round(100 - target_percent, 6)
