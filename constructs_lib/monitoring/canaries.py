"""Canaries: whether what asks from outside gets its answer."""

import aws_cdk as cdk

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric


def monitor_canary(monitoring: Monitoring, *, name: str, canary: str, every: cdk.Duration) -> None:
    """Watch for two runs in a row that fail, or that do not take place."""
    own = {"CanaryName": canary}
    passed = Metric(namespace="CloudWatchSynthetics", name="SuccessPercent", dimensions=own)
    alarm = Alarm(
        kind="canary-failed",
        severity="P1",
        summary=f"{name} gets no answer from outside, or does not ask.",
        metric=passed,
        threshold=100,
        below=True,
        periods=2,
        period_seconds=int(every.to_seconds()),
        missing="breaching",
    )
    took = Metric(namespace="CloudWatchSynthetics", name="Duration", dimensions=own, statistic="p90")
    monitoring.watch(name, [alarm], graphs=[Graph(title=f"{name}: how long it took, ms", metrics=[took])])
