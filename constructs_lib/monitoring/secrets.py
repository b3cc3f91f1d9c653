"""Secrets: a rotation that failed, so that an old password stays in use."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Metric


def monitor_rotation(monitoring: Monitoring, *, name: str, namespace: str) -> None:
    """Watch the rotation that counts its failures in `namespace`."""
    alarm = Alarm(
        kind="secret-rotation",
        severity="P1",
        summary="A secret could not be renewed; the password in use is still valid.",
        metric=Metric(namespace=namespace, name="SecretRotationFailed", statistic="Sum"),
        threshold=0,
        periods=1,
    )
    monitoring.watch(name, [alarm], board="security")
