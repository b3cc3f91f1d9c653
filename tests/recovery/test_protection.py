"""The ways back to each store's data are those that its templates deploy, and no others."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import config
from infra.assembly import Assembly, load
from infra.recovery import Protection, duration, protections
from infra.recovery.protection import interval
from scripts.protection import newest, render

TAG = {"Key": "backup", "Value": "scheduled"}
DAILY = {
    "RuleName": "daily",
    "TargetBackupVault": "vault",
    "ScheduleExpression": "cron(0 3 * * ? *)",
    "StartWindowMinutes": 60,
    "CompletionWindowMinutes": 480,
    "Lifecycle": {"DeleteAfterDays": 35},
}
AWAY = {"DestinationBackupVaultArn": "arn:aws:backup:us-west-2:1:backup-vault:v", "Lifecycle": {"DeleteAfterDays": 90}}


def plan(*rules: dict[str, Any], **selection: Any) -> dict[str, Any]:
    chosen = selection or {"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "scheduled"}]}
    return {
        "Plan": {"Type": "AWS::Backup::BackupPlan", "Properties": {"BackupPlan": {"BackupPlanRule": list(rules)}}},
        "Selection": {
            "Type": "AWS::Backup::BackupSelection",
            "Properties": {"BackupPlanId": {"Ref": "Plan"}, "BackupSelection": chosen},
        },
    }


@pytest.fixture
def protect(tmp_path: Path) -> Callable[..., Protection]:
    def build(kind: str, properties: dict[str, Any], others: dict[str, Any] | None = None) -> Protection:
        resources = {"Store": {"Type": kind, "Properties": properties}, **(others or {})}
        artifact = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111111111111/us-east-1",
            "properties": {"templateFile": "a.json"},
        }
        (tmp_path / "manifest.json").write_text(json.dumps({"version": "50.0.0", "artifacts": {"A": artifact}}))
        (tmp_path / "a.json").write_text(json.dumps({"Resources": resources}))
        (found,) = protections(load(tmp_path))
        return found

    return build


def test_a_copy_is_as_old_as_the_wait_for_the_next_one_to_end(protect: Callable[..., Protection]) -> None:
    found = protect("AWS::EFS::FileSystem", {"FileSystemTags": [TAG]}, plan(DAILY))
    (way,) = found.after_a_mistake
    assert (way.means, way.data_age_minutes, way.reaches_days) == ("daily copy", 1_440 + 60 + 480, 35)
    assert found.after_a_region == ()


def test_only_what_is_copied_away_survives_the_region(protect: Callable[..., Protection]) -> None:
    weekly = {**DAILY, "RuleName": "weekly", "ScheduleExpression": "cron(0 4 ? * SUN *)", "CopyActions": [AWAY]}
    found = protect("AWS::EFS::FileSystem", {"FileSystemTags": [TAG]}, plan(DAILY, weekly))
    assert [way.means for way in found.after_a_mistake] == ["daily copy", "weekly copy"]
    (way,) = found.after_a_region
    assert (way.means, way.reaches_days) == ("weekly copy", 90)
    assert way.data_age_minutes > 7 * 1_440


def test_what_aws_backup_does_not_know_has_no_copy_whatever_its_tags(protect: Callable[..., Protection]) -> None:
    cache = {"Tags": [TAG], "SnapshotRetentionLimit": 5}
    for kind in ("ReplicationGroup", "ServerlessCache"):
        (way,) = protect(f"AWS::ElastiCache::{kind}", cache, plan(DAILY)).after_a_mistake
        assert (way.means, way.reaches_days) == ("daily snapshot", 5)


@pytest.mark.parametrize("kind", ["DocDB", "RDS"])
def test_a_cluster_goes_back_to_any_second_that_it_keeps_backups_of(
    protect: Callable[..., Protection], kind: str
) -> None:
    way = protect(f"AWS::{kind}::DBCluster", {"BackupRetentionPeriod": 14}).after_a_mistake[0]
    assert (way.means, way.data_age_minutes, way.reaches_days) == ("point-in-time recovery", 5, 14)


def test_what_no_selection_covers_has_no_copy(protect: Callable[..., Protection]) -> None:
    found = protect("AWS::EFS::FileSystem", {"FileSystemTags": []}, plan(DAILY))
    assert found.after_a_mistake == found.after_a_region == ()


def test_a_table_goes_back_to_any_second_where_it_says_so(protect: Callable[..., Protection]) -> None:
    recovery = {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    home = {"Region": "us-east-1", "PointInTimeRecoverySpecification": recovery}
    way = protect("AWS::DynamoDB::GlobalTable", {"Replicas": [home]}).after_a_mistake[0]
    assert (way.means, way.data_age_minutes, way.reaches_days) == ("point-in-time recovery", 5, 7)
    off = {"PointInTimeRecoveryEnabled": False}
    assert protect("AWS::DynamoDB::Table", {"PointInTimeRecoverySpecification": off}).after_a_mistake == ()


def test_a_replica_elsewhere_is_a_live_way_out_of_the_region(protect: Callable[..., Protection]) -> None:
    replicas = [{"Region": "us-east-1"}, {"Region": "us-west-2"}]
    (way,) = protect("AWS::DynamoDB::GlobalTable", {"Replicas": replicas}).after_a_region
    assert way.live
    assert way.data_age_minutes < 1
    assert protect("AWS::DynamoDB::GlobalTable", {"Replicas": replicas[:1]}).after_a_region == ()


def test_a_bucket_goes_back_as_far_as_it_keeps_versions(protect: Callable[..., Protection]) -> None:
    versioned = {"VersioningConfiguration": {"Status": "Enabled"}}
    rules = [{"NoncurrentVersionExpiration": {"NoncurrentDays": days}} for days in (30, 90)]
    way = protect("AWS::S3::Bucket", {**versioned, "LifecycleConfiguration": {"Rules": rules}}).after_a_mistake[0]
    assert (way.means, way.data_age_minutes, way.reaches_days) == ("versions", 0, 30)
    assert protect("AWS::S3::Bucket", {}).after_a_mistake == ()


def test_a_continuous_record_is_minutes_old_and_stays_here(protect: Callable[..., Protection]) -> None:
    rule = {**DAILY, "RuleName": "continuous", "EnableContinuousBackup": True}
    named = plan(rule, Resources=[{"Fn::GetAtt": ["Store", "Arn"]}])
    (way,) = protect("AWS::S3::Bucket", {}, named).after_a_mistake
    assert (way.means, way.data_age_minutes, way.reaches_days) == ("continuous record", 15, 35)


@pytest.mark.parametrize(
    ("schedule", "minutes"),
    [
        ("rate(12 hours)", 720),
        ("rate(1 day)", 1_440),
        ("cron(0 * * * ? *)", 60),
        ("cron(0 3 * * ? *)", 1_440),
        ("cron(0 4 ? * SUN *)", 10_080),
        ("cron(0 5 1 * ? *)", 44_640),
        ("cron(0 5 2 1 ? *)", 527_040),
    ],
)
def test_the_wait_between_two_copies_is_the_longest_that_the_schedule_makes(schedule: str, minutes: float) -> None:
    assert interval(schedule) == minutes


@pytest.mark.parametrize(
    ("minutes", "said"), [(1 / 60, "1 s"), (5, "5 min"), (240, "4 h"), (1_980, "33 h"), (11_000, "8 d")]
)
def test_durations_are_said_as_people_say_them(minutes: float, said: str) -> None:
    assert duration(minutes) == said


def test_every_store_of_production_has_a_way_back_from_both_losses(loaded: Callable[[str], Assembly]) -> None:
    found = [one for one in protections(loaded("prod")) if one.kind != "user pool"]
    assert {one.kind for one in found} >= {"Aurora", "DynamoDB", "S3"}
    assert [one.name for one in found if not one.after_a_mistake] == []
    assert [one.name for one in found if not one.after_a_region and one.kind != "cache"] == []


@pytest.mark.parametrize("environment", ["dev", "staging", "prod"])
def test_no_store_of_the_configuration_is_left_out(environment: str, loaded: Callable[[str], Assembly]) -> None:
    found = {one.name for one in protections(loaded(environment)) if not one.store.stack.stage}
    data = config.load(environment).data
    listed = (data.tables, data.buckets, data.databases, data.document_databases, data.caches, data.file_systems)
    assert {store.id for stores in listed for store in stores} <= found


def test_the_newest_record_of_each_store_counts(tmp_path: Path) -> None:
    for day, seconds in (("2026-01-02", 5.0), ("2026-01-01", 9.0)):
        store = {"store": "Todos", "kind": "table", "written": 10, "differences": 0}
        measured = {**store, "recovery_seconds": seconds, "data_age_seconds": 1.0}
        record = {"environment": "dev", "begun": f"{day}T00:00:00+00:00", "stores": [measured]}
        (tmp_path / f"drill-dev-{day}.json").write_text(json.dumps(record))
    assert newest(tmp_path)["dev", "Todos"]["recovery_seconds"] == 5.0
    assert "| dev | Todos | table | 10 | 0 | 5.0 s | 1.0 s | 2026-01-02 |" in render({}, newest(tmp_path))
