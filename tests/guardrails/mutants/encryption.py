"""It lies there in clear, or under somebody else's key."""

from tests.guardrails.mutation import Mutant, add, append, drop, linked, put, ref

KEY, BUCKET, TABLE = "AWS::KMS::Key", "AWS::S3::Bucket", "AWS::DynamoDB::GlobalTable"
RULE = "BucketEncryption.ServerSideEncryptionConfiguration.0.ServerSideEncryptionByDefault"
REFERENCE = ("reference",)
AT_REST, TYPES, BUCKETS, TABLES, DISKS, ASIDE = (
    "encryption.at-rest",
    "encryption.known-types",
    "encryption.buckets",
    "encryption.tables",
    "encryption.disks",
    "encryption.caches-and-copies",
)
ROTATE, WORK, CLOSED = "encryption.keys-rotate", "encryption.keys-work", "encryption.key-policies-closed"
EVERYBODY = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*"}


def unencrypted(name: str, kind: str, **properties: object) -> Mutant:
    """Somebody adds one without a key."""
    return Mutant(AT_REST, name, add("Added", kind, **properties))


MUTANTS = [
    Mutant(AT_REST, "a queue loses its key", drop("AWS::SQS::Queue", "KmsMasterKeyId")),
    Mutant(AT_REST, "a topic under AWS's key", put("AWS::SNS::Topic", "KmsMasterKeyId", "alias/aws/sns")),
    Mutant(AT_REST, "a log group loses its key", drop("AWS::Logs::LogGroup", "KmsKeyId")),
    Mutant(AT_REST, "the trail loses its key", drop("AWS::CloudTrail::Trail", "KMSKeyId")),
    Mutant(AT_REST, "a vault under AWS's key", put("AWS::Backup::BackupVault", "EncryptionKeyArn", "alias/aws/backup")),
    Mutant(AT_REST, "variables under AWS's key", drop("AWS::Lambda::Function", "KmsKeyArn", "Variables")),
    Mutant(AT_REST, "something else for a key", linked("Odd", "AWS::SNS::Topic", KmsMasterKeyId=ref(BUCKET))),
    unencrypted("a database", "AWS::RDS::DBInstance", Engine="mysql"),
    unencrypted("a cluster, said to be", "AWS::RDS::DBCluster", StorageEncrypted=True),
    unencrypted("a file system, said not to be", "AWS::EFS::FileSystem", Encrypted=False, KmsKeyId="alias/own"),
    unencrypted("a cache", "AWS::ElastiCache::ReplicationGroup", KmsKeyId="alias/own"),
    unencrypted("a stream", "AWS::Kinesis::Stream", ShardCount=1),
    unencrypted("a warehouse", "AWS::Redshift::Cluster", Encrypted=False),
    unencrypted("brokers", "AWS::MSK::Cluster", ClusterName="kafka"),
    unencrypted("a secret", "AWS::SecretsManager::Secret", GenerateSecretString={}),
    unencrypted("a repository", "AWS::ECR::Repository", EncryptionConfiguration={"EncryptionType": "AES256"}),
    unencrypted("a table", "AWS::DynamoDB::Table", SSESpecification={"SSEEnabled": True}),
    unencrypted("a ledger of a rare kind", "AWS::QLDB::Ledger", KmsKey="AWS_OWNED_KMS_KEY"),
    Mutant(
        AT_REST,
        "a search domain loses its key",
        drop("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions"),
        REFERENCE,
    ),
    Mutant(AT_REST, "documents are not encrypted", put("AWS::DocDB::DBCluster", "StorageEncrypted", False), REFERENCE),
    Mutant(TYPES, "a type that nobody knows", add("New", "AWS::Brandnew::Store")),
    Mutant(TYPES, "a type of somebody else", add("New", "Example::Database::Cluster")),
    Mutant(BUCKETS, "S3's own key", put(BUCKET, RULE, {"SSEAlgorithm": "AES256"}, "aws:kms")),
    Mutant(BUCKETS, "AWS's key", put(BUCKET, f"{RULE}.KMSMasterKeyID", "alias/aws/s3", "aws:kms")),
    Mutant(BUCKETS, "nothing said", drop(BUCKET, "BucketEncryption", "aws:kms")),
    Mutant(BUCKETS, "no key named", drop(BUCKET, f"{RULE}.KMSMasterKeyID", "aws:kms")),
    Mutant(BUCKETS, "nothing said of the target of logs", drop(BUCKET, "BucketEncryption", "AccessLogs")),
    Mutant(TABLES, "the specification is gone", drop(TABLE, "SSESpecification")),
    Mutant(TABLES, "off", put(TABLE, "SSESpecification.SSEEnabled", False)),
    Mutant(TABLES, "a replica without a key", drop(TABLE, "Replicas.0.SSESpecification")),
    Mutant(TABLES, "a replica in another region without a key", append(TABLE, "Replicas", {"Region": "us-west-2"})),
    Mutant(DISKS, "an instance says nothing", add("Host", "AWS::EC2::Instance", ImageId="ami-1")),
    Mutant(
        DISKS,
        "a template says no",
        add(
            "Hosts",
            "AWS::EC2::LaunchTemplate",
            LaunchTemplateData={"BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": False}}]},
        ),
    ),
    Mutant(
        DISKS,
        "encrypted, with AWS's key",
        add("Host", "AWS::EC2::Instance", BlockDeviceMappings=[{"Ebs": {"Encrypted": True}}]),
    ),
    Mutant(ASIDE, "answers cached in clear", put("AWS::ApiGateway::Stage", "MethodSettings.0.CachingEnabled", True)),
    Mutant(
        ASIDE, "artifacts in clear", add("Build", "AWS::CodeBuild::Project", Artifacts={"EncryptionDisabled": True})
    ),
    Mutant(ASIDE, "a single cache node", add("Node", "AWS::ElastiCache::CacheCluster", Engine="redis")),
    Mutant(ASIDE, "insights under AWS's key", add("Db", "AWS::RDS::DBInstance", EnablePerformanceInsights=True)),
    Mutant(ROTATE, "switched off", put(KEY, "EnableKeyRotation", False)),
    Mutant(ROTATE, "not said", drop(KEY, "EnableKeyRotation")),
    Mutant(ROTATE, "every seven years", put(KEY, "RotationPeriodInDays", 2560)),
    Mutant(WORK, "disabled", put(KEY, "Enabled", False)),
    Mutant(WORK, "gone in a week", put(KEY, "PendingWindowInDays", 7)),
    Mutant(CLOSED, "everybody decrypts", append(KEY, "KeyPolicy.Statement", EVERYBODY)),
    Mutant(
        CLOSED, "everybody, in another spelling", append(KEY, "KeyPolicy.Statement", {**EVERYBODY, "Principal": "*"})
    ),
    Mutant(
        CLOSED,
        "a condition that holds without its key",
        append(
            KEY,
            "KeyPolicy.Statement",
            {**EVERYBODY, "Condition": {"StringEqualsIfExists": {"kms:CallerAccount": "777788889999"}}},
        ),
    ),
    Mutant(
        CLOSED,
        "a condition that says how, not who",
        append(
            KEY,
            "KeyPolicy.Statement",
            {**EVERYBODY, "Condition": {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}}},
        ),
    ),
]
