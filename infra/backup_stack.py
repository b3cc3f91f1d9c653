"""Backup: copies of everything stateful, here and in the recovery region."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from constructs import Construct

from config import Environment
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.backup_schedule import BackupSchedule
from constructs_lib.backup_vault import BackupVault
from constructs_lib.restore_testing import CanaryStore, RestoreTesting
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.shared_file_system import SharedFileSystem
from constructs_lib.table import Table
from infra.stack_settings import stack_settings


class BackupStack(cdk.Stack):
    """The vault, the plan, what the plan covers, and the restores that prove it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        backup_key: kms.IKey,
        backup_tag: tuple[str, str],
        data_key: kms.IKey,
        logs_key: kms.IKey,
        recovery_vault_arn: str,
        buckets: Mapping[str, SecureBucket],
        databases: Mapping[str, AuroraCluster],
        file_systems: Mapping[str, SharedFileSystem],
        tables: Mapping[str, Table],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        vault = BackupVault(
            self,
            "Vault",
            vault_name=f"{environment.project}-{environment.name}",
            encryption_key=backup_key,
            lock_min_retention_days=environment.backup.vault_lock_min_retention_days,
            retain_data=environment.retain_data,
        )
        schedule = BackupSchedule(
            self,
            "Schedule",
            vault=vault.vault,
            copy_to=backup.BackupVault.from_backup_vault_arn(self, "RecoveryVault", recovery_vault_arn),
            tag=backup_tag,
            daily_retention_days=environment.backup.daily_retention_days,
            weekly_retention_days=environment.backup.weekly_retention_days,
            monthly_retention_days=environment.backup.monthly_retention_days,
        )
        self.restore_tests: RestoreTesting | None = None
        kinds = {"Aurora": databases, "DynamoDB": tables, "EFS": file_systems, "S3": buckets}
        if environment.backup.restore_tests:
            self.restore_tests = RestoreTesting(
                self,
                "RestoreTests",
                plan_name=f"{environment.project}_{environment.name}".replace("-", "_"),
                vault=vault.vault,
                role=schedule.role,
                kinds=[kind for kind, stores in kinds.items() if stores],
                tag=backup_tag,
                canaries=[
                    *(CanaryStore(kind="table", name=table.table.table_name) for table in tables.values()),
                    *(CanaryStore(kind="bucket", name=bucket.bucket.bucket_name) for bucket in buckets.values()),
                ],
                data_key=data_key,
                metrics_namespace=f"{environment.project}/{environment.name}",
                encryption_key=backup_key,
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )
