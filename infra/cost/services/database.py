"""Aurora, DocumentDB, single RDS instances and database proxies."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import (
    Answer,
    Context,
    Factor,
    Free,
    Unpriced,
    fixed,
    hours,
    mentioned,
    number,
    priced,
    text,
    usage,
)

IO_OPTIMIZED = "aurora-iopt1"


@priced("AWS::RDS::DBCluster")
def aurora_cluster(resource: Resource, context: Context) -> Iterator[Answer]:
    """Storage and requests; its instances are billed by themselves."""
    if not text(resource, "Engine", default="").startswith("aurora"):
        yield Unpriced("cluster", f"no pricing rule for the engine {text(resource, 'Engine', default='')!r}")
        return
    stored = context.assume("aurora_storage_gb", "GB")
    if text(resource, "StorageType", default="aurora") == IO_OPTIMIZED:
        yield usage("storage", "aurora.storage_io_opt", stored)
    else:
        yield usage("storage", "aurora.storage", stored)
        yield usage("storage requests", "aurora.io", context.assume("aurora_io_millions", "1M requests"))
    yield usage("backups above the free size", "aurora.backup", context.assume("aurora_backup_gb", "GB"))
    if text(resource, "DatabaseInsightsMode", default="standard") == "advanced":
        yield Unpriced("Database Insights advanced", "no sourced price")


@priced("AWS::RDS::DBInstance")
def database_instance(resource: Resource, context: Context) -> Iterator[Answer]:
    """A serverless instance costs its cluster's minimum at least; another one costs its class."""
    instance_class = text(resource, "DBInstanceClass", default="")
    if instance_class != "db.serverless":
        engine = text(resource, "Engine", default="")
        yield fixed("instance", f"rds.{engine}.{instance_class}.hour", hours())
        if not engine.startswith("aurora"):
            yield Unpriced("storage and backups", "no pricing rule for storage of single instances")
        return
    clusters = mentioned(resource.get("DBClusterIdentifier"))
    if not clusters:
        yield Unpriced("instance", "its cluster is not part of the assembly")
        return
    optimized = text(clusters[0], "StorageType", default="aurora") == IO_OPTIMIZED
    price = "aurora_sv2_io.acu_hour" if optimized else "aurora_sv2.acu_hour"
    minimum = Factor(number(clusters[0], "ServerlessV2ScalingConfiguration", "MinCapacity"), "ACU")
    yield fixed("minimum capacity", price, minimum, hours())
    yield usage("capacity above the minimum", price, context.assume("aurora_acus_above_minimum", "ACU"), hours())


@priced("AWS::RDS::DBProxy")
def proxy(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """For a serverless cluster billed by capacity unit, eight at least."""
    yield fixed("proxy, smallest size", "rds_proxy.acu_hour", Factor(8, "ACU"), hours())


@priced("AWS::DocDB::DBCluster")
def document_cluster(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Storage and requests; its instances are billed by themselves."""
    yield usage("storage", "docdb.storage", context.assume("document_storage_gb", "GB"))
    yield usage("storage requests", "docdb.io", context.assume("document_io_millions", "1M requests"))


@priced("AWS::DocDB::DBInstance")
def document_instance(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Billed by class."""
    yield fixed("instance", f"docdb.{text(resource, 'DBInstanceClass')}.hour", hours())


@priced("AWS::RDS::DBProxyTargetGroup", "AWS::RDS::DBProxyEndpoint")
def proxy_part(resource: Resource, _context: Context) -> Iterator[Answer]:
    """A target group is part of the proxy; a further endpoint is a PrivateLink endpoint."""
    if resource.type.endswith("Endpoint"):
        yield Unpriced("endpoint", "no pricing rule for a proxy's further endpoint")
    else:
        yield Free("part of its proxy")
