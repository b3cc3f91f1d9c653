"""A restore test succeeds only when what came back is whole; whatever is wrong, AWS Backup hears it in words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from constructs_lib.restore_testing.runtime import canaries, handler

KEY = "arn:aws:kms:us-east-1:111122223333:key/data"
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)


class Backup:
    """AWS Backup with one job; remembers what it is told."""

    def __init__(self) -> None:
        self.job: dict[str, Any] = {}
        self.jobs: list[dict[str, Any]] = []
        self.told: list[dict[str, str]] = []

    def describe_restore_job(self, RestoreJobId: str) -> dict[str, Any]:  # noqa: N803
        return {"RestoreJobId": RestoreJobId, **self.job}

    def put_restore_validation_result(self, **result: str) -> None:
        self.told.append(result)

    def get_paginator(self, _: str) -> "Backup":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"RestoreJobs": self.jobs}]


@pytest.fixture
def backup(monkeypatch: pytest.MonkeyPatch) -> Backup:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "DATA_KEY": KEY,
        "KINDS": '["DynamoDB", "S3"]',
        "METRICS_NAMESPACE": "groundwork/test",
    }.items():
        monkeypatch.setenv(name, value)
    backup = Backup()
    monkeypatch.setattr(handler, "client", lambda service: backup if service == "backup" else boto3.client(service))
    return backup


@pytest.fixture
def run(backup: Backup) -> Callable[..., dict[str, Any]]:
    def run(kind: str, arn: str, **changes: Any) -> dict[str, Any]:
        backup.job = {
            "ResourceType": kind,
            "CreatedResourceArn": arn,
            "Status": "COMPLETED",
            "CreatedBy": {"RestoreTestingPlanArn": "arn:plan"},
            "CreationDate": NOW,
            "CompletionDate": NOW + timedelta(minutes=7),
            **changes,
        }
        return handler.handler(
            {"detail-type": "Restore Job State Change", "detail": {"restoreJobId": "job-1"}}, object()
        )

    return run


def make_table(name: str, *, sort: bool = False, key: str = KEY) -> str:
    attributes = [("pk", "HASH"), *([("sk", "RANGE")] if sort else [])]
    arn: str = boto3.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[{"AttributeName": attribute, "KeyType": kind} for attribute, kind in attributes],
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute, _ in attributes],
        BillingMode="PAY_PER_REQUEST",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
    )["TableDescription"]["TableArn"]
    return arn


def write_canary(kind: str, name: str) -> None:
    assert canaries.write(boto3.client, [{"kind": kind, "name": name}]) == 1


@mock_aws
def test_a_whole_table_is_told_as_successful_with_its_times(
    backup: Backup, run: Callable[..., dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    arn = make_table("restored")
    write_canary("table", "restored")
    result = run(
        "DynamoDB",
        arn,
        CreationDate=datetime.now(UTC) + timedelta(hours=2),
        CompletionDate=datetime.now(UTC) + timedelta(hours=3),
    )
    assert [told["ValidationStatus"] for told in backup.told] == ["SUCCESSFUL"]
    assert result["problem"] is None
    metrics = json.loads(capsys.readouterr().out)
    assert (metrics["RestoreTestFailed"], metrics["ResourceType"]) == (0, "DynamoDB")
    assert metrics["RecoveryTimeSeconds"] == pytest.approx(3600, abs=2)
    assert metrics["DataAgeSeconds"] == pytest.approx(7200, abs=5)
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
    assert {one["Name"] for one in directive["Metrics"]} <= set(metrics)


def _without_canary() -> tuple[str, str]:
    return make_table("restored"), "lacks its canary"


def _with_a_changed_canary() -> tuple[str, str]:
    arn = make_table("restored")
    write_canary("table", "restored")
    dynamodb = boto3.client("dynamodb")
    (item,) = dynamodb.scan(TableName="restored")["Items"]
    item["canary"]["S"] = item["canary"]["S"].replace("2026", "2027").replace("2025", "2027")
    dynamodb.put_item(TableName="restored", Item=item)
    return arn, "the canary of restored is not what was written: its checksum does not fit"


def _with_another_key() -> tuple[str, str]:
    return make_table("restored", key="arn:aws:kms:us-east-1:111122223333:key/other"), "the key of restored is arn:aws"


def _with_a_canary_that_is_no_json() -> tuple[str, str]:
    arn = make_table("restored")
    key = {"pk": {"S": canaries.MARK}}
    boto3.client("dynamodb").put_item(TableName="restored", Item={**key, "canary": {"S": "{"}})
    return arn, "is not what was written"


def _that_is_gone() -> tuple[str, str]:
    return "arn:aws:dynamodb:us-east-1:111122223333:table/nowhere", "could not be looked at: ResourceNotFoundException"


@pytest.mark.parametrize(
    "broken",
    [_without_canary, _with_a_changed_canary, _with_another_key, _with_a_canary_that_is_no_json, _that_is_gone],
)
@mock_aws
def test_a_table_that_is_not_whole_fails_with_the_reason(
    broken: Callable[[], tuple[str, str]], backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    arn, reason = broken()
    assert run("DynamoDB", arn)["RestoreTestFailed"] == 1
    (told,) = backup.told
    assert told["ValidationStatus"] == "FAILED"
    assert reason in told["ValidationStatusMessage"]


@mock_aws
def test_a_table_of_another_shape_than_its_source_fails(backup: Backup, run: Callable[..., dict[str, Any]]) -> None:
    source, arn = make_table("live", sort=True), make_table("restored")
    write_canary("table", "restored")
    run("DynamoDB", arn, SourceResourceArn=source)
    assert "the key schema of restored is ['pk (HASH)'] instead of ['pk (HASH)', 'sk (RANGE)']" in str(backup.told)


@pytest.mark.parametrize(("key", "status"), [(KEY, "SUCCESSFUL"), ("arn:other", "FAILED")])
@mock_aws
def test_a_bucket_is_whole_with_its_canary_under_our_key(
    key: str, status: str, backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="restored")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="restored", ServerSideEncryptionConfiguration={"Rules": [rule]})
    write_canary("bucket", "restored")
    run("S3", "arn:aws:s3:::restored")
    assert backup.told[0]["ValidationStatus"] == status


@mock_aws
def test_an_empty_bucket_fails(backup: Backup, run: Callable[..., dict[str, Any]]) -> None:
    boto3.client("s3").create_bucket(Bucket="restored")
    run("S3", "arn:aws:s3:::restored")
    assert "restored lacks its canary .groundwork/canary.json" in str(backup.told)


@pytest.mark.parametrize(("encrypted", "status"), [(True, "SUCCESSFUL"), (False, "FAILED")])
@mock_aws
def test_a_cluster_is_there_and_encrypted_with_our_key(
    encrypted: bool, status: str, backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    made = boto3.client("rds").create_db_cluster(
        DBClusterIdentifier="restored",
        Engine="aurora-postgresql",
        MasterUsername="root_user",
        MasterUserPassword="not-a-secret-1",
        **({"StorageEncrypted": True, "KmsKeyId": KEY} if encrypted else {}),
    )
    run("Aurora", made["DBCluster"]["DBClusterArn"])
    assert backup.told[0]["ValidationStatus"] == status


def test_an_unknown_kind_is_a_failed_test_not_a_silent_success(
    backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    run("Neptune", "arn:any")
    assert "nobody knows how to look at Neptune" in backup.told[0]["ValidationStatusMessage"]


def test_a_restore_that_failed_is_counted_and_needs_no_validation(
    backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    assert run("DynamoDB", "arn:any", Status="FAILED", StatusMessage="no quota")["RestoreTestFailed"] == 1
    assert backup.told == []


def test_a_restore_that_somebody_asked_for_is_left_alone(backup: Backup, run: Callable[..., dict[str, Any]]) -> None:
    assert "skipped" in run("DynamoDB", "arn:any", CreatedBy={})
    assert backup.told == []


def test_days_since_the_last_success_are_counted_by_kind(backup: Backup) -> None:
    def job(kind: str, days: float, status: str = "SUCCESSFUL", **more: Any) -> dict[str, Any]:
        ended = datetime.now(UTC) - timedelta(days=days)
        made = {"CreatedBy": {"RestoreTestingPlanArn": "arn:plan"}, **more}
        return {"ResourceType": kind, "CompletionDate": ended, "ValidationStatus": status, **made}

    backup.jobs = [
        job("DynamoDB", 40.5),
        job("DynamoDB", 12.5),
        job("DynamoDB", 2.5, "FAILED"),
        job("DynamoDB", 1.5, CreatedBy={}),
    ]
    assert handler.handler({"task": "age"}, object())["days"] == {"DynamoDB": 12, "S3": handler.REPORTED_DAYS}


@pytest.mark.parametrize("event", [{}, {"task": "other"}, {"detail-type": "Copy Job State Change"}])
def test_an_event_that_means_nothing_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="task must be canaries or age, or the event a restore job's"):
        handler.handler(event, object())
