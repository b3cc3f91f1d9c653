"""A backup vault whose copies nobody deletes by accident."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct


class BackupVault(Construct):
    """A vault with our key and a policy that denies every deletion; locked if `lock_min_retention_days` is given.

    The policy denies its own change, too, to CloudFormation as to everybody: another policy, name or key is another
    vault (docs/runbooks/immutable-changes.md). What is in it must have an end, since nobody can delete it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vault_name: str,
        encryption_key: kms.IKey,
        retain_data: bool,
        lock_min_retention_days: int | None,
    ) -> None:
        """Make the vault; the lock is in governance mode: who may change the lock may lift it."""
        super().__init__(scope, construct_id)
        self.name = vault_name
        self.vault = backup.BackupVault(
            self,
            "Resource",
            backup_vault_name=vault_name,
            encryption_key=encryption_key,
            access_policy=iam.PolicyDocument(statements=[_deny_deletion()]) if retain_data else None,
            lock_configuration=backup.LockConfiguration(min_retention=cdk.Duration.days(lock_min_retention_days))
            if lock_min_retention_days
            else None,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
        )


def _deny_deletion() -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="DenyDeletion",
        effect=iam.Effect.DENY,
        principals=[iam.AnyPrincipal()],
        actions=[
            "backup:DeleteRecoveryPoint",
            "backup:UpdateRecoveryPointLifecycle",
            "backup:PutBackupVaultAccessPolicy",
            "backup:DeleteBackupVaultAccessPolicy",
            "backup:DeleteBackupVault",
        ],
        resources=["*"],
    )
