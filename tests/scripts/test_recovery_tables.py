"""A restored table gets back what a restore loses, and is compared with what it was."""

from pathlib import Path
from typing import Any

import pytest

from scripts.aws import Aws, AwsError
from scripts.recovery import tables
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Origin, Store

KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}]


@pytest.fixture
def store(aws: Aws) -> Store:
    dynamodb, cloudwatch = aws.client("dynamodb"), aws.client("cloudwatch")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=KEYS,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        Tags=[{"Key": "backup", "Value": "scheduled"}],
    )
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires_at"}
    )
    dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
    )
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "1"}})
    shared = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold"}
    metric = {"Namespace": "AWS/DynamoDB", "MetricName": "ReadThrottleEvents"}
    dimensions = [{"Name": "TableName", "Value": "orders"}]
    cloudwatch.put_metric_alarm(
        AlarmName="plain",
        AlarmActions=["arn:topic"],
        Period=60,
        Statistic="Sum",
        Dimensions=dimensions,
        **metric,
        **shared,
    )
    query = {"Id": "m", "MetricStat": {"Metric": {**metric, "Dimensions": dimensions}, "Period": 60, "Stat": "Sum"}}
    cloudwatch.put_metric_alarm(AlarmName="math", Metrics=[query], **shared)
    cloudwatch.put_metric_alarm(
        AlarmName="other",
        Period=60,
        Statistic="Sum",
        Dimensions=[{"Name": "TableName", "Value": "o"}],
        **metric,
        **shared,
    )
    return Store("Orders", "table", "orders")


def restored(aws: Aws, store: Store, folder: Path, origin: Origin) -> Journal:
    journal = Journal(folder / "state.json", asked={})
    run(tables.restore_steps(aws, store, "copy", origin=origin, seconds=5), journal)
    return journal


def test_protection_ttl_recovery_and_tags_are_reapplied(aws: Aws, store: Store, tmp_path: Path) -> None:
    backup = tables.back_up(aws, "orders", "now", seconds=5)
    assert restored(aws, store, tmp_path, Origin(backup)).result("verify") == {"items": 1}
    assert tables.settings_of(aws, "copy") == tables.settings_of(aws, "orders")
    assert tables.settings_of(aws, "copy") | {"keys": None} == {
        "encryption_key": None,
        "keys": None,
        "indexes": [],
        "deletion_protection": True,
        "point_in_time_days": 35,
        "stream": None,
        "throughput": None,
        "ttl_attribute": "expires_at",
        "tags": [{"Key": "backup", "Value": "scheduled"}],
    }


def test_its_alarms_are_copied_and_those_of_other_tables_are_not(aws: Aws, store: Store, tmp_path: Path) -> None:
    restored(aws, store, tmp_path, Origin(tables.back_up(aws, "orders", "now", seconds=5)))
    alarms = {one["AlarmName"]: one for one in aws.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert sorted(alarms) == ["math", "math-copy", "other", "plain", "plain-copy"]
    assert alarms["plain-copy"]["Dimensions"] == [{"Name": "TableName", "Value": "copy"}]
    assert alarms["plain-copy"]["AlarmActions"] == ["arn:topic"]
    (query,) = alarms["math-copy"]["Metrics"]
    assert query["MetricStat"]["Metric"]["Dimensions"] == [{"Name": "TableName", "Value": "copy"}]


def test_a_table_that_is_gone_comes_back_with_the_settings_of_its_template(
    aws: Aws, store: Store, tmp_path: Path
) -> None:
    backup, dynamodb = tables.back_up(aws, "orders", "now", seconds=5), aws.client("dynamodb")
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="orders")
    declared: dict[str, Any] = {
        "KeySchema": KEYS,
        "Replicas": [
            {
                "DeletionProtectionEnabled": True,
                "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 14},
                "Tags": [{"Key": "backup", "Value": "scheduled"}],
            }
        ],
        "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expires_at"},
    }
    restored(aws, Store("Orders", "table", "orders", declared), tmp_path, Origin(backup))
    found = tables.settings_of(aws, "copy")
    assert (found["deletion_protection"], found["ttl_attribute"], found["tags"]) == (
        True,
        "expires_at",
        [{"Key": "backup", "Value": "scheduled"}],
    )
    assert found["point_in_time_days"] == 14


