"""Burn-rate alarms against simulated traffic: the very expressions, periods, thresholds and rules of the template."""

import json
import re
from collections.abc import Callable, Iterable
from itertools import accumulate
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from constructs_lib.monitoring import Metric, Monitoring, Severity
from constructs_lib.monitoring.slo import BURNS, Objective, availability, latency, monitor_objectives

HOUR, DAY = 60, 24 * 60
"""In minutes, as all times here."""

TOPICS: dict[Severity, str] = {severity: severity for severity in ("P0", "P1", "P2", "P3")}
PER_MINUTE = 100
MINIMUM = 50
Traffic = dict[str, list[float]]


def metric(name: str, statistic: str = "Sum") -> Metric:
    return Metric(namespace="Test", name=name, statistic=statistic)


AVAILABILITY = availability(target_percent=99.9, failed=metric("Failed"), total=metric("Count"))


def template_of(*objectives: Objective) -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(), "Test")
    monitoring = Monitoring(stack, "Monitoring", name="test", topics=TOPICS)
    monitor_objectives(monitoring, name="Api", objectives=objectives, minimum_requests=MINIMUM)
    monitoring.complete()
    found: dict[str, Any] = Template.from_stack(stack).to_json()["Resources"]
    return found


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    return template_of(AVAILABILITY)


def compiled(expression: str) -> Callable[[dict[str, float]], float]:
    """CloudWatch's metric maths as a function; a division by zero is no datapoint."""
    python = re.sub(r"IF\((.*?), (.*), 0\)", r"((\2) if \1 else 0)", expression)
    code = compile(python, expression, "eval")

    def evaluate(values: dict[str, float]) -> float:
        try:
            return float(eval(code, {}, values))  # noqa: S307
        except ZeroDivisionError:
            return 0.0

    return evaluate


def states(alarm: dict[str, Any], traffic: Traffic) -> list[bool]:
    """Whether the alarm is on, minute by minute, as CloudWatch slides its window."""
    evaluate = compiled(next(query["Expression"] for query in alarm["Metrics"] if "Expression" in query))
    stats = {query["Id"]: query["MetricStat"] for query in alarm["Metrics"] if "MetricStat" in query}
    (period,) = {stat["Period"] for stat in stats.values()}
    assert alarm["EvaluationPeriods"] == alarm["DatapointsToAlarm"] == 1
    window = period // 60
    sums = {name: [0.0, *accumulate(traffic[stat["Metric"]["MetricName"]])] for name, stat in stats.items()}
    return [
        evaluate({name: total[minute] - total[max(0, minute - window)] for name, total in sums.items()})
        > alarm["Threshold"]
        for minute in range(1, len(next(iter(sums.values()))))
    ]


def rule_of(composite: dict[str, Any]) -> str:
    """The rule as text, with each alarm as its logical id."""
    parts = composite["AlarmRule"]["Fn::Join"][1]
    return "".join(part if isinstance(part, str) else part["Ref"] for part in parts)


def told(resources: dict[str, Any], severity: str, traffic: Traffic) -> list[bool]:
    """Whether the composite alarm of that severity is on, minute by minute."""
    composite = next(
        one["Properties"]
        for one in resources.values()
        if one["Type"] == "AWS::CloudWatch::CompositeAlarm" and one["Properties"]["AlarmActions"] == [severity]
    )
    rule = rule_of(composite)
    names = re.findall(r'ALARM\("(\w+)"\)', rule)
    on = {name: states(resources[name]["Properties"], traffic) for name in names}
    formula = re.sub(r'ALARM\("(\w+)"\)', r'on["\1"][minute]', rule).replace("AND", "and").replace("OR", "or")
    check: Callable[[int], bool] = eval(f"lambda minute: {formula}", {"on": on})  # noqa: S307
    return [check(minute) for minute in range(len(traffic["Count"]))]


def traffic(*phases: tuple[int, float], per_minute: int = PER_MINUTE) -> Traffic:
    """Phases of so many minutes, and the share of requests that fail in each."""
    failed = [per_minute * share for minutes, share in phases for _ in range(minutes)]
    return {"Count": [float(per_minute)] * len(failed), "Failed": failed}


def first(on: Iterable[bool]) -> int | None:
    """The minute, counted from 1, in which it first is on."""
    return next((minute for minute, is_on in enumerate(on, 1) if is_on), None)


