"""Aurora and DocumentDB clusters, RDS proxies: processors, capacity, connections, lag, storage."""

import aws_cdk as cdk

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric

SIX_HOURS_SECONDS = 21_600


def monitor_database(
    monitoring: Monitoring,
    *,
    name: str,
    cluster: str,
    cpu_percent: float,
    capacity_percent: float,
    connections: int,
    storage_gib: int,
    replica_lag: cdk.Duration | None,
) -> None:
    """Watch the Aurora cluster `cluster`; `replica_lag` where it has readers. A paused one sends nothing: all well.

    Its storage grows by itself: what can be watched is its size, beyond `storage_gib`.
    """
    own = {"DBClusterIdentifier": cluster}
    alarms = [
        _cpu("AWS/RDS", own, name, cpu_percent),
        Alarm(
            kind="database-capacity",
            severity="P2",
            summary=f"{name} uses more than {capacity_percent:g} % of the largest capacity it may grow to.",
            metric=_metric("AWS/RDS", "ACUUtilization", own),
            threshold=capacity_percent,
        ),
        _connections("AWS/RDS", own, name, connections),
        Alarm(
            kind="database-storage",
            severity="P3",
            summary=f"{name} has grown beyond {storage_gib} GiB.",
            metric=_metric("AWS/RDS", "VolumeBytesUsed", own, "Maximum"),
            threshold=storage_gib * 1024**3,
            periods=1,
            period_seconds=SIX_HOURS_SECONDS,  # Aurora does not say it every five minutes
            drawn=False,
        ),
    ]
    if replica_lag:
        alarms.append(
            Alarm(
                kind="database-replica-lag",
                severity="P2",
                summary=f"A reader of {name} is more than {replica_lag.to_milliseconds()} ms behind its writer.",
                metric=_metric("AWS/RDS", "AuroraReplicaLagMaximum", own, "Maximum"),
                threshold=replica_lag.to_milliseconds(),
            )
        )
    latencies = [_metric("AWS/RDS", which, own) for which in ("ReadLatency", "WriteLatency")]
    storage = [_metric("AWS/RDS", "VolumeBytesUsed", own, "Maximum")]
    used = [_metric("AWS/RDS", "ServerlessDatabaseCapacity", own)]
    monitoring.watch(
        name,
        alarms,
        graphs=[
            Graph(title=f"{name}: latency of the storage, s", metrics=latencies, board="performance"),
            Graph(
                title=f"{name}: commits, ms", metrics=[_metric("AWS/RDS", "CommitLatency", own)], board="performance"
            ),
            Graph(title=f"{name}: capacity, ACU", metrics=used, board="cost"),
            Graph(
                title=f"{name}: storage, bytes",
                metrics=storage,
                board="cost",
                limit=storage_gib * 1024**3,
                period_seconds=SIX_HOURS_SECONDS,
            ),
        ],
    )


def monitor_document_database(
    monitoring: Monitoring, *, name: str, cluster: str, cpu_percent: float, connections: int, free_memory_mib: int
) -> None:
    """Watch the DocumentDB cluster `cluster`."""
    own = {"DBClusterIdentifier": cluster}
    memory = Alarm(
        kind="database-memory",
        severity="P2",
        summary=f"An instance of {name} has less than {free_memory_mib} MiB of memory left.",
        metric=_metric("AWS/DocDB", "FreeableMemory", own, "Minimum"),
        threshold=free_memory_mib * 1024 * 1024,
        below=True,
    )
    alarms = [
        _cpu("AWS/DocDB", own, name, cpu_percent),
        _connections("AWS/DocDB", own, name, connections),
        memory,
    ]
    latencies = [_metric("AWS/DocDB", which, own) for which in ("ReadLatency", "WriteLatency")]
    monitoring.watch(name, alarms, graphs=[Graph(title=f"{name}: latency, s", metrics=latencies, board="performance")])


def monitor_database_proxy(monitoring: Monitoring, *, name: str, proxy: str, borrow_latency: cdk.Duration) -> None:
    """Watch how long clients of the RDS proxy `proxy` wait for a connection."""
    alarm = Alarm(
        kind="database-proxy-wait",
        severity="P2",
        summary=f"Clients of {name} wait more than {borrow_latency.to_milliseconds()} ms for a connection.",
        # The proxy measures it in microseconds.
        metric=_metric("AWS/RDS", "DatabaseConnectionsBorrowLatency", {"ProxyName": proxy}),
        threshold=borrow_latency.to_milliseconds() * 1000,
    )
    monitoring.watch(name, [alarm])


def _cpu(namespace: str, own: dict[str, str], name: str, percent: float) -> Alarm:
    return Alarm(
        kind="database-cpu",
        severity="P2",
        summary=f"The instances of {name} use more than {percent:g} % of their processors.",
        metric=_metric(namespace, "CPUUtilization", own),
        threshold=percent,
    )


def _connections(namespace: str, own: dict[str, str], name: str, connections: int) -> Alarm:
    return Alarm(
        kind="database-connections",
        severity="P2",
        summary=f"An instance of {name} has more than {connections} connections.",
        metric=_metric(namespace, "DatabaseConnections", own, "Maximum"),
        threshold=connections,
    )


def _metric(namespace: str, which: str, own: dict[str, str], statistic: str = "Average") -> Metric:
    return Metric(namespace=namespace, name=which, statistic=statistic, dimensions=own)
