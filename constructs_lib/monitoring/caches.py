"""Caches of ElastiCache: memory, the processor of a node's engine, commands that are refused."""

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Graph, Metric
from constructs_lib.node_cache import NodeCache
from constructs_lib.serverless_cache import ServerlessCache

GB = 1_000_000_000


def monitor_cache(
    monitoring: Monitoring,
    cache: NodeCache | ServerlessCache,
    *,
    name: str,
    cpu_percent: float,
    memory_percent: float,
) -> None:
    """Watch `cache`: each of its nodes, or all of a serverless one."""
    if isinstance(cache, ServerlessCache):
        _serverless(monitoring, name, cache.cache.ref, cache.most_data_gb, memory_percent)
        return
    for number, node in enumerate(cache.node_names, start=1):
        _node(monitoring, f"{name}{number}", node, cpu_percent, memory_percent)


def _node(monitoring: Monitoring, name: str, node: str, cpu_percent: float, memory_percent: float) -> None:
    own = {"CacheClusterId": node}
    cpu = Alarm(
        kind="cache-cpu",
        severity="P2",
        summary=f"The engine of {name} uses more than {cpu_percent:g} % of its processor.",
        metric=_metric("EngineCPUUtilization", own),
        threshold=cpu_percent,
    )
    memory = Alarm(
        kind="cache-memory",
        severity="P2",
        summary=f"{name} uses more than {memory_percent:g} % of its memory.",
        metric=_metric("DatabaseMemoryUsagePercentage", own),
        threshold=memory_percent,
    )
    hits = [_metric("CacheHitRate", own)]
    monitoring.watch(name, [cpu, memory], graphs=[Graph(title=f"{name}: hits, %", metrics=hits, board="performance")])


def _serverless(monitoring: Monitoring, name: str, cache: str, most_data_gb: int, memory_percent: float) -> None:
    own = {"clusterId": cache}
    memory = Alarm(
        kind="cache-memory",
        severity="P2",
        summary=f"{name} holds more than {memory_percent:g} % of the {most_data_gb} GB that it may grow to.",
        metric=_metric("BytesUsedForCache", own, "Maximum"),
        threshold=most_data_gb * GB * memory_percent / 100,
    )
    refused = Alarm(
        kind="cache-throttles",
        severity="P2",
        summary=f"{name} refuses commands: it is at its limit of processing units.",
        metric=_metric("ThrottledCmds", own, "Sum"),
        threshold=0,
    )
    units = [_metric("ElastiCacheProcessingUnits", own, "Sum")]
    monitoring.watch(
        name, [memory, refused], graphs=[Graph(title=f"{name}: processing units", metrics=units, board="cost")]
    )


def _metric(which: str, own: dict[str, str], statistic: str = "Average") -> Metric:
    return Metric(namespace="AWS/ElastiCache", name=which, statistic=statistic, dimensions=own)
