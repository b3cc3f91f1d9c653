"""Backups: none came for a day, which no failed job would tell."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Metric

DAY_SECONDS = 86_400


def monitor_backups(monitoring: Monitoring, *, name: str, vault: str) -> None:
    """Watch that the vault called `vault` gets copies every day. Jobs that fail are an event, and told as such."""
    alarm = Alarm(
        kind="backups-missing",
        severity="P1",
        summary="No backup was completed for a day.",
        metric=Metric(
            namespace="AWS/Backup",
            name="NumberOfBackupJobsCompleted",
            statistic="Sum",
            dimensions={"BackupVaultName": vault},
        ),
        threshold=1,
        below=True,
        periods=1,
        period_seconds=DAY_SECONDS,
        missing="breaching",
    )
    monitoring.watch(name, [alarm], board="operations")