@pytest.mark.parametrize(
    ("share", "page_within", "ticket_within"),
    [
        (1.0, 2, None),  # an outage pages at once
        (0.10, 9, None),
        (0.02, 44, None),  # 20 times the rate: 1.44 % of an hour takes 43.2 minutes
        (0.007, 5 * HOUR + 10, None),  # 7 times: 0.6 % of six hours
        (0.0035, None, 21 * HOUR),  # 3.5 times: 0.3 % of a day
        (0.0015, None, 49 * HOUR),  # 1.5 times: 0.1 % of three days
        (0.0009, None, None),  # within the budget
        (0.0, None, None),
    ],
)
def test_an_incident_is_told_within_the_time_that_its_size_allows(
    resources: dict[str, Any], share: float, page_within: int | None, ticket_within: int | None
) -> None:
    quiet, bad = 3 * DAY, 2 * DAY + 2 * HOUR
    load = traffic((quiet, 0.0), (bad, share))
    page = first(told(resources, "P1", load)[quiet:])
    if page_within is None:
        assert page is None
    else:
        assert page is not None
        assert page_within * 0.8 - 1 <= page <= page_within
        return
    ticket = first(told(resources, "P2", load)[quiet:])
    assert (ticket is None) == (ticket_within is None)
    if ticket is not None and ticket_within is not None:
        assert ticket_within * 0.8 <= ticket <= ticket_within


def test_a_quiet_day_with_its_usual_failures_tells_nobody(resources: dict[str, Any]) -> None:
    failed = [1.0 if minute % 40 == 39 else 0.0 for minute in range(4 * DAY)]
    load = {"Count": [float(PER_MINUTE)] * len(failed), "Failed": failed}
    assert first(told(resources, "P1", load)) is None
    assert first(told(resources, "P2", load)) is None


def test_a_single_failure_at_night_tells_nobody(resources: dict[str, Any]) -> None:
    count = [1.0 if minute % 15 == 0 else 0.0 for minute in range(DAY)]
    failed = [1.0 if minute == 600 else 0.0 for minute in range(DAY)]
    assert first(told(resources, "P1", {"Count": count, "Failed": failed})) is None


def test_an_alarm_ends_minutes_after_the_incident_and_one_incident_pages_once(resources: dict[str, Any]) -> None:
    outage, before = 20, 3 * DAY
    on = told(resources, "P1", traffic((before, 0.0), (outage, 1.0), (6 * HOUR, 0.0)))
    began = first(on)
    assert began is not None
    ended = began + first([not is_on for is_on in on[began:]])  # type: ignore[operator]
    assert ended <= before + outage + 31
    assert not any(on[ended:])


def test_a_spike_of_one_minute_does_not_page(resources: dict[str, Any]) -> None:
    load = traffic((DAY, 0.0), (1, 0.3), (HOUR, 0.0))
    assert first(told(resources, "P1", load)) is None


@pytest.mark.parametrize("burn", BURNS, ids=lambda burn: f"{burn.rate:g}x")
def test_the_table_is_that_of_the_workbook(burn: Any) -> None:
    assert burn.long == 12 * burn.short
    spent = {14.4: 2, 6: 5, 3: 10, 1: 10}
    assert burn.budget_spent_percent == pytest.approx(spent[burn.rate])


def test_slow_answers_page_as_failures_do() -> None:
    objective = latency(target_percent=95, fast_percent=metric("Latency", "PR(:200)"), total=metric("Count"))
    found = template_of(objective)
    thresholds = {
        query["Properties"]["Threshold"] for query in found.values() if query["Type"] == "AWS::CloudWatch::Alarm"
    }
    assert thresholds == {72, 30, 15, 5}
    expression = objective.bad_percent(MINIMUM).expression
    assert expression == "IF(total >= 50, 100 - fast, 0)"


@pytest.mark.parametrize(("outage_minutes", "left"), [(0, 100), (21.6, 50), (43.2, 0), (86.4, -100)])
def test_the_budget_of_30_days_is_43_minutes_of_an_outage(outage_minutes: float, left: float) -> None:
    requests = 30 * DAY * PER_MINUTE
    values = {"total": float(requests), "failed": outage_minutes * PER_MINUTE}
    assert compiled(AVAILABILITY.budget_left.expression)(values) == pytest.approx(left)


def test_the_slow_alarm_keeps_silent_while_the_fast_one_pages(resources: dict[str, Any]) -> None:
    composites = {
        one["Properties"]["AlarmActions"][0]: (name, one["Properties"])
        for name, one in resources.items()
        if one["Type"] == "AWS::CloudWatch::CompositeAlarm"
    }
    assert composites["P2"][1]["ActionsSuppressor"] == {"Fn::GetAtt": [composites["P1"][0], "Arn"]}
    assert all("AlarmActions" not in a["Properties"] for a in resources.values() if a["Type"].endswith("::Alarm"))


def test_what_is_left_of_the_budget_is_on_the_main_dashboard(resources: dict[str, Any]) -> None:
    (board,) = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::CloudWatch::Dashboard"]
    body = board["DashboardBody"]["Fn::Join"][1]
    text = "".join(part if isinstance(part, str) else "here" for part in body)
    titles = {one["properties"].get("title"): one["properties"] for one in json.loads(text)["widgets"]}
    widget = titles["Api: budget of availability left, %"]
    assert (widget["start"], widget["setPeriodToTimeRange"]) == ("-P30D", True)


def test_a_budget_that_no_traffic_can_burn_is_refused() -> None:
    with pytest.raises(ValueError, match=r"budget_percent must be < 6.94, got 10"):
        template_of(availability(target_percent=90, failed=metric("Failed"), total=metric("Count")))
