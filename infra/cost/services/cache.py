"""ElastiCache: serverless caches and clusters of nodes."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Unpriced, fixed, hours, number, priced, text, usage

#: AWS bills a serverless cache for this much data at least.
MINIMUM_GB = {"valkey": 0.1, "redis": 1.0}


@priced("AWS::ElastiCache::ServerlessCache")
def serverless_cache(resource: Resource, context: Context) -> Iterator[Answer]:
    """Stored data, a minimum of it always, and processing units."""
    engine = text(resource, "Engine")
    if engine not in MINIMUM_GB:
        yield Unpriced("cache", f"no pricing rule for the serverless engine {engine!r}")
        return
    configured = number(resource, "CacheUsageLimits", "DataStorage", "Minimum", default=0)
    minimum = max(configured, MINIMUM_GB[engine])
    data = context.assume("cache_data_gb", "GB")
    above = data._replace(value=max(data.value - minimum, 0), unit="GB above the minimum")
    yield fixed("minimum data", f"elasticache_sl.{engine}.gb_hour", Factor(minimum, "GB"), hours())
    yield usage("data", f"elasticache_sl.{engine}.gb_hour", above, hours())
    yield usage("processing", f"elasticache_sl.{engine}.ecpu", context.assume("cache_ecpus_millions", "1M ECPUs"))


@priced("AWS::ElastiCache::ReplicationGroup")
def replication_group(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Every node of every shard, by the hour."""
    if resource.get("NumCacheClusters") is not None:
        nodes = number(resource, "NumCacheClusters")
    else:
        replicas = number(resource, "ReplicasPerNodeGroup", default=0)
        nodes = number(resource, "NumNodeGroups", default=1) * (1 + replicas)
    price = f"elasticache.{text(resource, 'Engine', default='redis')}.{text(resource, 'CacheNodeType')}.hour"
    yield fixed("nodes", price, Factor(nodes, "nodes"), hours())


@priced("AWS::ElastiCache::CacheCluster")
def cache_cluster(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Every node, by the hour."""
    price = f"elasticache.{text(resource, 'Engine')}.{text(resource, 'CacheNodeType')}.hour"
    yield fixed("nodes", price, Factor(number(resource, "NumCacheNodes", default=1), "nodes"), hours())
