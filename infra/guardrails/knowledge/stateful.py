"""Resource types that hold data which a deploy can destroy, and how each is protected."""

from dataclasses import dataclass

from infra.assembly.model import Resource


@dataclass(frozen=True)
class Protection:
    """How a stateful type is kept."""

    #: The type's own flag against deletion; empty where AWS offers none.
    flag: str = ""
    #: What the flag must say.
    value: bool | str = True
    #: Whether DeletionPolicy may be Snapshot.
    snapshot: bool = False


PROTECTIONS: dict[str, Protection] = {
    "AWS::Backup::BackupVault": Protection(),
    "AWS::Backup::LogicallyAirGappedBackupVault": Protection(),
    "AWS::Cassandra::Table": Protection(),
    "AWS::Cognito::UserPool": Protection("DeletionProtection", "ACTIVE"),
    "AWS::DSQL::Cluster": Protection("DeletionProtectionEnabled"),
    "AWS::DocDB::DBCluster": Protection("DeletionProtection", snapshot=True),
    "AWS::DocDBElastic::Cluster": Protection(),
    "AWS::DynamoDB::GlobalTable": Protection("Replicas.*.DeletionProtectionEnabled"),
    "AWS::DynamoDB::Table": Protection("DeletionProtectionEnabled"),
    "AWS::EC2::Volume": Protection(snapshot=True),
    "AWS::ECR::Repository": Protection(),
    "AWS::EFS::FileSystem": Protection(),
    "AWS::ElastiCache::ReplicationGroup": Protection(snapshot=True),
    "AWS::ElastiCache::ServerlessCache": Protection(),
    "AWS::ElastiCache::CacheCluster": Protection(snapshot=True),
    "AWS::Elasticsearch::Domain": Protection(),
    "AWS::FSx::FileSystem": Protection(),
    "AWS::KMS::Key": Protection(),
    "AWS::KMS::ReplicaKey": Protection(),
    "AWS::Kinesis::Stream": Protection(),
    "AWS::MSK::Cluster": Protection(),
    "AWS::MSK::ServerlessCluster": Protection(),
    "AWS::MemoryDB::Cluster": Protection(),
    "AWS::Neptune::DBCluster": Protection("DeletionProtection", snapshot=True),
    "AWS::NeptuneGraph::Graph": Protection("DeletionProtection"),
    "AWS::OpenSearchServerless::Collection": Protection(),
    "AWS::OpenSearchService::Domain": Protection(),
    "AWS::QLDB::Ledger": Protection("DeletionProtection"),
    "AWS::RDS::DBCluster": Protection("DeletionProtection", snapshot=True),
    "AWS::RDS::DBInstance": Protection("DeletionProtection", snapshot=True),
    "AWS::RDS::GlobalCluster": Protection("DeletionProtection"),
    "AWS::Redshift::Cluster": Protection(snapshot=True),
    "AWS::RedshiftServerless::Namespace": Protection(),
    "AWS::S3::Bucket": Protection(),
    "AWS::S3Express::DirectoryBucket": Protection(),
    "AWS::S3Tables::TableBucket": Protection(),
    "AWS::SDB::Domain": Protection(),
    "AWS::SecretsManager::Secret": Protection(),
    "AWS::Timestream::Database": Protection(),
    "AWS::Timestream::InfluxDBInstance": Protection(),
    "AWS::Timestream::Table": Protection(),
}
"""Queues and topics are absent: what they hold is on its way. Log groups have `observed.log-retention`."""


def is_stateful(resource: Resource) -> bool:
    """Whether deleting or replacing the resource loses data of its own."""
    if resource.type == "AWS::RDS::DBInstance":
        return not is_cluster_member(resource)
    return resource.type in PROTECTIONS


def is_cluster_member(resource: Resource) -> bool:
    """Whether a database instance shares its cluster's storage, and so holds nothing itself."""
    return "DBClusterIdentifier" in resource.properties
