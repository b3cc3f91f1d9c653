"""Alarms of whatever holds data: the thresholds of the configuration, for each store of the data stack."""

from collections.abc import Mapping

import aws_cdk as cdk

from config.sections.monitoring import Thresholds
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.database_proxy import DatabaseProxy
from constructs_lib.document_cluster import DocumentCluster
from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring.caches import monitor_cache
from constructs_lib.monitoring.databases import monitor_database, monitor_database_proxy, monitor_document_database
from constructs_lib.monitoring.files import monitor_file_system
from constructs_lib.monitoring.tables import monitor_table
from constructs_lib.node_cache import NodeCache
from constructs_lib.serverless_cache import ServerlessCache
from constructs_lib.shared_file_system import SharedFileSystem
from constructs_lib.table import Table


def watch_stores(
    monitoring: Monitoring,
    limits: Thresholds,
    *,
    caches: Mapping[str, NodeCache | ServerlessCache],
    databases: Mapping[str, AuroraCluster],
    document_databases: Mapping[str, DocumentCluster],
    file_systems: Mapping[str, SharedFileSystem],
    proxies: Mapping[str, DatabaseProxy],
    tables: Mapping[str, Table],
) -> None:
    """Watch each store under its id, from `limits` on."""
    for name, table in tables.items():
        monitor_table(monitoring, table.table, name=name)
    for name, database in databases.items():
        monitor_database(
            monitoring,
            name=name,
            cluster=database.cluster.ref,
            capacity_percent=limits.database_capacity_percent,
            connections=limits.database_connections,
            cpu_percent=limits.database_cpu_percent,
            storage_gib=limits.database_storage_gib,
            replica_lag=cdk.Duration.millis(limits.database_replica_lag_ms) if database.has_readers else None,
        )
    for name, documents in document_databases.items():
        monitor_document_database(
            monitoring,
            name=name,
            cluster=documents.cluster.ref,
            connections=limits.database_connections,
            cpu_percent=limits.database_cpu_percent,
            free_memory_mib=limits.database_free_memory_mib,
        )
    for name, proxy in proxies.items():
        monitor_database_proxy(
            monitoring,
            name=f"{name}Proxy",
            proxy=proxy.proxy.ref,
            borrow_latency=cdk.Duration.millis(limits.database_proxy_wait_ms),
        )
    for name, files in file_systems.items():
        monitor_file_system(
            monitoring,
            name=name,
            file_system=files.file_system.ref,
            io_percent=limits.file_system_io_percent,
            throughput_percent=limits.file_system_throughput_percent,
        )
    for name, cache in caches.items():
        monitor_cache(
            monitoring,
            cache,
            name=name,
            cpu_percent=limits.cache_cpu_percent,
            memory_percent=limits.cache_memory_percent,
        )
