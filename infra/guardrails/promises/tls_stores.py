"""TLS to data: databases, caches and streams refuse plain connections."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, is_false, is_true, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.registry import promise

ON = ("1", "on", "true", "required")


@promise("encryption.tls-databases", "Databases force TLS by their parameter group; proxies require it.")
def tls_databases(context: Context) -> Iterator[Finding]:
    """AWS's default parameter groups differ by engine and version, so the template must say it."""
    for cluster in context.of_type("AWS::RDS::DBCluster"):
        yield from _forced(context, cluster, "DBClusterParameterGroupName", _parameter(cluster))
    for instance in context.of_type("AWS::RDS::DBInstance"):
        if not is_cluster_member(instance) and "SourceDBInstanceIdentifier" not in instance.resolved:
            yield from _forced(context, instance, "DBParameterGroupName", _parameter(instance))
    for cluster in context.of_type("AWS::Redshift::Cluster"):
        yield from _forced(context, cluster, "ClusterParameterGroupName", "require_ssl")
    for proxy in context.of_type("AWS::RDS::DBProxy"):
        if not is_true(proxy.get("RequireTLS")):
            yield Finding(proxy, "RequireTLS", "is not on")
    yield from _switched_off(context)


def _parameter(database: Resource) -> str:
    engine = str(database.get("Engine")).lower()
    if "oracle" in engine:
        return ""
    return "require_secure_transport" if "mysql" in engine or "maria" in engine else "rds.force_ssl"


def _forced(context: Context, database: Resource, name: str, parameter: str) -> Iterator[Finding]:
    if not parameter:
        return  # Oracle's TLS is an option of its listener
    group = database.get(name)
    if isinstance(group, Target):
        value = parameters_of(group.resource).get(parameter)
        if str(value).lower() not in ON:
            yield Finding(group.resource, f"Parameters.{parameter}", f"must be on, is {describe(value)}")
    elif group is None or (isinstance(group, str) and group.startswith("default.")):
        found = "is AWS's default" if group is None else f"is {group}"
        yield Finding(database, name, f"{found}, so nothing says {parameter}")
    elif isinstance(group, str):
        yield from _by_name(context, database, group, parameter)


def _by_name(context: Context, database: Resource, name: str, parameter: str) -> Iterator[Finding]:
    kinds = (
        "AWS::RDS::DBClusterParameterGroup",
        "AWS::RDS::DBParameterGroup",
        "AWS::Redshift::ClusterParameterGroup",
    )
    for group in context.of_type(*kinds):
        names = (
            group.get("DBClusterParameterGroupName"),
            group.get("DBParameterGroupName"),
            group.get("ParameterGroupName"),
        )
        if name in names and str(parameters_of(group).get(parameter)).lower() not in ON:
            yield Finding(group, f"Parameters.{parameter}", f"must be on for {database.logical_id}")


def parameters_of(group: Resource) -> dict[str, Any]:
    """Parameters of a database's parameter group, whichever way its type writes them."""
    parameters = group.get("Parameters")
    if isinstance(parameters, dict):
        return parameters
    pairs = map(mapping, at(group.resolved, "Parameters"))
    return {str(pair.get("ParameterName")): pair.get("ParameterValue") for pair in pairs}


def _switched_off(context: Context) -> Iterator[Finding]:
    """DocumentDB and Neptune force TLS by themselves, until somebody turns it off."""
    kinds = {
        "AWS::DocDB::DBClusterParameterGroup": "tls",
        "AWS::Neptune::DBClusterParameterGroup": "neptune_enforce_ssl",
    }
    for kind, parameter in kinds.items():
        for group in context.of_type(kind):
            value = parameters_of(group).get(parameter)
            if str(value).lower() in ("disabled", "0", "false"):
                yield Finding(group, f"Parameters.{parameter}", f"is {value}")


@promise("encryption.tls-caches", "Caches and streams accept encrypted connections only.")
def tls_caches(context: Context) -> Iterator[Finding]:
    """A mode that only prefers TLS accepts the rest."""
    for group in context.of_type("AWS::ElastiCache::ReplicationGroup"):
        yield from _required(group, "TransitEncryptionEnabled")
        if group.get("TransitEncryptionMode") == "preferred":
            yield Finding(group, "TransitEncryptionMode", "is preferred, so plain connections are accepted")
    for node in context.of_type("AWS::ElastiCache::CacheCluster"):
        yield from _required(node, "TransitEncryptionEnabled")
    for cluster in context.of_type("AWS::MemoryDB::Cluster"):
        if is_false(cluster.get("TLSEnabled")):
            yield Finding(cluster, "TLSEnabled", "is off")
    for cluster in context.of_type("AWS::DAX::Cluster"):
        if cluster.get("ClusterEndpointEncryptionType") != "TLS":
            yield Finding(cluster, "ClusterEndpointEncryptionType", "is not TLS")
    for cluster in context.of_type("AWS::MSK::Cluster"):
        transit = mapping(cluster.get("EncryptionInfo", "EncryptionInTransit"))
        if transit.get("ClientBroker", "TLS") != "TLS":
            yield Finding(cluster, "EncryptionInfo.EncryptionInTransit.ClientBroker", f"is {transit['ClientBroker']}")
        if is_false(transit.get("InCluster")):
            yield Finding(cluster, "EncryptionInfo.EncryptionInTransit.InCluster", "is off")
    for cache in context.of_type("AWS::AppSync::ApiCache"):
        yield from _required(cache, "TransitEncryptionEnabled")


def _required(resource: Resource, name: str) -> Iterator[Finding]:
    value = resource.get(name)
    if not is_true(value):
        yield Finding(resource, name, f"must be true, is {describe(value)}")
