"""Alarms and widgets of databases and caches: a table of metrics for each kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
import cdk_monitoring_constructs as cmc
from aws_cdk import aws_cloudwatch as cloudwatch

from constructs_lib.monitoring import Monitoring

ABOVE = cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD
AT_ONCE = {"evaluation_periods": 1, "datapoints_to_alarm": 1}
BELOW = cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A metric, the value from which it is an alarm, and the section of the runbook that says what to do."""

    metric: str
    threshold: float
    kind: str
    severity: str
    summary: str
    statistic: cmc.MetricStatistic = cmc.MetricStatistic.AVERAGE
    when: cloudwatch.ComparisonOperator = ABOVE
    #: Of one datapoint, where it is not the five minutes of most metrics; one alone is then enough for an alarm.
    period: cdk.Duration | None = None
    missing: cloudwatch.TreatMissingData = cloudwatch.TreatMissingData.NOT_BREACHING


def monitor_database(
    monitoring: Monitoring,
    *,
    name: str,
    cluster: str,
    cpu_percent: float,
    capacity_percent: float,
    connections: int,
    replica_lag: cdk.Duration | None,
) -> None:
    """Watch the Aurora cluster `cluster`; `replica_lag` where it has readers. A paused one sends nothing: all well."""
    watched = [
        Watched(
            metric="CPUUtilization",
            threshold=cpu_percent,
            kind="database-cpu",
            severity="P2",
            summary=f"The instances of {name} use more than {cpu_percent:g} % of their processors.",
        ),
        Watched(
            metric="ACUUtilization",
            threshold=capacity_percent,
            kind="database-capacity",
            severity="P2",
            summary=f"{name} uses more than {capacity_percent:g} % of the largest capacity it may grow to.",
        ),
        Watched(
            metric="DatabaseConnections",
            threshold=connections,
            kind="database-connections",
            severity="P2",
            summary=f"An instance of {name} has more than {connections} connections.",
            statistic=cmc.MetricStatistic.MAX,
        ),
    ]
    if replica_lag:
        watched.append(
            Watched(
                metric="AuroraReplicaLagMaximum",
                threshold=replica_lag.to_milliseconds(),
                kind="database-replica-lag",
                severity="P2",
                summary=f"A reader of {name} is more than {replica_lag.to_milliseconds()} ms behind its writer.",
                statistic=cmc.MetricStatistic.MAX,
            )
        )
    watch(monitoring, name=name, namespace="AWS/RDS", dimensions={"DBClusterIdentifier": cluster}, watched=watched)


def watch(
    monitoring: Monitoring, *, name: str, namespace: str, dimensions: Mapping[str, str], watched: Sequence[Watched]
) -> None:
    """Make the alarms of `watched`, and a widget for each."""
    factory = monitoring.facade.create_metric_factory()
    monitoring.facade.monitor_custom(
        human_readable_name=name,
        alarm_friendly_name=name,
        metric_groups=[
            cmc.CustomMetricGroup(
                title=entry.metric,
                metrics=[
                    cmc.CustomMetricWithAlarm(
                        alarm_friendly_name=entry.kind,
                        metric=factory.create_metric(
                            entry.metric, entry.statistic, name, dict(dimensions), None, namespace
                        ),
                        add_alarm=monitoring.alarm(
                            cmc.CustomThreshold,
                            entry.kind,
                            entry.severity,
                            entry.summary,
                            threshold=entry.threshold,
                            comparison_operator=entry.when,
                            treat_missing_data_override=entry.missing,
                            **({"period": entry.period, **AT_ONCE} if entry.period else {}),
                        ),
                    )
                ],
            )
            for entry in watched
        ],
    )
