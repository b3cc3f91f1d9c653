"""API Gateway REST APIs: failed and refused requests, and how long answers take."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric
from constructs_lib.monitoring.slo import Objective, availability, errors, latency


def monitor_api(
    monitoring: Monitoring,
    api: apigateway.RestApi,
    *,
    name: str,
    latency_p99: cdk.Duration,
    client_error_percent: float = 25,
    server_error_percent: float = 1,
) -> None:
    """Watch failed and refused requests, and the latency of the slowest hundredth."""
    own = {"ApiName": api.rest_api_name, "Stage": api.deployment_stage.stage_name}
    slow = latency_p99.to_milliseconds()
    alarms = [
        Alarm(
            kind="api-server-errors",
            severity="P1",
            summary=f"More than {server_error_percent:g} % of the requests to {name} fail.",
            # The average of a metric that is 1 or 0 for each request is their share.
            metric=_metric("5XXError", "Average", own, "Failed, share"),
            threshold=server_error_percent / 100,
        ),
        Alarm(
            kind="api-client-errors",
            severity="P3",
            summary=f"More than {client_error_percent:g} % of the requests to {name} are refused.",
            metric=_metric("4XXError", "Average", own, "Refused, share"),
            threshold=client_error_percent / 100,
        ),
        Alarm(
            kind="api-latency",
            severity="P2",
            summary=f"The slowest hundredth of the requests to {name} takes over {slow} ms.",
            metric=_metric("Latency", "p99", own, "Latency p99, ms"),
            threshold=slow,
        ),
    ]
    monitoring.watch(
        name,
        alarms,
        graphs=[
            Graph(title="Requests", metrics=[_metric("Count", "Sum", own, "Requests")], board="main"),
            Graph(
                title="Failed and refused",
                metrics=[_metric("5XXError", "Sum", own, "Failed"), _metric("4XXError", "Sum", own, "Refused")],
                board="main",
            ),
            Graph(title="Latency, ms", metrics=_percentiles("Latency", own), board="main"),
            Graph(title="Latency, ms", metrics=_percentiles("Latency", own), board="performance", limit=slow),
            Graph(
                title="Latency behind the gateway, ms",
                metrics=_percentiles("IntegrationLatency", own),
                board="performance",
            ),
        ],
    )


def api_objectives(
    api: apigateway.RestApi,
    function: lambda_.IFunction,
    *,
    availability_percent: float = 99.9,
    error_percent: float = 0.1,
    latency_percent: float = 95,
    latency_ms: int = 200,
) -> list[Objective]:
    """What users may expect of `api`, and of the `function` behind it: `latency_percent` answers in `latency_ms`."""
    own = {"ApiName": api.rest_api_name, "Stage": api.deployment_stage.stage_name}
    total = _metric("Count", "Sum", own, "Requests")
    begun, failed, refused = (
        Metric(
            namespace="AWS/Lambda",
            name=which,
            statistic="Sum",
            dimensions={"FunctionName": function.function_name},
        )
        for which in ("Invocations", "Errors", "Throttles")
    )
    return [
        availability(
            target_percent=availability_percent, failed=_metric("5XXError", "Sum", own, "Failed"), total=total
        ),
        errors(allowed_percent=error_percent, failed=failed, refused=refused, begun=begun),
        latency(
            target_percent=latency_percent,
            fast_percent=_metric("Latency", f"PR(:{latency_ms})", own, "In time, %"),
            total=total,
        ),
    ]


def _percentiles(which: str, own: dict[str, str]) -> list[Metric]:
    return [_metric(which, statistic, own, statistic) for statistic in ("p50", "p90", "p99")]


def _metric(which: str, statistic: str, own: dict[str, str], label: str) -> Metric:
    return Metric(namespace="AWS/ApiGateway", name=which, statistic=statistic, dimensions=own, label=label)
