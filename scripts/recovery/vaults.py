"""AWS Backup's part in a restore: which vault and role are the environment's, and jobs that are asked for once."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from scripts.aws import Aws, AwsError
from scripts.recovery.journal import Journal
from scripts.recovery.waiting import wait

FAILED = {"ABORTED", "EXPIRED", "FAILED", "PARTIAL"}


def vault_of(aws: Aws) -> str:
    """Return the name of the environment's vault."""
    return f"{aws.environment.project}-{aws.environment.name}"


def role_of(aws: Aws) -> str:
    """Return the role by which the backup plan's selection works.

    Raises:
        AwsError: there is no such plan.
    """
    backup = aws.client("backup")
    name = vault_of(aws)
    for page in backup.get_paginator("list_backup_plans").paginate():
        for plan in page["BackupPlansList"]:
            chosen = backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]
            full = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]
            if chosen and any(rule["TargetBackupVaultName"] == name for rule in full["Rules"]):
                return str(chosen[0]["IamRoleArn"])
    raise AwsError(f"no backup plan writes into the vault {name}: deploy the backup stack first")


def token_of(journal: Journal) -> str:
    """Return what tells this restore from others, however often it is begun."""
    token: str = journal.mark("token") or uuid4().hex
    journal.set_mark("token", token)
    return token


def start_restore(aws: Aws, journal: Journal, *, point: str, kind: str, metadata: Mapping[str, str]) -> str:
    """Ask for the restore of a recovery point, and return the job: the same again where it was asked for before."""
    job = aws.client("backup").start_restore_job(
        RecoveryPointArn=point,
        IamRoleArn=role_of(aws),
        ResourceType=kind,
        IdempotencyToken=token_of(journal),
        Metadata=dict(metadata),
    )
    return str(job["RestoreJobId"])


def wait_for_restore(aws: Aws, job: str, *, what: str, seconds: float) -> str:
    """Wait until a restore job is done; return the ARN of what it made."""

    def state() -> Any:
        return ended(aws.client("backup").describe_restore_job(RestoreJobId=job), "Status", "the restore job")

    return str(wait(f"restoring {what}", state, seconds=seconds)["CreatedResourceArn"])


def ended(job: Mapping[str, Any], field: str, what: str) -> Any:
    """Return a job that is done, or how far it is.

    Raises:
        AwsError: it ended otherwise.
    """
    if job[field] in FAILED:
        raise AwsError(f"{what} ended as {job[field]}: {job.get('StatusMessage', 'AWS Backup gives no reason')}")
    return job if job[field] == "COMPLETED" else f"{job[field].lower()}, {job.get('PercentDone', '0')} %"
