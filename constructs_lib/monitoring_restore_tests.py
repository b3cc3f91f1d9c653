"""Alarms and widgets of restore tests: one failed, or none ran for too long."""

from collections.abc import Sequence

import aws_cdk as cdk
import cdk_monitoring_constructs as cmc
from aws_cdk import aws_cloudwatch as cloudwatch

from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring_stores import Watched, watch

LONGEST_DAYS = 35
"""Days without a successful test, at most: a month, and a few to mend what failed."""


def monitor_restore_tests(monitoring: Monitoring, *, kinds: Sequence[str], namespace: str) -> None:
    """Watch the restore tests of each of `kinds`, which report into `namespace`."""
    for kind in kinds:
        watched = [
            Watched(
                metric="RestoreTestFailed",
                threshold=0,
                kind="restore-test-failed",
                severity="P2",
                summary=f"A restore test brought back a store of {kind} that is not whole.",
                statistic=cmc.MetricStatistic.MAX,
                period=cdk.Duration.minutes(5),
            ),
            Watched(
                metric="DaysSinceRestoreTest",
                threshold=LONGEST_DAYS,
                kind="restore-test-overdue",
                severity="P2",
                summary=f"No restore test of {kind} succeeded for more than {LONGEST_DAYS} days.",
                statistic=cmc.MetricStatistic.MAX,
                period=cdk.Duration.days(1),
                missing=cloudwatch.TreatMissingData.BREACHING,
            ),
        ]
        watch(
            monitoring,
            name=f"RestoreTests{kind}",
            namespace=namespace,
            dimensions={"ResourceType": kind},
            watched=watched,
        )
