"""The edge: distributions, the certificates they show, and the checks that ask them. Their metrics are in us-east-1."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric

CERTIFICATE_DAYS = 30
"""AWS renews what it issued 60 days before the end: half of that is gone by then. Owners renew what they imported."""


def monitor_distribution(
    monitoring: Monitoring, *, name: str, distribution_id: str, server_error_percent: float
) -> None:
    """Watch the share of answers with a status of 500 or above; draw the traffic beside it."""
    own = {"DistributionId": distribution_id, "Region": "Global"}
    failed, refused = (
        Metric(namespace="AWS/CloudFront", name=which, dimensions=own) for which in ("5xxErrorRate", "4xxErrorRate")
    )
    requests = Metric(namespace="AWS/CloudFront", name="Requests", statistic="Sum", dimensions=own)
    alarm = Alarm(
        kind="edge-errors",
        severity="P1",
        summary=f"More than {server_error_percent:g} % of the answers of {name} are failures.",
        metric=failed,
        threshold=server_error_percent,
    )
    graphs = [Graph(title="Requests", metrics=[requests]), Graph(title="Refused (%)", metrics=[refused])]
    monitoring.watch(name, [alarm], graphs=graphs)


def monitor_certificate(monitoring: Monitoring, *, name: str, certificate_arn: str) -> None:
    """Watch for a certificate that AWS did not renew in time."""
    alarm = Alarm(
        kind="certificate-expiry",
        severity="P1",
        summary=f"The certificate of {name} ends in less than {CERTIFICATE_DAYS} days: it was not renewed.",
        metric=Metric(
            namespace="AWS/CertificateManager",
            name="DaysToExpiry",
            statistic="Minimum",
            dimensions={"CertificateArn": certificate_arn},
        ),
        threshold=CERTIFICATE_DAYS,
        below=True,
        periods=1,
        period_seconds=86_400,
    )
    monitoring.watch(name, [alarm])


def monitor_health_check(monitoring: Monitoring, *, name: str, health_check_id: str) -> None:
    """Watch what Route 53 says of a front door, asked from several places of the world."""
    alarm = Alarm(
        kind="front-door-down",
        severity="P0",
        summary=f"{name} does not answer from anywhere in the world.",
        metric=Metric(
            namespace="AWS/Route53",
            name="HealthCheckStatus",
            statistic="Minimum",
            dimensions={"HealthCheckId": health_check_id},
        ),
        threshold=1,
        below=True,
        periods=2,
        period_seconds=60,
        missing="breaching",
    )
    monitoring.watch(name, [alarm])
