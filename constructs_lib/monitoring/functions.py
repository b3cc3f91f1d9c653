"""Lambda functions: errors, refused executions, durations near the time limit, what waits in dead-letter queues."""

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric, percent_of

FEW = 10
"""Reserved executions below which the number is meant as a brake: being at it is nothing to tell."""


def monitor_function(
    monitoring: Monitoring,
    function: lambda_.IFunction,
    *,
    name: str,
    timeout: cdk.Duration,
    duration_percent: float = 80,
    error_percent: float = 1,
    reserved_concurrency: int | None = None,
) -> None:
    """Watch errors, throttles and durations; of `reserved_concurrency`, from FEW on, that it is nearly used up."""
    own = {"FunctionName": function.function_name}
    invocations, errors = (_metric(which, "Sum", own) for which in ("Invocations", "Errors"))
    alarms = [
        Alarm(
            kind="function-errors",
            severity="P1",
            summary=f"More than {error_percent:g} % of the invocations of {name} fail.",
            metric=percent_of(errors, invocations, label="Errors, %"),
            threshold=error_percent,
        ),
        Alarm(
            kind="function-throttles",
            severity="P2",
            summary=f"{name} is refused executions: its reserved concurrency is used up.",
            metric=_metric("Throttles", "Sum", own),
            threshold=0,
        ),
        Alarm(
            kind="function-duration",
            severity="P2",
            summary=f"{name} takes more than {duration_percent:g} % of its time limit.",
            metric=_metric("Duration", "p99", own),
            threshold=timeout.to_milliseconds() * duration_percent // 100,
        ),
    ]
    if reserved_concurrency and reserved_concurrency >= FEW:
        alarms.append(
            Alarm(
                kind="function-concurrency",
                severity="P3",
                summary=f"{name} runs more than 80 % of the {reserved_concurrency} executions reserved for it.",
                metric=_metric("ConcurrentExecutions", "Maximum", own),
                threshold=reserved_concurrency * 0.8,
            )
        )
    durations = [_metric("Duration", statistic, own, label=statistic) for statistic in ("p50", "p90", "p99")]
    monitoring.watch(
        name,
        alarms,
        graphs=[
            Graph(title=f"{name}: duration, ms", metrics=durations, board="performance"),
            Graph(title=f"{name}: invocations and errors", metrics=[invocations, errors], board="operations"),
        ],
    )


def _metric(which: str, statistic: str, own: dict[str, str], label: str = "") -> Metric:
    return Metric(namespace="AWS/Lambda", name=which, statistic=statistic, dimensions=own, label=label)
