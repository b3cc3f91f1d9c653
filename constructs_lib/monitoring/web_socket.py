"""WebSocket APIs: messages that failed, and how many come."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric


def monitor_web_socket(monitoring: Monitoring, *, name: str, api_id: str) -> None:
    """Watch for messages that the function behind the API failed to handle."""

    def metric(which: str) -> Metric:
        return Metric(namespace="AWS/ApiGateway", name=which, statistic="Sum", dimensions={"ApiId": api_id})

    alarm = Alarm(
        kind="socket-errors",
        severity="P1",
        summary=f"Messages of {name} fail.",
        metric=metric("IntegrationError"),
        threshold=0,
    )
    messages = Graph(title=f"{name}: messages", metrics=[metric("MessageCount"), metric("ConnectCount")])
    monitoring.watch(name, [alarm], graphs=[messages])
