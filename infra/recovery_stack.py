"""Recovery: the vault in another region that receives a copy of every backup."""

import aws_cdk as cdk
from constructs import Construct

from config import Environment
from constructs_lib.backup_vault import BackupVault
from constructs_lib.customer_key import CustomerKey
from infra.stack_settings import stack_settings


class RecoveryStack(cdk.Stack):
    """A vault and its key, in the recovery region."""

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
