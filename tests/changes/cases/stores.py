"""Stores of data: databases, tables, buckets, file systems, caches, streams, queues, keys."""

from tests.changes.cases import CFN, DELETION, DOCS, Case, kept, ref

# fmt: off
_KEYS = {"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}
_OTHER_KEYS = {"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}
_DB, _CLUSTER, _TABLE, _GLOBAL = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"
_BUCKET, _CACHE, _EFS, _QUEUE, _KEY = "AWS::S3::Bucket", "AWS::ElastiCache::ReplicationGroup", "AWS::EFS::FileSystem", "AWS::SQS::Queue", "AWS::KMS::Key"
_RDS_GUIDE = f"{DOCS}/AmazonRDS/latest/UserGuide"
_S3_GUIDE = f"{DOCS}/AmazonS3/latest/userguide"
_DYNAMODB = f"{DOCS}/amazondynamodb/latest/developerguide"


def _index(name: str, key: str) -> dict[str, object]:
    return {"IndexName": name, "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}


def _replica(region: str, **more: object) -> dict[str, object]:
    return {"Region": region, **more}


def _rules(**rule: object) -> dict[str, object]:
    return {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", **rule}]}}


def _sse(algorithm: str, **more: object) -> dict[str, object]:
    return {"BucketEncryption": {"ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm, **more}}]}}


CASES = (
    # Aurora and RDS
    Case("engine of a cluster changes", _CLUSTER, {"Engine": "aurora-mysql"}, {"Engine": "aurora-postgresql"}, "MAY_REPLACE", "critical", "schema: conditionalCreateOnlyProperties/Engine"),
    Case("engine of an instance changes", _DB, {"Engine": "mysql"}, {"Engine": "postgres"}, "MAY_REPLACE", "critical", "schema: conditionalCreateOnlyProperties/Engine"),
    Case("key of a cluster changes", _CLUSTER, {"Engine": "aurora-postgresql", "KmsKeyId": "a"}, {"Engine": "aurora-postgresql", "KmsKeyId": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/KmsKeyId"),
    Case("a cluster that is kept is replaced all the same", _CLUSTER, kept(KmsKeyId="a"), kept(KmsKeyId="b"), "REPLACE", "critical", "schema: createOnlyProperties/KmsKeyId"),
    Case("storage encryption is switched on", _DB, {"Engine": "postgres"}, {"Engine": "postgres", "StorageEncrypted": True}, "REPLACE", "critical", "schema: createOnlyProperties/StorageEncrypted"),
    Case("subnet group of a cluster is another one", _CLUSTER, {"DBSubnetGroupName": "a"}, {"DBSubnetGroupName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/DBSubnetGroupName"),
    Case("name of the first database changes", _CLUSTER, {"DatabaseName": "a"}, {"DatabaseName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/DatabaseName"),
    Case("minor engine version rises", _CLUSTER, {"EngineVersion": "16.4"}, {"EngineVersion": "16.6"}, "UPDATE", "low", f"{_RDS_GUIDE}/USER_UpgradeDBInstance.Upgrading.html"),
    Case("major engine version of a cluster rises", _CLUSTER, {"EngineVersion": "15.4"}, {"EngineVersion": "16.1"}, "UPDATE", "high", f"{_RDS_GUIDE}/USER_UpgradeDBInstance.Upgrading.html"),
    Case("major upgrade is not allowed", _DB, {"EngineVersion": "15.4"}, {"EngineVersion": "16.1"}, "UPDATE", "critical", f"{_RDS_GUIDE}/USER_UpgradeDBInstance.Upgrading.html"),
    Case("engine version sinks", _DB, {"EngineVersion": "16.4"}, {"EngineVersion": "16.2"}, "UPDATE", "critical", f"{_RDS_GUIDE}/USER_UpgradeDBInstance.Upgrading.html"),
    Case("storage of an instance shrinks", _DB, {"AllocatedStorage": "100"}, {"AllocatedStorage": "50"}, "UPDATE", "critical", f"{_RDS_GUIDE}/USER_PIOPS.ModifyingExisting.html"),
    Case("instance class grows", _DB, {"DBInstanceClass": "db.t4g.medium"}, {"DBInstanceClass": "db.t4g.large"}, "UPDATE", "low", f"{_RDS_GUIDE}/Overview.DBInstance.Modifying.html"),
    Case("a member of a cluster is removed", _DB, {"DBClusterIdentifier": "c"}, None, "DESTROY", "medium", f"{DOCS}/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.StorageReliability.html"),
    Case("an instance without policy is removed", _DB, {"Engine": "postgres"}, None, "DESTROY_SNAPSHOT", "critical", DELETION),
    Case("a cluster is removed after a snapshot", _CLUSTER, {"@DeletionPolicy": "Snapshot"}, None, "DESTROY_SNAPSHOT", "critical", DELETION),
    Case("deletion protection of a cluster goes", _CLUSTER, {"DeletionProtection": True}, {"DeletionProtection": False}, "UPDATE", "critical", f"{_RDS_GUIDE}/USER_DeleteCluster.html"),
    Case("backups are kept for less time", _CLUSTER, {"BackupRetentionPeriod": 35}, {"BackupRetentionPeriod": 7}, "UPDATE", "critical", f"{_RDS_GUIDE}/USER_WorkingWithAutomatedBackups.BackupRetention.html"),
    Case("backups are kept for longer", _CLUSTER, {"BackupRetentionPeriod": 7}, {"BackupRetentionPeriod": 35}, "UPDATE", "low", f"{_RDS_GUIDE}/USER_WorkingWithAutomatedBackups.BackupRetention.html"),
    Case("log exports of a cluster go", _CLUSTER, {"EnableCloudwatchLogsExports": ["postgresql", "upgrade"]}, {"EnableCloudwatchLogsExports": ["postgresql"]}, "UPDATE", "high", f"{_RDS_GUIDE}/USER_LogAccess.Procedural.UploadtoCloudWatch.html"),
    Case("an instance becomes public", _DB, {"PubliclyAccessible": False}, {"PubliclyAccessible": True}, "UPDATE", "high", f"{_RDS_GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html"),
    Case("an instance stands in one zone", _DB, {"MultiAZ": True}, {"MultiAZ": False}, "MAY_REPLACE", "critical", "schema: conditionalCreateOnlyProperties/MultiAZ"),
    Case("the port of an instance changes", _DB, {"Port": "5432"}, {"Port": "6432"}, "MAY_REPLACE", "critical", "spec: Port"),
    Case("TLS is no longer forced", "AWS::RDS::DBClusterParameterGroup", {"Parameters": {"rds.force_ssl": "1"}}, {"Parameters": {"rds.force_ssl": "0"}}, "UPDATE", "high", f"{_RDS_GUIDE}/PostgreSQL.Concepts.General.SSL.html"),
    Case("a proxy no longer asks for TLS", "AWS::RDS::DBProxy", {"RequireTLS": True}, {"RequireTLS": False}, "UPDATE", "high", f"{_RDS_GUIDE}/rds-proxy.howitworks.html"),
    Case("capacity of a cluster changes", _CLUSTER, {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 2}}, {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0.5, "MaxCapacity": 4}}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-rds-dbcluster.html"),
    Case("a DocumentDB cluster gets another key", "AWS::DocDB::DBCluster", {"KmsKeyId": "a"}, {"KmsKeyId": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/KmsKeyId"),
    # DynamoDB
    Case("key of a table changes", _TABLE, _KEYS, _OTHER_KEYS, "MAY_REPLACE", "critical", "schema: conditionalCreateOnlyProperties/KeySchema"),
    Case("key of a global table changes", _GLOBAL, _KEYS, _OTHER_KEYS, "MAY_REPLACE", "critical", "spec: KeySchema"),
    Case("name of a table changes", _TABLE, {**_KEYS, "TableName": "a"}, {**_KEYS, "TableName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/TableName"),
    Case("key of a named table changes: the name is taken", _TABLE, {**_KEYS, "TableName": "a"}, {**_OTHER_KEYS, "TableName": "a"}, "MAY_REPLACE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html"),
    Case("a table gets a local index", _TABLE, _KEYS, {**_KEYS, "LocalSecondaryIndexes": [_index("l", "pk")]}, "MAY_REPLACE", "critical", f"{_DYNAMODB}/LSI.html"),
    Case("a table gets one global index", _TABLE, _KEYS, {**_KEYS, "GlobalSecondaryIndexes": [_index("a", "x")]}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-dynamodb-table.html"),
    Case("a table gets two global indexes at once", _TABLE, _KEYS, {**_KEYS, "GlobalSecondaryIndexes": [_index("a", "x"), _index("b", "y")]}, "UPDATE", "critical", f"{CFN}/TemplateReference/aws-resource-dynamodb-table.html"),
    Case("a global index gets another key", _TABLE, {"GlobalSecondaryIndexes": [_index("a", "x")]}, {"GlobalSecondaryIndexes": [_index("a", "y")]}, "UPDATE", "critical", f"{CFN}/TemplateReference/aws-resource-dynamodb-table.html"),
    Case("a global index goes", _TABLE, {"GlobalSecondaryIndexes": [_index("a", "x"), _index("b", "y")]}, {"GlobalSecondaryIndexes": [_index("a", "x")]}, "UPDATE", "medium", f"{CFN}/TemplateReference/aws-resource-dynamodb-table.html"),
    Case("a global index of a global table gets another key", _GLOBAL, {"GlobalSecondaryIndexes": [_index("a", "x")]}, {"GlobalSecondaryIndexes": [_index("a", "y")]}, "MAY_REPLACE", "critical", "spec: GlobalSecondaryIndexes/*/KeySchema/*/AttributeName"),
    Case("items begin to expire", _TABLE, {}, {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}, "UPDATE", "high", f"{_DYNAMODB}/TTL.html"),
    Case("items no longer expire", _TABLE, {"TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True}}, {}, "UPDATE", "low", f"{_DYNAMODB}/TTL.html"),
    Case("a replica goes", _GLOBAL, {"Replicas": [_replica("eu-west-1"), _replica("us-east-1")]}, {"Replicas": [_replica("eu-west-1")]}, "UPDATE", "critical", f"{_DYNAMODB}/V2globaltables_HowItWorks.html"),
    Case("a replica comes", _GLOBAL, {"Replicas": [_replica("eu-west-1")]}, {"Replicas": [_replica("eu-west-1"), _replica("us-east-1")]}, "UPDATE", "low", f"{_DYNAMODB}/V2globaltables_HowItWorks.html"),
    Case("point-in-time recovery of a replica goes", _GLOBAL, {"Replicas": [_replica("eu-west-1", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})]}, {"Replicas": [_replica("eu-west-1")]}, "UPDATE", "critical", f"{_DYNAMODB}/PointInTimeRecovery_Howitworks.html"),
    Case("point-in-time recovery goes", _TABLE, {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}, {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False}}, "UPDATE", "critical", f"{_DYNAMODB}/PointInTimeRecovery_Howitworks.html"),
    Case("point-in-time recovery reaches back less far", _TABLE, {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True}}, {"PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}}, "UPDATE", "critical", f"{_DYNAMODB}/PointInTimeRecovery_Howitworks.html"),
    Case("deletion protection of a table goes", _TABLE, {"DeletionProtectionEnabled": True}, {}, "UPDATE", "critical", f"{_DYNAMODB}/WorkingWithTables.Basics.html"),
    Case("a table's own key goes", _TABLE, {"SSESpecification": {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": "k"}}, {}, "UPDATE", "critical", f"{_DYNAMODB}/EncryptionAtRest.html"),
    Case("a table is paid by use", _TABLE, {"BillingMode": "PROVISIONED"}, {"BillingMode": "PAY_PER_REQUEST"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-dynamodb-table.html"),
    Case("a retained table is removed", _TABLE, kept(), None, "RETAIN", "medium", DELETION),
    Case("a table is removed", _TABLE, {"@DeletionPolicy": "Delete"}, None, "DESTROY", "critical", DELETION),
    Case("a table's name goes to a new global table", _GLOBAL, None, {"TableName": "orders"}, "CREATE", "critical", f"{CFN}/TemplateReference/aws-properties-name.html", only_before={"T": {"Type": _TABLE, "Properties": {"TableName": "orders"}}}),
    Case("a new table has a name of its own", _TABLE, None, {"TableName": "mails"}, "CREATE", "low", f"{CFN}/TemplateReference/aws-properties-name.html", others={"T": {"Type": _TABLE, "Properties": {"TableName": "orders"}}}),
    Case("deletion policy of a table weakens", _TABLE, {"@DeletionPolicy": "Retain"}, {"@DeletionPolicy": "Delete"}, "UPDATE", "critical", DELETION),
    Case("deletion policy of a table strengthens", _TABLE, {"@DeletionPolicy": "Delete"}, {"@DeletionPolicy": "Retain"}, "UPDATE", "low", DELETION),
    Case("a table becomes a global table", _TABLE, _KEYS, {**_KEYS, "@Type": _GLOBAL}, "REPLACE", "critical", f"{CFN}/UserGuide/using-cfn-updating-stacks-update-behaviors.html"),
    # S3
    Case("name of a bucket changes", _BUCKET, {"BucketName": "a"}, {"BucketName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/BucketName"),
    Case("versioning is suspended", _BUCKET, {"VersioningConfiguration": {"Status": "Enabled"}}, {"VersioningConfiguration": {"Status": "Suspended"}}, "UPDATE", "critical", f"{_S3_GUIDE}/Versioning.html"),
    Case("versioning is left out", _BUCKET, {"VersioningConfiguration": {"Status": "Enabled"}}, {}, "UPDATE", "critical", f"{_S3_GUIDE}/Versioning.html"),
    Case("versioning is switched on", _BUCKET, {}, {"VersioningConfiguration": {"Status": "Enabled"}}, "UPDATE", "low", f"{_S3_GUIDE}/Versioning.html"),
    Case("objects expire sooner", _BUCKET, _rules(ExpirationInDays=365), _rules(ExpirationInDays=30), "UPDATE", "critical", f"{_S3_GUIDE}/lifecycle-expire-general-considerations.html"),
    Case("objects expire later", _BUCKET, _rules(ExpirationInDays=30), _rules(ExpirationInDays=365), "UPDATE", "low", f"{_S3_GUIDE}/lifecycle-expire-general-considerations.html"),
    Case("objects begin to expire", _BUCKET, {}, _rules(ExpirationInDays=30), "UPDATE", "critical", f"{_S3_GUIDE}/lifecycle-expire-general-considerations.html"),
    Case("one of two unnamed rules goes", _BUCKET, {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 365}, {"Status": "Enabled", "ExpirationInDays": 30}]}}, {"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30}]}}, "UPDATE", "low", f"{_S3_GUIDE}/lifecycle-expire-general-considerations.html"),
    Case("object lock goes", _BUCKET, {"ObjectLockEnabled": True, "ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}}}}, {"ObjectLockEnabled": True}, "UPDATE", "critical", f"{_S3_GUIDE}/object-lock.html"),
    Case("object lock gets shorter", _BUCKET, {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 30}}}}, {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}}}, "UPDATE", "critical", f"{_S3_GUIDE}/object-lock.html"),
    Case("a bucket's own key goes", _BUCKET, _sse("aws:kms", KMSMasterKeyID="k"), _sse("AES256"), "UPDATE", "critical", f"{_S3_GUIDE}/UsingKMSEncryption.html"),
    Case("encryption of a bucket is left out", _BUCKET, _sse("aws:kms", KMSMasterKeyID="k"), {}, "UPDATE", "critical", f"{_S3_GUIDE}/UsingKMSEncryption.html"),
    Case("a bucket gets another key", _BUCKET, _sse("aws:kms", KMSMasterKeyID="a"), _sse("aws:kms", KMSMasterKeyID="b"), "UPDATE", "low", f"{_S3_GUIDE}/UsingKMSEncryption.html"),
    Case("public access is no longer blocked", _BUCKET, {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True}}, {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": False}}, "UPDATE", "high", f"{_S3_GUIDE}/access-control-block-public-access.html"),
    Case("a bucket is readable for everybody", _BUCKET, {}, {"AccessControl": "PublicRead"}, "UPDATE", "high", f"{_S3_GUIDE}/acl-overview.html"),
    Case("access logs of a bucket go", _BUCKET, {"LoggingConfiguration": {"DestinationBucketName": "logs", "LogFilePrefix": "p"}}, {}, "UPDATE", "high", f"{_S3_GUIDE}/ServerLogs.html"),
    Case("replication of a bucket goes", _BUCKET, {"ReplicationConfiguration": {"Role": "r", "Rules": [{"Id": "all", "Status": "Enabled", "Destination": {"Bucket": "b"}}]}}, {}, "UPDATE", "critical", f"{_S3_GUIDE}/replication.html"),
    Case("a bucket gets a tag", _BUCKET, {"Tags": [{"Key": "a", "Value": "1"}]}, {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]}, "UPDATE", "low", "schema: tagging/tagUpdatable"),
    Case("a bucket is emptied before it goes", "Custom::S3AutoDeleteObjects", None, {"ServiceToken": "f", "BucketName": ref("B")}, "CREATE", "critical", "https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_s3.Bucket.html", others={"B": {"Type": _BUCKET, "Properties": {}}}),
    Case("a bucket is removed", _BUCKET, {"@DeletionPolicy": "Delete"}, None, "DESTROY", "critical", DELETION),
    # EFS, ElastiCache, OpenSearch, Kinesis, MSK
    Case("encryption of a file system changes", _EFS, {"Encrypted": False}, {"Encrypted": True}, "REPLACE", "critical", "schema: createOnlyProperties/Encrypted"),
    Case("performance mode of a file system changes", _EFS, {"PerformanceMode": "generalPurpose"}, {"PerformanceMode": "maxIO"}, "REPLACE", "critical", "schema: createOnlyProperties/PerformanceMode"),
    Case("throughput mode of a file system changes", _EFS, {"ThroughputMode": "bursting"}, {"ThroughputMode": "elastic"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-efs-filesystem.html"),
    Case("automatic backups of a file system go", _EFS, {"BackupPolicy": {"Status": "ENABLED"}}, {"BackupPolicy": {"Status": "DISABLED"}}, "UPDATE", "critical", f"{DOCS}/efs/latest/ug/awsbackup.html"),
    Case("path of an access point changes", "AWS::EFS::AccessPoint", {"FileSystemId": "fs", "RootDirectory": {"Path": "/a"}}, {"FileSystemId": "fs", "RootDirectory": {"Path": "/b"}}, "REPLACE", "medium", "schema: createOnlyProperties/RootDirectory"),
    Case("engine of a cache changes", _CACHE, {"Engine": "redis"}, {"Engine": "valkey"}, "MAY_REPLACE", "critical", "spec: Engine"),
    Case("at-rest encryption of a cache changes", _CACHE, {"AtRestEncryptionEnabled": False}, {"AtRestEncryptionEnabled": True}, "REPLACE", "critical", "schema: createOnlyProperties/AtRestEncryptionEnabled"),
    Case("subnet group of a cache is another one", _CACHE, {"CacheSubnetGroupName": "a"}, {"CacheSubnetGroupName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/CacheSubnetGroupName"),
    Case("transit encryption of a cache goes", _CACHE, {"TransitEncryptionEnabled": True}, {"TransitEncryptionEnabled": False}, "UPDATE", "high", f"{DOCS}/AmazonElastiCache/latest/dg/in-transit-encryption.html"),
    Case("snapshots of a cache are kept for less time", _CACHE, {"SnapshotRetentionLimit": 15}, {"SnapshotRetentionLimit": 1}, "UPDATE", "critical", f"{DOCS}/AmazonElastiCache/latest/dg/backups-automatic.html"),
    Case("a cache no longer fails over", _CACHE, {"AutomaticFailoverEnabled": True}, {"AutomaticFailoverEnabled": False}, "UPDATE", "high", f"{DOCS}/AmazonElastiCache/latest/dg/AutoFailover.html"),
    Case("a cache is removed after a snapshot", _CACHE, {"@DeletionPolicy": "Snapshot"}, None, "DESTROY_SNAPSHOT", "critical", DELETION),
    Case("key of a serverless cache changes", "AWS::ElastiCache::ServerlessCache", {"Engine": "valkey", "KmsKeyId": "a"}, {"Engine": "valkey", "KmsKeyId": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/KmsKeyId"),
    Case("key of a search domain changes", "AWS::OpenSearchService::Domain", {"EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": "a"}}, {"EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": "b"}}, "MAY_REPLACE", "critical", "schema: conditionalCreateOnlyProperties/EncryptionAtRestOptions/KmsKeyId"),
    Case("a search domain leaves the VPC", "AWS::OpenSearchService::Domain", {"VPCOptions": {"SubnetIds": ["a"]}}, {}, "MAY_REPLACE", "critical", f"{DOCS}/opensearch-service/latest/developerguide/vpc.html"),
    Case("a stream keeps records for less time", "AWS::Kinesis::Stream", {"RetentionPeriodHours": 168}, {"RetentionPeriodHours": 24}, "UPDATE", "critical", f"{DOCS}/streams/latest/dev/kinesis-extended-retention.html"),
    Case("name of a stream changes", "AWS::Kinesis::Stream", {"Name": "a"}, {"Name": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/Name"),
    Case("brokers stand in other subnets", "AWS::MSK::Cluster", {"BrokerNodeGroupInfo": {"ClientSubnets": ["a", "b"]}}, {"BrokerNodeGroupInfo": {"ClientSubnets": ["a", "c"]}}, "REPLACE", "critical", "schema: createOnlyProperties/BrokerNodeGroupInfo/ClientSubnets"),
    # Queues, topics, keys, secrets, images, users
    Case("a queue becomes first-in-first-out", _QUEUE, {}, {"FifoQueue": True, "QueueName": "q.fifo"}, "REPLACE", "critical", "schema: createOnlyProperties/FifoQueue"),
    Case("visibility of a queue changes", _QUEUE, {"VisibilityTimeout": 30}, {"VisibilityTimeout": 300}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-sqs-queue.html"),
    Case("a queue keeps messages for less time", _QUEUE, {"MessageRetentionPeriod": 1209600}, {"MessageRetentionPeriod": 60}, "UPDATE", "critical", f"{CFN}/TemplateReference/aws-resource-sqs-queue.html"),
    Case("a queue loses its dead-letter queue", _QUEUE, {"RedrivePolicy": {"deadLetterTargetArn": "d", "maxReceiveCount": 3}}, {}, "UPDATE", "high", f"{DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html"),
    Case("a queue's own key goes", _QUEUE, {"KmsMasterKeyId": "k"}, {}, "UPDATE", "critical", f"{DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"),
    Case("a queue's own key gives way to one of AWS", _QUEUE, {"KmsMasterKeyId": "k"}, {"KmsMasterKeyId": "alias/aws/sqs"}, "UPDATE", "high", f"{DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"),
    Case("a queue gets a key of its own", _QUEUE, {"KmsMasterKeyId": "alias/aws/sqs"}, {"KmsMasterKeyId": "k"}, "UPDATE", "low", f"{DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html"),
    Case("a topic's own key goes", "AWS::SNS::Topic", {"KmsMasterKeyId": "k"}, {}, "UPDATE", "high", f"{DOCS}/sns/latest/dg/sns-server-side-encryption.html"),
    Case("a topic becomes first-in-first-out", "AWS::SNS::Topic", {}, {"FifoTopic": True}, "REPLACE", "medium", "schema: createOnlyProperties/FifoTopic"),
    Case("a key gets another purpose", _KEY, {"KeyUsage": "ENCRYPT_DECRYPT"}, {"KeyUsage": "SIGN_VERIFY"}, "UPDATE", "critical", f"{CFN}/TemplateReference/aws-resource-kms-key.html"),
    Case("a key's default is written out", _KEY, {}, {"KeySpec": "SYMMETRIC_DEFAULT"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-kms-key.html"),
    Case("a key no longer rotates", _KEY, {"EnableKeyRotation": True}, {"EnableKeyRotation": False}, "UPDATE", "high", f"{DOCS}/kms/latest/developerguide/rotate-keys.html"),
    Case("a key is disabled", _KEY, {"Enabled": True}, {"Enabled": False}, "UPDATE", "critical", f"{DOCS}/kms/latest/developerguide/enabling-keys.html"),
    Case("a key is removed", _KEY, {"@DeletionPolicy": "Delete"}, None, "DESTROY", "critical", f"{DOCS}/kms/latest/developerguide/deleting-keys.html"),
    Case("an alias gets another name", "AWS::KMS::Alias", {"AliasName": "alias/a", "TargetKeyId": "k"}, {"AliasName": "alias/b", "TargetKeyId": "k"}, "REPLACE", "medium", "schema: createOnlyProperties/AliasName"),
    Case("name of a secret changes", "AWS::SecretsManager::Secret", {"Name": "a"}, {"Name": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/Name"),
    Case("a secret is generated anew", "AWS::SecretsManager::Secret", {"GenerateSecretString": {"PasswordLength": 20}}, {"GenerateSecretString": {"PasswordLength": 40}}, "UPDATE", "high", f"{CFN}/TemplateReference/aws-resource-secretsmanager-secret.html"),
    Case("rotation of a secret goes", "AWS::SecretsManager::RotationSchedule", {"SecretId": "s"}, None, "DESTROY", "high", f"{DOCS}/secretsmanager/latest/userguide/rotating-secrets.html"),
    Case("name of a parameter changes", "AWS::SSM::Parameter", {"Name": "/a", "Type": "String", "Value": "1"}, {"Name": "/b", "Type": "String", "Value": "1"}, "REPLACE", "medium", "schema: createOnlyProperties/Name"),
    Case("value of a parameter changes", "AWS::SSM::Parameter", {"Type": "String", "Value": "1"}, {"Type": "String", "Value": "2"}, "UPDATE", "low", f"{CFN}/TemplateReference/aws-resource-ssm-parameter.html"),
    Case("key of an image repository changes", "AWS::ECR::Repository", {"EncryptionConfiguration": {"EncryptionType": "AES256"}}, {"EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "k"}}, "REPLACE", "critical", "schema: createOnlyProperties/EncryptionConfiguration"),
    Case("tags of images can be given again", "AWS::ECR::Repository", {"ImageTagMutability": "IMMUTABLE"}, {"ImageTagMutability": "MUTABLE"}, "UPDATE", "high", f"{DOCS}/AmazonECR/latest/userguide/image-tag-mutability.html"),
    Case("aliases of a user pool change", "AWS::Cognito::UserPool", {"AliasAttributes": ["email"]}, {"AliasAttributes": ["email", "phone_number"]}, "UPDATE", "critical", f"{DOCS}/cognito/latest/developerguide/cognito-user-pool-updating.html"),
    Case("an attribute of users is removed", "AWS::Cognito::UserPool", {"Schema": [{"Name": "tenant", "Mutable": True}, {"Name": "team", "Mutable": True}]}, {"Schema": [{"Name": "tenant", "Mutable": True}]}, "UPDATE", "critical", f"{DOCS}/cognito/latest/developerguide/cognito-user-pool-updating.html"),
    Case("an attribute of users is added", "AWS::Cognito::UserPool", {"Schema": [{"Name": "tenant", "Mutable": True}]}, {"Schema": [{"Name": "tenant", "Mutable": True}, {"Name": "team", "Mutable": True}]}, "UPDATE", "low", f"{DOCS}/cognito/latest/developerguide/user-pool-settings-attributes.html"),
    Case("deletion protection of a user pool goes", "AWS::Cognito::UserPool", {"DeletionProtection": "ACTIVE"}, {"DeletionProtection": "INACTIVE"}, "UPDATE", "critical", f"{DOCS}/cognito/latest/developerguide/user-pool-settings-deletion-protection.html"),
    Case("a second factor is no longer asked for", "AWS::Cognito::UserPool", {"MfaConfiguration": "ON"}, {"MfaConfiguration": "OPTIONAL"}, "UPDATE", "high", f"{DOCS}/cognito/latest/developerguide/user-pool-settings-mfa.html"),
    Case("a client gets a secret", "AWS::Cognito::UserPoolClient", {"UserPoolId": "p"}, {"UserPoolId": "p", "GenerateSecret": True}, "REPLACE", "medium", "schema: createOnlyProperties/GenerateSecret"),
    # Logs
    Case("name of a log group changes", "AWS::Logs::LogGroup", {"LogGroupName": "a"}, {"LogGroupName": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/LogGroupName"),
    Case("name of a retained log group changes", "AWS::Logs::LogGroup", kept(LogGroupName="a"), kept(LogGroupName="b"), "REPLACE", "medium", "schema: createOnlyProperties/LogGroupName"),
    Case("logs are kept for less time", "AWS::Logs::LogGroup", {"RetentionInDays": 365}, {"RetentionInDays": 7}, "UPDATE", "critical", f"{DOCS}/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"),
    Case("class of a log group changes", "AWS::Logs::LogGroup", {}, {"LogGroupClass": "INFREQUENT_ACCESS"}, "UPDATE", "critical", f"{DOCS}/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html"),
    Case("logs were kept for ever", "AWS::Logs::LogGroup", {}, {"RetentionInDays": 365}, "UPDATE", "critical", f"{DOCS}/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"),
    Case("logs are kept for longer", "AWS::Logs::LogGroup", {"RetentionInDays": 7}, {"RetentionInDays": 365}, "UPDATE", "low", f"{DOCS}/AmazonCloudWatch/latest/logs/Working-with-log-groups-and-streams.html"),
    # Backups
    Case("recovery points are deleted sooner", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanName": "p", "BackupPlanRule": [{"RuleName": "daily", "Lifecycle": {"DeleteAfterDays": 35}}]}}, {"BackupPlan": {"BackupPlanName": "p", "BackupPlanRule": [{"RuleName": "daily", "Lifecycle": {"DeleteAfterDays": 7}}]}}, "UPDATE", "critical", f"{DOCS}/aws-backup/latest/devguide/creating-a-backup-plan.html"),
    Case("a backup rule goes", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanRule": [{"RuleName": "daily"}, {"RuleName": "weekly"}]}}, {"BackupPlan": {"BackupPlanRule": [{"RuleName": "daily"}]}}, "UPDATE", "critical", f"{DOCS}/aws-backup/latest/devguide/creating-a-backup-plan.html"),
    Case("a backup plan goes", "AWS::Backup::BackupPlan", {"BackupPlan": {"BackupPlanName": "p"}}, None, "DESTROY", "critical", f"{DOCS}/aws-backup/latest/devguide/creating-a-backup-plan.html"),
    Case("the lock of a vault goes", "AWS::Backup::BackupVault", {"BackupVaultName": "v", "LockConfiguration": {"MinRetentionDays": 7}}, {"BackupVaultName": "v"}, "UPDATE", "critical", f"{DOCS}/aws-backup/latest/devguide/vault-lock.html"),
    Case("key of a vault changes", "AWS::Backup::BackupVault", {"BackupVaultName": "v", "EncryptionKeyArn": "a"}, {"BackupVaultName": "w", "EncryptionKeyArn": "b"}, "REPLACE", "critical", "schema: createOnlyProperties/EncryptionKeyArn"),
    Case("a table loses the tag that has it backed up", _TABLE, {"Tags": [{"Key": "backup", "Value": "yes"}]}, {}, "UPDATE", "critical", f"{DOCS}/aws-backup/latest/devguide/assigning-resources.html",
         others={"Plan": {"Type": "AWS::Backup::BackupPlan", "Properties": {}}, "Selection": {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupPlanId": ref("Plan"), "BackupSelection": {"SelectionName": "s", "ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "yes"}]}}}}),
)
