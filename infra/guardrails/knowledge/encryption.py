"""Where each resource type names the key that encrypts what it keeps."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    """How a type says that it is encrypted with a key of ours."""

    #: Where the key is named; any of them will do.
    paths: tuple[str, ...]
    #: A flag that must be on besides, empty where naming the key is enough.
    flag: str = ""
    #: Only where this property exists is there anything to encrypt.
    only_if: str = ""


def _key(*paths: str, flag: str = "", only_if: str = "") -> Key:
    return Key(paths, flag, only_if)


KEYS: dict[str, Key] = {
    "AWS::CodeArtifact::Domain": _key("EncryptionKey"),
    "AWS::CodePipeline::Pipeline": _key(
        "ArtifactStore.EncryptionKey.Id", "ArtifactStores.*.ArtifactStore.EncryptionKey.Id"
    ),
    "AWS::DAX::Cluster": _key(flag="SSESpecification.SSEEnabled"),
    "AWS::DocDB::DBCluster": _key("KmsKeyId", flag="StorageEncrypted"),
    "AWS::DynamoDB::Table": _key("SSESpecification.KMSMasterKeyId", flag="SSESpecification.SSEEnabled"),
    "AWS::EC2::Volume": _key("KmsKeyId", flag="Encrypted"),
    "AWS::EFS::FileSystem": _key("KmsKeyId", flag="Encrypted"),
    "AWS::EKS::Cluster": _key("EncryptionConfig.*.Provider.KeyArn"),
    "AWS::ElastiCache::ReplicationGroup": _key("KmsKeyId", flag="AtRestEncryptionEnabled"),
    "AWS::Elasticsearch::Domain": _key("EncryptionAtRestOptions.KmsKeyId", flag="EncryptionAtRestOptions.Enabled"),
    "AWS::Kinesis::Stream": _key("StreamEncryption.KeyId"),
    "AWS::KinesisFirehose::DeliveryStream": _key("DeliveryStreamEncryptionConfigurationInput.KeyARN"),
    "AWS::Lambda::Function": _key("KmsKeyArn", only_if="Environment.Variables"),
    "AWS::Neptune::DBCluster": _key("KmsKeyId", flag="StorageEncrypted"),
    "AWS::NeptuneGraph::Graph": _key("KmsKeyIdentifier"),
    "AWS::OpenSearchService::Domain": _key("EncryptionAtRestOptions.KmsKeyId", flag="EncryptionAtRestOptions.Enabled"),
    "AWS::RDS::DBCluster": _key("KmsKeyId", flag="StorageEncrypted"),
    "AWS::RDS::DBInstance": _key("KmsKeyId", flag="StorageEncrypted"),
    "AWS::RDS::GlobalCluster": _key(flag="StorageEncrypted"),
    "AWS::Redshift::Cluster": _key("KmsKeyId", flag="Encrypted"),
    "AWS::RedshiftServerless::Namespace": _key("KmsKeyId"),
    "AWS::SageMaker::Domain": _key("KmsKeyId"),
    "AWS::SageMaker::EndpointConfig": _key("KmsKeyId"),
    "AWS::SecretsManager::Secret": _key("KmsKeyId"),
}
"""Types that name their key in a way of their own. All others, known by resource_types.json, name it once."""

CHECKED_ELSEWHERE = {
    "AWS::AutoScaling::LaunchConfiguration",
    "AWS::DynamoDB::GlobalTable",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
    "AWS::ElastiCache::CacheCluster",
    "AWS::S3::Bucket",
}

NOTHING_AT_REST: dict[str, str] = {
    "AWS::AppConfig::Deployment": "the configuration is stored, and encrypted, elsewhere",
    "AWS::CodeBuild::ReportGroup": "reports lie in the bucket that it names",
    "AWS::Cognito::UserPool": "the key is for custom message senders; the directory is AWS's own",
    "AWS::Cognito::UserPoolRegionalConfigurationAttachment": "as the user pool",
    "AWS::Config::DeliveryChannel": "snapshots lie in the bucket that it names",
    "AWS::DataSync::LocationAzureBlob": "the key is for a credential that Secrets Manager keeps",
    "AWS::DataSync::LocationFSxONTAP": "the key is for a credential that Secrets Manager keeps",
    "AWS::DataSync::LocationFSxWindows": "the key is for a credential that Secrets Manager keeps",
    "AWS::DataSync::LocationHDFS": "the key is for a credential that Secrets Manager keeps",
    "AWS::DataSync::LocationObjectStorage": "the key is for a credential that Secrets Manager keeps",
    "AWS::DataSync::LocationSMB": "the key is for a credential that Secrets Manager keeps",
    "AWS::DMS::Endpoint": "it points at a store",
    "AWS::ECS::Cluster": "tasks keep nothing; Exec sessions go to the log group that it names",
    "AWS::ECS::Service": "tasks keep nothing",
    "AWS::Lambda::EventSourceMapping": "the key is for filter criteria",
    "AWS::Pipes::Pipe": "the key is for its configuration",
    "AWS::SES::ReceiptRule": "mail lies in the bucket that it names",
    "AWS::SecretsManager::RotationSchedule": "the secret names its key",
    "AWS::Scheduler::Schedule": "the key is for the constant input of its target",
    "AWS::SSM::ResourceDataSync": "data lies in the bucket that it names",
    "AWS::Synthetics::Canary": "artifacts lie in the bucket that it names",
    "AWS::Timestream::ScheduledQuery": "errors lie in the bucket that it names",
    "AWS::Timestream::Table": "the database names the key",
}
"""Types with a key that protects no data of their own, and why."""
