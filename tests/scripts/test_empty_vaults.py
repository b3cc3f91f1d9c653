"""Vaults of an environment that retains nothing are emptied; others never."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

import scripts.aws
from scripts.__main__ import app

HERE, AWAY = "us-east-1", "us-west-2"


class Backup:
    """The part of AWS Backup that the verb calls, with recovery points by region."""

    def __init__(self, held: dict[str, list[str]], region: str) -> None:
        self._held, self._region = held, region
        self.continuous = {"continuous"}

    def get_paginator(self, _: str) -> Any:
        return self

    def paginate(self, *, BackupVaultName: str) -> list[dict[str, Any]]:  # noqa: N803 - AWS spells it so
        assert BackupVaultName.endswith("-recovery") == (self._region == AWAY)
        return [{"RecoveryPoints": [{"RecoveryPointArn": arn}]} for arn in self._held[self._region]]

    def delete_recovery_point(self, *, BackupVaultName: str, RecoveryPointArn: str) -> None:  # noqa: N803
        if RecoveryPointArn in self.continuous:
            raise ClientError({"Error": {"Code": "InvalidResourceStateException"}}, "DeleteRecoveryPoint")
        self.disassociate_recovery_point(BackupVaultName=BackupVaultName, RecoveryPointArn=RecoveryPointArn)

    def disassociate_recovery_point(self, *, BackupVaultName: str, RecoveryPointArn: str) -> None:  # noqa: N803
        assert BackupVaultName
        self._held[self._region].remove(RecoveryPointArn)


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    points = {HERE: ["daily", "continuous"], AWAY: ["copy"]}

    def aws(environment: Any, *, port: int | None = None) -> SimpleNamespace:
        assert port is None
        return SimpleNamespace(
            environment=environment,
            region=HERE,
            check_account=lambda: None,
            client=lambda _, region: Backup(points, region),
        )

    monkeypatch.setattr(scripts.aws, "Aws", aws)
    return points


def test_both_vaults_are_emptied_of_what_is_still_written_to_as_well(held: dict[str, list[str]]) -> None:
    done = CliRunner().invoke(app, ["empty-vaults", "--environment", "dev", "--yes"])
    assert done.exit_code == 0, done.output
    assert held == {HERE: [], AWAY: []}


def test_a_dry_run_deletes_nothing(held: dict[str, list[str]]) -> None:
    assert CliRunner().invoke(app, ["empty-vaults", "--environment", "dev", "--dry-run"]).exit_code == 0
    assert held == {HERE: ["daily", "continuous"], AWAY: ["copy"]}


@pytest.mark.parametrize("environment", ["staging", "prod"])
def test_backups_of_retained_data_stay(held: dict[str, list[str]], environment: str) -> None:
    done = CliRunner().invoke(app, ["empty-vaults", "--environment", environment, "--yes"])
    assert done.exit_code == 2
    assert held[HERE]
