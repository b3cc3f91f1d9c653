"""Backup: copies of everything stateful, here and in the recovery region."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from constructs import Construct

from config import Environment
from constructs_lib.backup_schedule import BackupSchedule
from constructs_lib.backup_vault import BackupVault
from infra.stack_settings import stack_settings


class BackupStack(cdk.Stack):
    """The vault, the plan, and what the plan covers."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        backup_key: kms.IKey,
        backup_tag: tuple[str, str],
        recovery_vault: backup.IBackupVault,
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
        BackupSchedule(
            self,
            "Schedule",
            vault=vault.vault,
            copy_to=recovery_vault,
            tag=backup_tag,
            daily_retention_days=environment.backup.daily_retention_days,
            weekly_retention_days=environment.backup.weekly_retention_days,
            monthly_retention_days=environment.backup.monthly_retention_days,
        )
