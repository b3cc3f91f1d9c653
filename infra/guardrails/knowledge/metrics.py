"""What can fail, and the metrics that say so: each line needs an alarm on one of its metrics."""

from dataclasses import dataclass

ANY: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watch:
    """How a type is watched."""

    #: Path of the name that dimensions spell out.
    name: str
    #: Each entry needs an alarm on one of its metrics; an empty one, on any metric at all.
    metrics: tuple[tuple[str, ...], ...]


_CPU = ("CPUUtilization",)
_TABLE = Watch(
    "TableName",
    (
        ("ReadThrottleEvents", "ThrottledRequests"),
        ("WriteThrottleEvents", "ThrottledRequests"),
        ("SystemErrors",),
    ),
)

WATCHES: dict[str, Watch] = {
    "AWS::ApiGateway::RestApi": Watch("Name", (("5XXError",), ("4XXError",), ("Latency", "IntegrationLatency"))),
    "AWS::ApiGatewayV2::Api": Watch("Name", (("5xx", "5XXError", "IntegrationError", "ExecutionError"),)),
    "AWS::DocDB::DBCluster": Watch("DBClusterIdentifier", (_CPU,)),
    "AWS::DynamoDB::GlobalTable": _TABLE,
    "AWS::DynamoDB::Table": _TABLE,
    "AWS::ECS::Service": Watch("ServiceName", (_CPU, ("MemoryUtilization",), ("RunningTaskCount",))),
    "AWS::EFS::FileSystem": Watch("FileSystemId", (ANY,)),
    "AWS::ElastiCache::ReplicationGroup": Watch(
        "ReplicationGroupId",
        (
            ("CPUUtilization", "EngineCPUUtilization"),
            ("DatabaseMemoryUsagePercentage", "FreeableMemory", "Evictions"),
        ),
    ),
    "AWS::ElastiCache::ServerlessCache": Watch("ServerlessCacheName", (ANY,)),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Watch(
        "Name", (("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "UnHealthyHostCount"),)
    ),
    "AWS::Kinesis::Stream": Watch("Name", (ANY,)),
    "AWS::Lambda::Function": Watch("FunctionName", (("Errors",), ("Throttles",), ("Duration",))),
    "AWS::MSK::Cluster": Watch("ClusterName", (ANY,)),
    "AWS::MemoryDB::Cluster": Watch("ClusterName", (ANY,)),
    "AWS::Neptune::DBCluster": Watch("DBClusterIdentifier", (_CPU,)),
    "AWS::OpenSearchService::Domain": Watch("DomainName", (("ClusterStatus.red", "FreeStorageSpace"),)),
    "AWS::RDS::DBCluster": Watch("DBClusterIdentifier", (_CPU, ("DatabaseConnections",))),
    "AWS::RDS::DBInstance": Watch("DBInstanceIdentifier", (_CPU, ("FreeStorageSpace",))),
    "AWS::Redshift::Cluster": Watch("ClusterIdentifier", (ANY,)),
    "AWS::WAFv2::WebACL": Watch("VisibilityConfig.MetricName", (("BlockedRequests",),)),
}
"""Queues have a rule of their own: what matters differs between a queue and its dead letters."""
