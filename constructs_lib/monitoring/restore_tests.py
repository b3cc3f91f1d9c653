"""Restore tests: one failed, or none ran for too long."""

from collections.abc import Sequence

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric

DAY_SECONDS = 86_400
LONGEST_DAYS = 35
"""Days without a successful test, at most: a month, and a few to mend what failed."""


def monitor_restore_tests(monitoring: Monitoring, *, kinds: Sequence[str], namespace: str) -> None:
    """Watch the restore tests of each of `kinds`, which report into `namespace`."""
    for kind in kinds:

        def metric(which: str, kind: str = kind) -> Metric:
            return Metric(namespace=namespace, name=which, statistic="Maximum", dimensions={"ResourceType": kind})

        alarms = [
            Alarm(
                kind="restore-test-failed",
                severity="P2",
                summary=f"A restore test brought back a store of {kind} that is not whole.",
                metric=metric("RestoreTestFailed"),
                threshold=0,
                periods=1,
            ),
            Alarm(
                kind="restore-test-overdue",
                severity="P2",
                summary=f"No restore test of {kind} succeeded for more than {LONGEST_DAYS} days.",
                metric=metric("DaysSinceRestoreTest"),
                threshold=LONGEST_DAYS,
                periods=1,
                period_seconds=DAY_SECONDS,
                missing="breaching",
            ),
        ]
        times = Graph(
            title="Recovery time and age of data, s",
            metrics=[metric("RecoveryTimeSeconds"), metric("DataAgeSeconds")],
            board="operations",
            period_seconds=DAY_SECONDS,
        )
        monitoring.watch(f"RestoreTests{kind}", alarms, graphs=[times], board="operations")
