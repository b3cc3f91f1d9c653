"""What can fail, and the metrics that say so: each line needs an alarm on one of its metrics."""

from dataclasses import dataclass

ANY: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watch:
    """How a type is watched."""

    #: Namespaces of its metrics.
    namespaces: tuple[str, ...]
    #: Dimensions that carry the resource itself.
    dimensions: tuple[str, ...]
    #: Each entry needs an alarm on one of its metrics; an empty one, on any metric at all.
    metrics: tuple[tuple[str, ...], ...]
    #: Path of the physical name, for dimensions that spell it out.
    name: str


_CPU = ("CPUUtilization",)
_TABLE = Watch(
    ("AWS/DynamoDB",),
    ("TableName",),
    (("ReadThrottleEvents", "ThrottledRequests"), ("WriteThrottleEvents", "ThrottledRequests"), ("SystemErrors",)),
    "TableName",
)

WATCHES: dict[str, Watch] = {
    "AWS::ApiGateway::RestApi": Watch(
        ("AWS/ApiGateway",),
        ("ApiName", "ApiId"),
        (("5XXError",), ("4XXError",), ("Latency", "IntegrationLatency")),
        "Name",
    ),
    "AWS::ApiGatewayV2::Api": Watch(
        ("AWS/ApiGateway",), ("ApiId",), (("5xx", "5XXError", "IntegrationError", "ExecutionError"),), "Name"
    ),
    "AWS::CertificateManager::Certificate": Watch(
        ("AWS/CertificateManager",), ("CertificateArn",), (("DaysToExpiry",),), "CertificateArn"
    ),
    "AWS::DocDB::DBCluster": Watch(("AWS/DocDB",), ("DBClusterIdentifier",), (_CPU,), "DBClusterIdentifier"),
    "AWS::DynamoDB::GlobalTable": _TABLE,
    "AWS::DynamoDB::Table": _TABLE,
    "AWS::ECS::Service": Watch(
        ("AWS/ECS", "ECS/ContainerInsights"),
        ("ServiceName",),
        (_CPU, ("MemoryUtilization",), ("RunningTaskCount",)),
        "ServiceName",
    ),
    "AWS::EFS::FileSystem": Watch(("AWS/EFS",), ("FileSystemId",), (ANY,), "FileSystemId"),
    "AWS::ElastiCache::ReplicationGroup": Watch(
        ("AWS/ElastiCache",),
        ("ReplicationGroupId", "CacheClusterId"),
        (
            ("CPUUtilization", "EngineCPUUtilization"),
            ("DatabaseMemoryUsagePercentage", "FreeableMemory", "Evictions"),
        ),
        "ReplicationGroupId",
    ),
    "AWS::ElastiCache::ServerlessCache": Watch(("AWS/ElastiCache",), ("clusterId",), (ANY,), "ServerlessCacheName"),
    "AWS::ElasticLoadBalancingV2::LoadBalancer": Watch(
        ("AWS/ApplicationELB", "AWS/NetworkELB"),
        ("LoadBalancer",),
        (("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "UnHealthyHostCount"),),
        "Name",
    ),
    "AWS::Kinesis::Stream": Watch(("AWS/Kinesis",), ("StreamName",), (ANY,), "Name"),
    "AWS::Lambda::Function": Watch(
        ("AWS/Lambda",), ("FunctionName", "Resource"), (("Errors",), ("Throttles",), ("Duration",)), "FunctionName"
    ),
    "AWS::MSK::Cluster": Watch(("AWS/Kafka",), ("Cluster Name",), (ANY,), "ClusterName"),
    "AWS::MemoryDB::Cluster": Watch(("AWS/MemoryDB",), ("ClusterName",), (ANY,), "ClusterName"),
    "AWS::Neptune::DBCluster": Watch(("AWS/Neptune",), ("DBClusterIdentifier",), (_CPU,), "DBClusterIdentifier"),
    "AWS::OpenSearchService::Domain": Watch(
        ("AWS/ES",), ("DomainName",), (("ClusterStatus.red", "FreeStorageSpace"),), "DomainName"
    ),
    "AWS::RDS::DBCluster": Watch(
        ("AWS/RDS",), ("DBClusterIdentifier",), (_CPU, ("DatabaseConnections",)), "DBClusterIdentifier"
    ),
    "AWS::RDS::DBInstance": Watch(
        ("AWS/RDS",), ("DBInstanceIdentifier",), (_CPU, ("FreeStorageSpace",)), "DBInstanceIdentifier"
    ),
    "AWS::RDS::DBProxy": Watch(("AWS/RDS",), ("ProxyName",), (ANY,), "DBProxyName"),
    "AWS::Redshift::Cluster": Watch(("AWS/Redshift",), ("ClusterIdentifier",), (ANY,), "ClusterIdentifier"),
    "AWS::WAFv2::WebACL": Watch(("AWS/WAFV2",), ("WebACL",), (("BlockedRequests",),), "VisibilityConfig.MetricName"),
}

QUEUE_WATCH = Watch(("AWS/SQS",), ("QueueName",), (), "QueueName")
"""What matters differs between a queue and its dead letters: `observed.alarm-on-queues` says what."""
