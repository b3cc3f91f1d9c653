"""API Gateway REST APIs: failed and refused requests, and how long answers take."""

import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric


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


def _percentiles(which: str, own: dict[str, str]) -> list[Metric]:
    return [_metric(which, statistic, own, statistic) for statistic in ("p50", "p90", "p99")]


def _metric(which: str, statistic: str, own: dict[str, str], label: str) -> Metric:
    return Metric(namespace="AWS/ApiGateway", name=which, statistic=statistic, dimensions=own, label=label)
