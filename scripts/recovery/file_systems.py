"""Backs up and restores an EFS file system through AWS Backup: always into a new file system."""

from functools import partial
from typing import Any
from uuid import uuid4

from scripts.aws import Aws, AwsError
from scripts.recovery.journal import Journal, Step
from scripts.recovery.stores import Store
from scripts.recovery.vaults import ended, role_of, start_restore, token_of, vault_of, wait_for_restore
from scripts.recovery.waiting import wait


def back_up(aws: Aws, file_system: str, *, seconds: float) -> str:
    """Make a recovery point in the environment's vault and return its ARN.

    It is kept as long as a daily one: the vault lets nobody delete it, so that without an end it would stay for ever.
    """
    backup = aws.client("backup")
    job = backup.start_backup_job(
        BackupVaultName=vault_of(aws),
        ResourceArn=arn_of(aws, file_system),
        IamRoleArn=role_of(aws),
        IdempotencyToken=uuid4().hex,
        Lifecycle={"DeleteAfterDays": aws.environment.backup.daily_retention_days},
    )["BackupJobId"]

    def state() -> Any:
        found = backup.describe_backup_job(BackupJobId=job)
        return ended(found, "State", f"backing up {file_system}")

    arn: str = wait(f"backing up {file_system}", state, seconds=seconds)["RecoveryPointArn"]
    return arn


def restore_steps(aws: Aws, store: Store, *, backup: str | None, seconds: float) -> list[Step]:
    """Return the steps that restore `store` into a new file system: from the recovery point `backup` (None: newest)."""
    source = backup or "the newest recovery point"
    return [
        Step("point", f"find {source}", partial(_find_point, aws, store, backup)),
        Step("restore", f"restore {store.physical_id} into a new file system", partial(_start, aws, store)),
        Step("wait", "wait until the restore job is done", partial(_wait, aws, seconds)),
        Step("verify", "compare encryption and size", partial(_verify, aws, store)),
    ]


def arn_of(aws: Aws, file_system: str) -> str:
    """Return the ARN of a file system of the environment."""
    return f"arn:aws:elasticfilesystem:{aws.region}:{aws.check_account()}:file-system/{file_system}"


def _find_point(aws: Aws, store: Store, backup: str | None, _: Journal) -> dict[str, Any]:
    if backup:
        return {"arn": backup}
    pages = aws.client("backup").get_paginator("list_recovery_points_by_resource")
    points = [
        point
        for page in pages.paginate(ResourceArn=arn_of(aws, store.physical_id))
        for point in page["RecoveryPoints"]
        if point["Status"] == "COMPLETED"
    ]
    if not points:
        raise AwsError(f"AWS Backup holds no recovery point of {store.physical_id} ({store.id})")
    return {"arn": max(points, key=lambda point: point["CreationDate"])["RecoveryPointArn"]}


def _start(aws: Aws, store: Store, journal: Journal) -> dict[str, Any]:
    found = aws.client("efs").describe_file_systems(FileSystemId=store.physical_id)["FileSystems"][0]
    point = journal.result("point")["arn"]
    metadata = {
        "file-system-id": store.physical_id,
        "newFileSystem": "true",
        "CreationToken": token_of(journal),
        "Encrypted": "true",
        "KmsKeyId": found["KmsKeyId"],
        "PerformanceMode": found["PerformanceMode"],
    }
    return {"job": start_restore(aws, journal, point=point, kind="EFS", metadata=metadata)}


def _wait(aws: Aws, seconds: float, journal: Journal) -> dict[str, Any]:
    arn = wait_for_restore(aws, journal.result("restore")["job"], what="the file system", seconds=seconds)
    return {"target": arn.rpartition("/")[2]}


def _verify(aws: Aws, store: Store, journal: Journal) -> dict[str, Any]:
    efs, target = aws.client("efs"), journal.result("wait")["target"]
    was, now = (efs.describe_file_systems(FileSystemId=one)["FileSystems"][0] for one in (store.physical_id, target))
    wrong = [name for name in ("Encrypted", "KmsKeyId", "PerformanceMode") if was.get(name) != now.get(name)]
    if wrong:
        raise AwsError(f"{target} differs from {store.physical_id} in {', '.join(wrong)}")
    return {"target": target, "bytes": now["SizeInBytes"]["Value"]}
