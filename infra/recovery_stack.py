"""Recovery: what another region receives: a copy of every backup, and of the audit trail."""

import aws_cdk as cdk
from constructs import Construct

from config import Environment
from constructs_lib.access_log_bucket import AccessLogBucket
from constructs_lib.acknowledge import accept_finding
from constructs_lib.audit_trail import TRAIL_PREFIX
from constructs_lib.backup_vault import BackupVault
from constructs_lib.bucket_replication import Replica
from constructs_lib.customer_key import CustomerKey
from constructs_lib.secure_bucket import SecureBucket
from infra.log_lifecycle import ageing, lock
from infra.stack_settings import stack_settings


class RecoveryStack(cdk.Stack):
    """A vault and its key in the recovery region, and where configured, the bucket of the trail's copies."""

    def __init__(self, scope: Construct, construct_id: str, *, environment: Environment) -> None:
        super().__init__(
            scope,
            construct_id,
            **stack_settings(environment, construct_id, region=environment.recovery_region),
        )
        key = CustomerKey(
            self,
            "BackupKey",
            alias=f"{environment.project}/{environment.name}/backup",
            description=f"Encrypts backup copies of {environment.project} {environment.name} in the recovery region",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        )
        name = f"{environment.project}-{environment.name}-recovery"
        BackupVault(
            self,
            "Vault",
            vault_name=name,
            encryption_key=key.key,
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
        self.trail_replica = (
            self._trail_replica(environment) if environment.security.log_archive.replicate_trail else None
        )

    def _trail_replica(self, environment: Environment) -> Replica:
        """Make the bucket that receives the trail's files, and what it needs."""
        prefix = f"{environment.project}-{environment.name}"
        archive = environment.security.log_archive
        replica = Replica(
            region=environment.recovery_region,
            bucket_name=f"{prefix}-trail-{self.account}",
            key_alias=f"{environment.project}/{environment.name}/trail",
            prefix=TRAIL_PREFIX,
        )
        key = CustomerKey(
            self,
            "TrailKey",
            alias=replica.key_alias,
            description=f"Encrypts the copies of the audit trail of {environment.project} {environment.name}",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        )
        access_logs = AccessLogBucket(
            self, "AccessLogs", lifecycle_rules=[ageing(archive)], retain_data=environment.retain_data
        )
        copies = SecureBucket(
            self,
            "TrailCopies",
            access_log_bucket=access_logs.bucket,
            bucket_name=replica.bucket_name,
            encryption_key=key.key,
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