def test_a_restore_that_lost_a_setting_is_refused_by_name(
    aws: Aws, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tables.back_up(aws, "orders", "now", seconds=5)
    monkeypatch.setattr(tables, "_reapply", lambda *_: None)
    with pytest.raises(AwsError, match=r"copy is restored and not as it was: .*ttl_attribute is None instead of 'exp"):
        restored(aws, store, tmp_path, Origin(backup))


def test_the_order_of_attributes_does_not_change_a_checksum() -> None:
    one, other = {"a": {"S": "1"}, "b": {"N": "2"}}, {"b": {"N": "2"}, "a": {"S": "1"}}
    assert tables.digest(one) == tables.digest(other)
    assert tables.digest(one) != tables.digest({**one, "b": {"N": "3"}})


class Vault:
    """AWS Backup; moto has none of its jobs. A restore makes the table that DynamoDB itself is asked for."""

    def __init__(self, aws: Aws) -> None:
        self.asked: list[dict[str, Any]] = []
        self._dynamodb = aws.client("dynamodb")

    def get_paginator(self, _: str) -> Any:
        return type("Pages", (), {"paginate": lambda *_: [{"BackupPlansList": [{"BackupPlanId": "plan"}]}]})()

    def list_backup_selections(self, **_: str) -> dict[str, Any]:
        return {"BackupSelectionsList": [{"IamRoleArn": "arn:aws:iam::111122223333:role/backup"}]}

    def get_backup_plan(self, **_: str) -> dict[str, Any]:
        return {"BackupPlan": {"Rules": [{"TargetBackupVaultName": "groundwork-dev"}]}}

    def start_restore_job(self, **job: Any) -> dict[str, str]:
        if not self.asked:
            (own,) = self._dynamodb.list_backups()["BackupSummaries"]
            target = job["Metadata"]["targetTableName"]
            self._dynamodb.restore_table_from_backup(TargetTableName=target, BackupArn=own["BackupArn"])
        self.asked.append(job)
        return {"RestoreJobId": "job"}

    def describe_restore_job(self, **_: str) -> dict[str, str]:
        return {"Status": "COMPLETED", "CreatedResourceArn": "arn:aws:dynamodb:us-east-1:111122223333:table/copy"}


KEY = "arn:aws:kms:us-east-1:111122223333:key/data"
POINT = "arn:aws:backup:us-east-1:111122223333:recovery-point:1"


@pytest.fixture
def vault(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Vault:
    """AWS Backup, which restores the table's own backup."""
    tables.back_up(aws, "orders", "now", seconds=5)
    vault, real = Vault(aws), aws.client
    monkeypatch.setattr(aws, "client", lambda service: vault if service == "backup" else real(service))
    return vault


def test_a_point_of_the_vault_comes_back_through_aws_backup_under_the_key_in_use(
    aws: Aws, store: Store, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _encrypt(monkeypatch)
    restored(aws, store, tmp_path, Origin(POINT))
    (job,) = vault.asked
    assert (job["RecoveryPointArn"], job["ResourceType"]) == (POINT, "DynamoDB")
    assert job["Metadata"] == {"targetTableName": "copy", "encryptionType": "KMS", "kmsMasterKeyArn": KEY}
    assert tables.settings_of(aws, "copy")["ttl_attribute"] == "expires_at"


def test_a_restore_from_the_vault_that_stopped_asks_for_the_same_job(
    aws: Aws, store: Store, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "keep", _fails_on("restore", Journal.keep))
        with pytest.raises(RuntimeError, match="killed"):
            restored(aws, store, tmp_path, Origin(POINT))
    restored(aws, store, tmp_path, Origin(POINT))
    assert len(vault.asked) == 2
    assert len({job["IdempotencyToken"] for job in vault.asked}) == 1


def _fails_on(step: str, keep: Any) -> Any:
    def fail(journal: Journal, name: str, result: Any) -> None:
        if name == step:
            raise RuntimeError("killed")
        keep(journal, name, result)

    return fail


def test_a_table_comes_back_under_the_key_that_its_users_may_use(
    aws: Aws, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup = tables.back_up(aws, "orders", "now", seconds=5)
    asked: dict[str, Any] = {}
    aws.client("dynamodb").meta.events.register(
        "provide-client-params.dynamodb.RestoreTableFromBackup", lambda params, **_: asked.update(params)
    )
    _encrypt(monkeypatch)
    restored(aws, store, tmp_path, Origin(backup))
    assert asked["SSESpecificationOverride"] == {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY}


def _encrypt(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table has our key: moto's restored ones have none."""
    real = tables.settings_of
    monkeypatch.setattr(tables, "settings_of", lambda *asked: {**real(*asked), "encryption_key": KEY})
