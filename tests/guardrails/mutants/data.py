"""A deploy can lose it."""

from tests.guardrails.mutation import Mutant, add, both, drop, linked, manifest, mark, put, ref

BUCKET, TABLE, KEY, VAULT = (
    "AWS::S3::Bucket",
    "AWS::DynamoDB::GlobalTable",
    "AWS::KMS::Key",
    "AWS::Backup::BackupVault",
)
REFERENCE = ("reference",)
POLICIES, FLAG, TERMINATION, VERSIONS, PITR, OWN, ARCHIVE = (
    "data-kept.policies",
    "data-kept.protection-flag",
    "data-kept.termination-protection",
    "data-kept.versioning",
    "data-kept.point-in-time-recovery",
    "data-kept.automated-backups",
    "data-kept.log-archive",
)
LIFE, LIFECYCLE, NAME = "data-kept.lifecycle", "LifecycleConfiguration.Rules", "Attachments"
VERSIONS_GO = {"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
SPEC = "PointInTimeRecoverySpecification"

MUTANTS = [
    Mutant(POLICIES, "a table that goes with its stack", mark(TABLE, "DeletionPolicy", "Delete")),
    Mutant(POLICIES, "a table that goes when it is replaced", mark(TABLE, "UpdateReplacePolicy", None)),
    Mutant(POLICIES, "a bucket that says nothing", mark(BUCKET, "DeletionPolicy", None)),
    Mutant(POLICIES, "a key", mark(KEY, "DeletionPolicy", "Delete")),
    Mutant(POLICIES, "a vault", mark(VAULT, "UpdateReplacePolicy", "Delete")),
    Mutant(POLICIES, "a snapshot of what has none", mark(TABLE, "DeletionPolicy", "Snapshot")),
    Mutant(POLICIES, "a database is added", add("Db", "AWS::RDS::DBCluster")),
    Mutant(POLICIES, "users", mark("AWS::Cognito::UserPool", "DeletionPolicy", "Delete"), REFERENCE),
    Mutant(POLICIES, "files", mark("AWS::EFS::FileSystem", "UpdateReplacePolicy", "Delete"), REFERENCE),
    Mutant(
        POLICIES,
        "the final snapshot of the cache",
        mark("AWS::ElastiCache::ReplicationGroup", "DeletionPolicy", "Delete"),
        REFERENCE,
    ),
    Mutant(FLAG, "a table", put(TABLE, "Replicas.0.DeletionProtectionEnabled", False)),
    Mutant(FLAG, "a table that says nothing", drop(TABLE, "Replicas.0.DeletionProtectionEnabled")),
    Mutant(FLAG, "a database is added", add("Db", "AWS::RDS::DBInstance", Engine="mysql")),
    Mutant(FLAG, "a balancer is added", add("Alb", "AWS::ElasticLoadBalancingV2::LoadBalancer")),
    Mutant(FLAG, "Aurora", put("AWS::RDS::DBCluster", "DeletionProtection", False), REFERENCE),
    Mutant(FLAG, "users", put("AWS::Cognito::UserPool", "DeletionProtection", "INACTIVE"), REFERENCE),
    Mutant(FLAG, "documents", drop("AWS::DocDB::DBCluster", "DeletionProtection"), REFERENCE),
    Mutant(TERMINATION, "off in the manifest", manifest(termination_protection=False)),
    Mutant(
        TERMINATION,
        "off in the manifest, of a stack with resources",
        both(manifest(termination_protection=False), add("A", BUCKET)),
    ),
    Mutant(VERSIONS, "suspended", put(BUCKET, "VersioningConfiguration.Status", "Suspended")),
    Mutant(VERSIONS, "never on", drop(BUCKET, "VersioningConfiguration")),
    Mutant(VERSIONS, "emptied on deletion", linked("Eraser", "Custom::S3AutoDeleteObjects", BucketName=ref(BUCKET))),
    Mutant(VERSIONS, "images go with their repository", add("Images", "AWS::ECR::Repository", EmptyOnDelete=True)),
    Mutant(
        LIFE,
        "objects go tomorrow",
        put(BUCKET, LIFECYCLE, [{"Status": "Enabled", "ExpirationInDays": 1}], NAME),
        ("prod",),
    ),
    Mutant(LIFE, "versions go tomorrow", put(BUCKET, LIFECYCLE, [VERSIONS_GO], NAME), ("prod",)),
    Mutant(LIFE, "uploads go tomorrow", put(BUCKET, LIFECYCLE, [VERSIONS_GO], "Uploads"), REFERENCE),
    Mutant(PITR, "off", put(TABLE, f"Replicas.0.{SPEC}.PointInTimeRecoveryEnabled", False)),
    Mutant(PITR, "not said", drop(TABLE, f"Replicas.0.{SPEC}")),
    Mutant(PITR, "back to yesterday only", put(TABLE, f"Replicas.0.{SPEC}.RecoveryPeriodInDays", 1)),
    Mutant(PITR, "a table of the older type", add("Old", "AWS::DynamoDB::Table")),
    Mutant(OWN, "a database that keeps a day", add("Db", "AWS::RDS::DBCluster", BackupRetentionPeriod=1)),
    Mutant(
        OWN, "a database that keeps nothing", add("Db", "AWS::RDS::DBInstance", Engine="mysql", BackupRetentionPeriod=0)
    ),
    Mutant(OWN, "a cache that says nothing", add("Cache", "AWS::ElastiCache::ReplicationGroup")),
    Mutant(OWN, "Aurora keeps a week", put("AWS::RDS::DBCluster", "BackupRetentionPeriod", 7), REFERENCE),
    Mutant(
        OWN,
        "the cache keeps three days",
        put("AWS::ElastiCache::ReplicationGroup", "SnapshotRetentionLimit", 3),
        REFERENCE,
    ),
    Mutant(
        OWN, "the warehouse keeps a day", drop("AWS::Redshift::Cluster", "AutomatedSnapshotRetentionPeriod"), REFERENCE
    ),
    Mutant(
        ARCHIVE,
        "gone after a month",
        put(BUCKET, "LifecycleConfiguration.Rules.0.ExpirationInDays", 30, "LogArchive"),
        ("prod",),
    ),
    Mutant(
        ARCHIVE,
        "a lock of a day",
        put(BUCKET, "ObjectLockConfiguration.Rule.DefaultRetention.Days", 1, "LogArchive"),
        ("prod",),
    ),
    Mutant(ARCHIVE, "no lock", drop(BUCKET, "ObjectLockConfiguration", "LogArchive"), ("prod",)),
    Mutant(
        ARCHIVE, "a lock without a period", put(BUCKET, "ObjectLockConfiguration.Rule", {}, "LogArchive"), ("prod",)
    ),
    Mutant(
        ARCHIVE,
        "gone after a year",
        put(BUCKET, "LifecycleConfiguration.Rules.0.ExpirationInDays", 365, "Archive"),
        REFERENCE,
    ),
]
