"""Rows about data: what protects it from loss, for how long it is kept, with whose key it is encrypted."""

from infra.assembly import targets_in
from infra.changes.model import Reason, Severity
from infra.changes.rules.table import (
    FOREVER,
    Row,
    apply,
    becomes,
    came,
    gone,
    leaves,
    less,
    major_up,
    off,
    on,
    other,
    shrinks,
    swapped,
    to_managed,
)
from infra.changes.stateful import is_stateful
from infra.changes.values import label
from infra.changes.world import World

FAMILIES = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html"
CRITICAL, HIGH, MEDIUM = Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM
#: Custom resources of CDK that empty a store, so that it can be deleted.
_EMPTIERS = ("Custom::ECRAutoDeleteImages", "Custom::S3AutoDeleteObjects")
_KEY = "Its own encryption key goes"
_SHORTER = "What it keeps is deleted sooner"
_UNPROTECTED = "Deletion protection goes"
_ENCRYPTION = "Encryption goes"
_SSE = "BucketEncryption/ServerSideEncryptionConfiguration"

ROWS = (
    Row("*", "DeletionProtection", leaves("true", "ACTIVE"), _UNPROTECTED, HIGH, CRITICAL),
    Row("*", "DeletionProtectionEnabled", off, _UNPROTECTED, HIGH, CRITICAL),
    Row("AWS::DynamoDB::GlobalTable", "Replicas/*/DeletionProtectionEnabled", off, _UNPROTECTED, CRITICAL),
    Row("AWS::Cognito::UserPool", "DeletionProtection", leaves("ACTIVE"), _UNPROTECTED, CRITICAL),
    Row("AWS::ElasticLoadBalancingV2::LoadBalancer", "LoadBalancerAttributes/deletion_protection.enabled/Value", off,
        _UNPROTECTED, HIGH),
    Row("AWS::EC2::Instance", "DisableApiTermination", off, _UNPROTECTED, HIGH),
    Row("AWS::EFS::FileSystem", "BackupPolicy/Status", leaves("ENABLED"), "Automatic backups go", CRITICAL),
    Row("AWS::EFS::FileSystem", "FileSystemProtection/ReplicationOverwriteProtection", leaves("ENABLED"),
        "Protection from being overwritten goes", CRITICAL),
    Row("AWS::EFS::FileSystem", "ReplicationConfiguration", gone, "Replication goes", CRITICAL),
    # How long it is kept
    Row("AWS::RDS::*", "BackupRetentionPeriod", less(1), "Backups are kept for less time", CRITICAL),
    Row("AWS::RDS::DBCluster", "BacktrackWindow", less(0), "It can go back less far", CRITICAL),
    Row("AWS::RDS::*", "DeleteAutomatedBackups", on, "Backups go with the database", CRITICAL),
    Row("AWS::DocDB::*", "BackupRetentionPeriod", less(1), "Backups are kept for less time", CRITICAL),
    Row("AWS::Neptune::*", "BackupRetentionPeriod", less(1), "Backups are kept for less time", CRITICAL),
    Row("AWS::ElastiCache::*", "SnapshotRetentionLimit", less(0), "Snapshots are kept for less time", CRITICAL),
    Row("AWS::MemoryDB::Cluster", "SnapshotRetentionLimit", less(0), "Snapshots are kept for less time", CRITICAL),
    Row("AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod", less(1), "Snapshots are kept for less time",
        CRITICAL),
    Row("AWS::FSx::*", "*/AutomaticBackupRetentionDays", less(0), "Backups are kept for less time", CRITICAL),
    Row("AWS::DynamoDB::*", "PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", off,
        "Point-in-time recovery goes", CRITICAL),
    Row("AWS::DynamoDB::*", "PointInTimeRecoverySpecification/RecoveryPeriodInDays", less(35),
        "Point-in-time recovery reaches back less far", CRITICAL),
    Row("AWS::DynamoDB::*", "Replicas/*/PointInTimeRecoverySpecification/PointInTimeRecoveryEnabled", off,
        "Point-in-time recovery goes", CRITICAL),
    Row("AWS::DynamoDB::*", "Replicas/*/PointInTimeRecoverySpecification/RecoveryPeriodInDays", less(35),
        "Point-in-time recovery reaches back less far", CRITICAL),
    Row("AWS::DynamoDB::GlobalTable", "Replicas/*", gone, "The replica is deleted, with its data there", CRITICAL),
    Row("AWS::DynamoDB::*", "TimeToLiveSpecification/Enabled", on, "Items begin to expire", HIGH),
    Row("AWS::DynamoDB::*", "TimeToLiveSpecification/AttributeName", swapped, "Another attribute says when items go",
        HIGH),
    Row("AWS::DynamoDB::*", "GlobalSecondaryIndexes/*", gone, "The index goes: its queries fail", MEDIUM),
    Row("AWS::DynamoDB::*", "StreamSpecification/StreamViewType", gone, "The stream goes, with unread records", MEDIUM),
    Row("AWS::Kinesis::Stream", "RetentionPeriodHours", less(24), _SHORTER, CRITICAL),
    Row("AWS::SQS::Queue", "MessageRetentionPeriod", less(345_600), _SHORTER, CRITICAL),
    Row("AWS::Logs::LogGroup", "RetentionInDays", less(FOREVER), _SHORTER, CRITICAL),
    Row("AWS::Logs::LogGroup", "DataProtectionPolicy", gone, "Personal data is no longer masked", HIGH),
    Row("AWS::Events::Archive", "RetentionDays", less(FOREVER), _SHORTER, CRITICAL),
    Row("AWS::CloudTrail::EventDataStore", "RetentionPeriod", less(2_557), _SHORTER, CRITICAL),
    Row("AWS::CloudTrail::EventDataStore", "TerminationProtectionEnabled", off, _UNPROTECTED, CRITICAL),
    Row("AWS::MSK::Cluster", "BrokerNodeGroupInfo/StorageInfo/EBSStorageInfo/VolumeSize", less(0), "Storage shrinks",
        CRITICAL),
    Row("AWS::Timestream::Table", "RetentionProperties/*", less(0), _SHORTER, CRITICAL),
    Row("AWS::APS::Workspace", "WorkspaceConfiguration/RetentionPeriodInDays", less(150), _SHORTER, CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/Lifecycle/DeleteAfterDays", less(FOREVER),
        "Recovery points are deleted sooner", CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*", gone, "A backup rule goes", CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule", shrinks, "Backup rules change", MEDIUM),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/CopyActions", shrinks,
        "Copies to another place go or change", CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/CopyActions/*/Lifecycle/DeleteAfterDays", less(FOREVER),
        "Copies are deleted sooner", CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/EnableContinuousBackup", off,
        "Continuous backup goes: recovery only to the last snapshot", CRITICAL),
    Row("AWS::Backup::BackupPlan", "BackupPlan/BackupPlanRule/*/ScheduleExpression", swapped,
        "Backups are made at other times", MEDIUM),
    Row("AWS::Backup::*Vault", "LockConfiguration/ChangeableForDays", gone, "The vault's lock can be taken off again",
        CRITICAL),
    Row("AWS::Backup::*Vault", "LockConfiguration/*", other, "The vault's lock changes", HIGH),
    Row("AWS::Backup::*Vault", "LockConfiguration/MinRetentionDays", less(0),
        "The vault lets recovery points be deleted sooner", CRITICAL),
    Row("AWS::Backup::BackupSelection", "BackupSelection/Resources", shrinks, "Some of it is no longer backed up",
        CRITICAL),
    Row("AWS::Backup::BackupSelection", "BackupSelection/NotResources", came, "Some of it is no longer backed up",
        CRITICAL),
    Row("AWS::Backup::BackupSelection", "BackupSelection/ListOfTags", shrinks, "Some of it is no longer backed up",
        CRITICAL),
    Row("AWS::ECR::Repository", "LifecyclePolicy/LifecyclePolicyText", came, "Images are deleted by a policy", MEDIUM),
    Row("AWS::ECR::Repository", "LifecyclePolicy/LifecyclePolicyText", swapped, "Other images are deleted", MEDIUM),
    Row("AWS::ECR::Repository", "EmptyOnDelete", on, "The images go with the repository", CRITICAL),
    Row("AWS::KMS::*Key", "PendingWindowInDays", less(30), "A deleted key can be saved for less time", HIGH),
    Row("AWS::KMS::*Key", "Enabled", becomes("false"), "The key is disabled: nothing can be decrypted", CRITICAL),
    Row("AWS::KMS::Key", "EnableKeyRotation", off, "Key rotation goes", HIGH),
    Row("AWS::SecretsManager::Secret", "GenerateSecretString/*", other,
        "A new secret value is generated, and the old one no longer current", HIGH),
    Row("AWS::SecretsManager::Secret", "ReplicaRegions", shrinks, "A replica of the secret goes", HIGH),
    # Buckets
    Row("AWS::S3::Bucket", "VersioningConfiguration/Status", leaves("Enabled"),
        "Versioning is suspended: what is overwritten or deleted is lost", CRITICAL),
    Row("AWS::S3::Bucket", "ObjectLockEnabled", off, "Object lock goes", CRITICAL),
    Row("AWS::S3::Bucket", "ObjectLockConfiguration/ObjectLockEnabled", leaves("Enabled"), "Object lock goes",
        CRITICAL),
    Row("AWS::S3::Bucket", "ObjectLockConfiguration/Rule/DefaultRetention/Days", less(0),
        "Objects are locked for less time", CRITICAL),
    Row("AWS::S3::Bucket", "ObjectLockConfiguration/Rule/DefaultRetention/Years", less(0),
        "Objects are locked for less time", CRITICAL),
    Row("AWS::S3::Bucket", "ObjectLockConfiguration/Rule/DefaultRetention/Mode", leaves("COMPLIANCE"),
        "The lock can be overruled", CRITICAL),
    Row("AWS::S3::Bucket", "LifecycleConfiguration/Rules/*/ExpirationInDays", less(FOREVER), "Objects expire sooner",
        CRITICAL),
    Row("AWS::S3::Bucket", "LifecycleConfiguration/Rules/*/ExpirationDate", came, "Objects expire", CRITICAL),
    Row("AWS::S3::Bucket", "LifecycleConfiguration/Rules/*/NoncurrentVersionExpiration/NoncurrentDays", less(FOREVER),
        "Old versions are deleted sooner", CRITICAL),
    Row("AWS::S3::Bucket", "LifecycleConfiguration/Rules/*/NoncurrentVersionExpirationInDays", less(FOREVER),
        "Old versions are deleted sooner", CRITICAL),
    Row("AWS::S3::Bucket", "LifecycleConfiguration/Rules/*/Status", leaves("Disabled"),
        "A rule that moves or deletes objects begins to act", HIGH),
    Row("AWS::S3::Bucket", "ReplicationConfiguration/Rules", gone, "Replication goes", CRITICAL),
    Row("AWS::S3::Bucket", "ReplicationConfiguration/Rules/*", gone, "A replication rule goes", CRITICAL),
    Row("AWS::S3::Bucket", "ReplicationConfiguration/Rules/*/Status", leaves("Enabled"), "Replication stops", CRITICAL),
    Row("AWS::S3::Bucket", _SSE, gone, _ENCRYPTION, CRITICAL),
    Row("AWS::S3::Bucket", f"{_SSE}/*/ServerSideEncryptionByDefault/SSEAlgorithm", leaves("aws:kms", "aws:kms:dsse"),
        _KEY, CRITICAL),
    # Encryption in general
    Row("*", "*KmsKey*", gone, _KEY, HIGH, CRITICAL),
    Row("*", "*KmsMasterKey*", gone, _KEY, HIGH, CRITICAL),
    Row("*", "*KMSKey*", gone, _KEY, HIGH, CRITICAL),
    Row("*", "*EncryptionKey*", gone, _KEY, HIGH, CRITICAL),
    Row("*", "*/*K*[mM]*[sS]*Key*", gone, _KEY, HIGH, CRITICAL),
    Row("*", "*/*EncryptionKey*", gone, _KEY, HIGH, CRITICAL),
    Row("AWS::DynamoDB::GlobalTable", "Replicas/*/SSESpecification/KMSMasterKeyId", gone, _KEY, CRITICAL),
    Row("AWS::Kinesis::Stream", "StreamEncryption/*", gone, _ENCRYPTION, CRITICAL),
    Row("*", "SSESpecification/SSEEnabled", off, _ENCRYPTION, HIGH, CRITICAL),
    Row("AWS::SQS::Queue", "SqsManagedSseEnabled", becomes("false"), _ENCRYPTION, CRITICAL),
    Row("*", "StorageEncrypted", off, _ENCRYPTION, HIGH, CRITICAL),
    Row("*", "Encrypted", off, _ENCRYPTION, HIGH, CRITICAL),
    Row("*", "AtRestEncryptionEnabled", off, _ENCRYPTION, HIGH, CRITICAL),
    Row("AWS::OpenSearchService::Domain", "EncryptionAtRestOptions/Enabled", off, _ENCRYPTION, CRITICAL),
    Row("AWS::OpenSearchService::Domain", "SnapshotOptions/AutomatedSnapshotStartHour", gone, "Snapshots go", HIGH),
    *(Row("*", path, to_managed, "A key of AWS takes the place of its own: weaker, as nobody here decides who uses it",
          HIGH) for path in ("*K[mM][sS]*Key*", "*EncryptionKey*", "*/*K*[mM]*[sS]*Key*", "*/*EncryptionKey*")),
    Row("AWS::RDS::DB*", "EngineVersion", major_up, "A major upgrade, which cannot be undone, with an outage", HIGH),
)  # fmt: skip


def protect_data(world: World) -> None:
    """What kept data safe, and no longer does."""
    apply(world, ROWS)
    _families(world)
    for emptier in world.pairs.added:
        if emptier.type in _EMPTIERS:
            for target in targets_in(emptier.resolved):
                if id(target.resource) in world.before and is_stateful(target.resource):
                    text = f"When {target.resource.logical_id} goes, what it holds is deleted first."
                    world.note(emptier, Reason(CRITICAL, text))


def _families(world: World) -> None:
    """Parameter groups that stay those of the old engine when it gets a new major version."""
    for before, after, differences in world.differing:
        if before is None or not after.type.startswith("AWS::RDS::DB"):
            continue
        if not any(each.path == ("EngineVersion",) and major_up(each.before, each.after) for each in differences):
            continue
        for name in ("DBClusterParameterGroupName", "DBParameterGroupName"):
            group, old = (next(targets_in(side.get(name)), None) for side in (after, before))
            if group is not None and old is not None and group.resource.get("Family") == old.resource.get("Family"):
                family = f"{label(group.resource)} stays of family {group.resource.get('Family')}"
                text = f"{family}: the deploy fails unless that is the family of the new version."
                world.note(after, Reason(HIGH, text, FAMILIES), "EngineVersion")
