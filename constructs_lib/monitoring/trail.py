"""The audit trail: what somebody did to the account that somebody else must hear of."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Metric
from constructs_lib.trail_events import TRAIL_EVENTS


def monitor_trail(monitoring: Monitoring, *, name: str, namespace: str) -> None:
    """Watch what an AuditTrail counts in `namespace`. A metric that nobody ever wrote is all well."""
    alarms = [
        Alarm(
            kind=event.kind,
            name=event.name,
            severity=event.severity,
            summary=event.summary,
            metric=Metric(namespace=namespace, name=event.name, statistic="Sum"),
            threshold=event.threshold,
            periods=1,
        )
        for event in TRAIL_EVENTS
    ]
    monitoring.watch(name, alarms, board="security")
