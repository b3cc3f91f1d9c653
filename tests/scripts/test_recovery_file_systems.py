"""Files come back through AWS Backup in a new file system, encrypted like the old one; a job is never started twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scripts.aws import Aws, AwsError
from scripts.recovery import file_systems
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Store

NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)
ROLE = "arn:aws:iam::111122223333:role/backup"


class Backup:
    """AWS Backup; moto has none of its jobs."""

    def __init__(self) -> None:
        self.points: list[dict[str, Any]] = []
        self.states: list[str] = ["RUNNING", "COMPLETED"]
        self.tokens: list[str] = []
        self.metadata: dict[str, str] = {}
        self.made = ""
        self.vault = "groundwork-dev"
        self.begun: dict[str, Any] = {}

    def get_paginator(self, name: str) -> Any:
        answers = {
            "list_backup_plans": {"BackupPlansList": [{"BackupPlanId": "plan"}]},
            "list_recovery_points_by_resource": {"RecoveryPoints": self.points},
        }
        return type("Pages", (), {"paginate": lambda *_, **__: [answers[name]]})()

    def list_backup_selections(self, **_: str) -> dict[str, Any]:
        return {"BackupSelectionsList": [{"IamRoleArn": ROLE}]}

    def get_backup_plan(self, **_: str) -> dict[str, Any]:
        return {"BackupPlan": {"Rules": [{"TargetBackupVaultName": self.vault}]}}

    def start_backup_job(self, **job: Any) -> dict[str, str]:
        self.begun = job
        assert job["IamRoleArn"] == ROLE
        return {"BackupJobId": job["ResourceArn"]}

    def describe_backup_job(self, BackupJobId: str) -> dict[str, Any]:  # noqa: N803
        return {"State": self.states.pop(0), "RecoveryPointArn": f"point of {BackupJobId}", "StatusMessage": "no quota"}

    def start_restore_job(self, **job: Any) -> dict[str, str]:
        self.tokens.append(job["IdempotencyToken"])
        self.metadata = job["Metadata"]
        return {"RestoreJobId": "job"}

    def describe_restore_job(self, **_: str) -> dict[str, Any]:
        arn = f"arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/{self.made}"
        return {"Status": self.states.pop(0), "CreatedResourceArn": arn}


@pytest.fixture
def backup(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Backup:
    backup, real = Backup(), aws.client
    monkeypatch.setattr(aws, "client", lambda service: backup if service == "backup" else real(service))
    monkeypatch.setattr("scripts.recovery.waiting.time.sleep", lambda _: None)
    return backup


def make_files(aws: Aws, name: str, *, key: str) -> str:
    made: str = aws.client("efs").create_file_system(CreationToken=name, Encrypted=True, KmsKeyId=key)["FileSystemId"]
    return made


@pytest.fixture
def store(aws: Aws, backup: Backup) -> Store:
    key = "arn:aws:kms:us-east-1:111122223333:key/data"
    backup.made = make_files(aws, "restored", key=key)
    return Store("Shared", "file-system", make_files(aws, "shared", key=key))


@pytest.fixture
def restore(aws: Aws, store: Store, tmp_path: Path) -> Callable[..., Journal]:
    def restore(point: str | None = None) -> Journal:
        journal = Journal(tmp_path / "state.json", asked={})
        run(file_systems.restore_steps(aws, store, backup=point, seconds=5), journal)
        return journal

    return restore


def point(days: int, status: str = "COMPLETED") -> dict[str, Any]:
    return {"RecoveryPointArn": f"point-{days}", "Status": status, "CreationDate": NOW - timedelta(days=days)}


def test_the_newest_whole_point_comes_back_as_another_file_system(
    backup: Backup, store: Store, restore: Callable[..., Journal]
) -> None:
    backup.points = [point(3), point(1), point(2), point(0, "PARTIAL")]
    journal = restore()
    assert journal.result("point")["arn"] == "point-1"
    assert journal.result("verify")["target"] == backup.made
    assert (backup.metadata["newFileSystem"], backup.metadata["Encrypted"]) == ("true", "true")


def test_a_restore_that_stopped_after_it_began_asks_for_the_same_job(
    backup: Backup, restore: Callable[..., Journal], monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "result", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            restore("point")
    backup.states = ["COMPLETED"]
    restore("point")
    assert len(set(backup.tokens)) == 1


def test_without_a_point_it_says_so(restore: Callable[..., Journal]) -> None:
    with pytest.raises(AwsError, match=r"AWS Backup holds no recovery point of fs-.* \(Shared\)"):
        restore()


def test_a_job_that_fails_is_told_with_its_reason(aws: Aws, backup: Backup, store: Store) -> None:
    assert file_systems.back_up(aws, store.physical_id, seconds=5).startswith("point of arn:aws:elasticfilesystem:")
    assert backup.begun["Lifecycle"] == {"DeleteAfterDays": aws.environment.backup.daily_retention_days}
    backup.states = ["ABORTED"]
    with pytest.raises(AwsError, match="ended as ABORTED: no quota"):
        file_systems.back_up(aws, store.physical_id, seconds=5)


def test_another_key_is_a_difference(aws: Aws, backup: Backup, restore: Callable[..., Journal]) -> None:
    backup.made = make_files(aws, "other", key="arn:aws:kms:us-east-1:111122223333:key/other")
    with pytest.raises(AwsError, match=r"differs from fs-.* in KmsKeyId"):
        restore("point")


def test_without_a_plan_into_the_vault_nothing_begins(aws: Aws, backup: Backup, store: Store) -> None:
    backup.vault = "another"
    with pytest.raises(AwsError, match="no backup plan writes into the vault groundwork-dev"):
        file_systems.back_up(aws, store.physical_id, seconds=5)
