"""Recovery: what another region receives: a copy of every backup, of the audit trail, of buckets and tables."""

from hashlib import sha256

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from config.sections.data import Bucket
from constructs_lib.access_log_bucket import AccessLogBucket
from constructs_lib.acknowledge import accept_finding
from constructs_lib.audit_trail import TRAIL_PREFIX
from constructs_lib.backup_vault import BackupVault
from constructs_lib.bucket_replication import Replica
from constructs_lib.customer_key import CustomerKey
from constructs_lib.secure_bucket import SecureBucket
from infra.log_lifecycle import ageing, lock
from infra.stack_settings import stack_settings
from infra.tables_and_buckets import tiering


class RecoveryStack(cdk.Stack):
    """A vault and its key in the recovery region, and where configured, the buckets and keys of replicas."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            **stack_settings(environment, construct_id, region=environment.recovery_region),
        )
        key = self._key(environment, "backup", "backup copies")
        name = f"{environment.project}-{environment.name}-recovery"
        BackupVault(
            self,
            "Vault",
            vault_name=name,
            encryption_key=key,
            lock_min_retention_days=environment.backup.vault_lock_min_retention_days,
            retain_data=environment.retain_data,
        )
        # Written out: a reference across regions makes CDK add custom resources whose roles no boundary reaches.
        self.vault_arn = self.format_arn(
            service="backup",
            resource="backup-vault",
            resource_name=name,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        trail = environment.security.log_archive.replicate_trail
        buckets = [bucket for bucket in environment.data.buckets if bucket.replicated]
        self.data_key: kms.IKey | None = None
        if buckets or any(table.replicated for table in environment.data.tables):
            self.data_key = self._key(environment, "data", "replicas of tables and buckets")
            cdk.CrossStackReferences.of(self.data_key).produce(cdk.ReferenceStrength.WEAK)  # as above
        access_logs = self._access_logs(environment) if trail or buckets else None
        self.trail_replica = self._trail_replica(environment, access_logs) if trail and access_logs else None
        self.replicas: dict[str, Replica] = {}
        if self.data_key and access_logs:
            self.replicas = {
                bucket.id: self._replica(environment, bucket, self.data_key, access_logs) for bucket in buckets
            }

    def _key(self, environment: Environment, purpose: str, uses: str) -> kms.IKey:
        return CustomerKey(
            self,
            f"{purpose.title()}Key",
            alias=f"{environment.project}/{environment.name}/{purpose}",
            description=f"Encrypts {uses} of {environment.project} {environment.name} in the recovery region",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        ).key

    def _access_logs(self, environment: Environment) -> s3.IBucket:
        rules = [ageing(environment.security.log_archive)]
        return AccessLogBucket(self, "AccessLogs", lifecycle_rules=rules, retain_data=environment.retain_data).bucket

    def _replica(self, environment: Environment, bucket: Bucket, key: kms.IKey, access_logs: s3.IBucket) -> Replica:
        """Make the bucket that receives the objects of `bucket`, and what it needs."""
        replica = Replica(
            region=environment.recovery_region,
            bucket_name=_name(self, bucket.id),
            key_alias=f"{environment.project}/{environment.name}/data",
            deletions=True,
            timed=True,
            storage_class="INTELLIGENT_TIERING",
        )
        copies = SecureBucket(
            self,
            f"{bucket.id}Copies",
            access_log_bucket=access_logs,
            bucket_name=replica.bucket_name,
            encryption_key=key,
            lifecycle_rules=[tiering(bucket)],
            retain_data=environment.retain_data,
        )
        accept_finding(
            copies.bucket,
            "backed-up.every-store",
            reason="It is itself a copy, of a bucket that is backed up at home and, from there, into this region.",
        )
        return replica

    def _trail_replica(self, environment: Environment, access_logs: s3.IBucket) -> Replica:
        """Make the bucket that receives the trail's files, and what it needs."""
        prefix = f"{environment.project}-{environment.name}"
        archive = environment.security.log_archive
        replica = Replica(
            region=environment.recovery_region,
            bucket_name=f"{prefix}-trail-{self.account}",
            key_alias=f"{environment.project}/{environment.name}/trail",
            prefix=TRAIL_PREFIX,
        )
        copies = SecureBucket(
            self,
            "TrailCopies",
            access_log_bucket=access_logs,
            bucket_name=replica.bucket_name,
            encryption_key=self._key(environment, "trail", "the copies of the audit trail"),
            lifecycle_rules=[ageing(archive)],
            object_lock=lock(archive),
            retain_data=environment.retain_data,
        )
        accept_finding(
            copies.bucket,
            "backed-up.every-store",
            reason="It is itself a copy, of a bucket in another region, versioned and locked like that one.",
        )
        return replica


def _name(stack: cdk.Stack, bucket: str) -> str:
    """Return a name that nobody else has: bucket names are unique in the world, and have 63 letters at most."""
    told = f"{stack.stack_name}-{bucket}".lower()[:50].rstrip("-")
    return f"{told}-{sha256(f'{stack.account}/{stack.region}/{stack.stack_name}/{bucket}'.encode()).hexdigest()[:12]}"
