"""Backup: copies of everything stateful, here and in the recovery region."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.backup_audit import BackupAudit, let_backup_report
from constructs_lib.backup_schedule import BackupSchedule, Retention
from constructs_lib.backup_vault import BackupVault
from constructs_lib.document_cluster import DocumentCluster
from constructs_lib.fault_injection import FaultInjection
from constructs_lib.file_canaries import FileCanaries
from constructs_lib.restore_testing import CanaryStore, RestoreTesting
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_function import SecureFunction
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.shared_file_system import SharedFileSystem
from constructs_lib.table import Table
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings

STOP_ON = "TodoApi-api-server-errors"
"""Alarm that stops an experiment: users notice."""


class BackupStack(cdk.Stack):
    """The vault, the plan, what the plan covers, and the restores that prove it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        access_log_bucket: s3.IBucket,
        backup_key: kms.IKey,
        backup_tag: tuple[str, str],
        data_key: kms.IKey,
        logs_key: kms.IKey,
        network: TieredVpc,
        recovery_vault_arn: str,
        buckets: Mapping[str, SecureBucket],
        canary_writers: Mapping[str, SecureFunction],
        databases: Mapping[str, AuroraCluster],
        document_databases: Mapping[str, DocumentCluster],
        file_systems: Mapping[str, SharedFileSystem],
        tables: Mapping[str, Table],
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        self.vault = vault = BackupVault(
            self,
            "Vault",
            vault_name=f"{environment.project}-{environment.name}",
            encryption_key=backup_key,
            lock_min_retention_days=environment.backup.vault_lock_min_retention_days,
            retain_data=environment.retain_data,
        )
        schedule = _schedule(self, environment, vault.vault, recovery_vault_arn, backup_tag)
        if days := environment.backup.continuous_days:
            schedule.add_continuous([bucket.bucket.bucket_arn for bucket in buckets.values()], days=days)
        name = f"{environment.project}_{environment.name}".replace("-", "_")
        if environment.backup.audit:
            BackupAudit(
                self,
                "Audit",
                name=name,
                tag=backup_tag,
                daily_retention_days=environment.backup.daily_retention_days,
                recovery_time_minutes=environment.backup.recovery_time_target_minutes,
                bucket=access_log_bucket,
            )
            let_backup_report(access_log_bucket)
        if environment.backup.fault_injection:
            _experiments(self, environment, logs_key)
        self.restore_tests: RestoreTesting | None = None
        kinds = {
            "Aurora": databases,
            "DocumentDB": document_databases,
            "DynamoDB": tables,
            "EFS": file_systems,
            "S3": buckets,
        }
        self.functions: dict[str, SecureFunction] = {}
        if environment.backup.restore_tests:
            files = self._file_canaries(environment, file_systems, network, logs_key, backup_key)
            self.functions |= {**files.writers, "RestoreTestsReader": files.reader} if files else {}
            writers = [*canary_writers.values(), *(files.writers.values() if files else [])]
            self.restore_tests = RestoreTesting(
                self,
                "RestoreTests",
                plan_name=name,
                vault=vault.vault,
                role=schedule.role,
                kinds=[kind for kind, stores in kinds.items() if stores],
                tag=backup_tag,
                tables_named=f"{environment.project}-{environment.name}-*",
                canaries=[
                    *(CanaryStore(kind="table", name=table.table.table_name) for table in tables.values()),
                    *(CanaryStore(kind="bucket", name=bucket.bucket.bucket_name) for bucket in buckets.values()),
                    *(CanaryStore(kind="function", name=one.function.function_name) for one in writers),
                ],
                files=files,
                subnet_groups=_subnet_groups({"Aurora": databases, "DocumentDB": document_databases}),
                data_key=data_key,
                metrics_namespace=f"{environment.project}/{environment.name}",
                encryption_key=backup_key,
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )

    def _file_canaries(
        self,
        environment: Environment,
        file_systems: Mapping[str, SharedFileSystem],
        network: TieredVpc,
        logs_key: kms.IKey,
        key: kms.IKey,
    ) -> FileCanaries | None:
        if not file_systems:
            return None
        return FileCanaries(
            self,
            "FileCanaries",
            file_systems=file_systems,
            vpc=network.vpc,
            subnets=network.private_subnets,
            mount_subnets=network.isolated_subnets,
            encryption_key=key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        )


def _subnet_groups(clusters: Mapping[str, Mapping[str, AuroraCluster | DocumentCluster]]) -> dict[str, str]:
    """Return the subnets that restore tests of each kind of cluster use: all clusters here share the isolated tier."""
    first = {kind: next(iter(made.values()), None) for kind, made in clusters.items()}
    names = {kind: one.cluster.db_subnet_group_name for kind, one in first.items() if one}
    return {kind: name for kind, name in names.items() if name}


def _schedule(
    scope: Construct,
    environment: Environment,
    vault: backup.IBackupVault,
    recovery_vault_arn: str,
    tag: tuple[str, str],
) -> BackupSchedule:
    settings = environment.backup
    arns = {"RecoveryVault": recovery_vault_arn, "OtherAccountVault": settings.other_account_vault_arn}
    copy_to = [backup.BackupVault.from_backup_vault_arn(scope, name, arn) for name, arn in arns.items() if arn]
    return BackupSchedule(
        scope,
        "Schedule",
        vault=vault,
        copy_to=copy_to,
        tag=tag,
        retention=Retention(
            daily=settings.daily_retention_days,
            weekly=settings.weekly_retention_days,
            monthly=settings.monthly_retention_days,
            yearly=settings.yearly_retention_days,
            cold_after=settings.cold_storage_after_days,
        ),
    )


def _experiments(scope: Construct, environment: Environment, logs_key: kms.IKey) -> None:
    """Experiments on this environment, stopped as soon as users of the API notice."""
    stack = cdk.Stack.of(scope)
    alarm = stack.format_arn(
        service="cloudwatch",
        resource="alarm",
        resource_name=f"{environment.project}-{environment.name}-{STOP_ON}",
        arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
    )
    log_group = SecureLogGroup(
        scope,
        "FaultLog",
        encryption_key=logs_key,
        retention_days=environment.compute.log_retention_days,
        retain_data=environment.retain_data,
    )
    FaultInjection(
        scope,
        "Faults",
        tags={"project": environment.project, "environment": environment.name},
        zone=f"{stack.region}{environment.network.availability_zones[0]}",
        stop_on=[alarm],
        log_group=log_group.log_group,
    )
