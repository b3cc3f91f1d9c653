"""A restore test succeeds only when what came back is whole; whatever is wrong, AWS Backup hears it in words."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from unittest.mock import Mock

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from constructs_lib.restore_testing.runtime import canaries, handler

KEY = "arn:aws:kms:us-east-1:111122223333:key/data"
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)


class Backup:
    """AWS Backup with one job; remembers what it is told."""

    def __init__(self) -> None:
        self.job: dict[str, Any] = {}
        self.jobs: list[dict[str, Any]] = []
        self.selections: list[dict[str, Any]] = []
        self.told: list[dict[str, str]] = []

    def describe_restore_job(self, RestoreJobId: str) -> dict[str, Any]:  # noqa: N803
        return {"RestoreJobId": RestoreJobId, **self.job}

    def put_restore_validation_result(self, **result: str) -> None:
        self.told.append(result)

    def get_paginator(self, _: str) -> "Backup":
        return self

    def paginate(self, **_: Any) -> list[dict[str, Any]]:
        return [{"RestoreJobs": self.jobs, "RestoreTestingSelections": self.selections}]


@pytest.fixture
def backup(monkeypatch: pytest.MonkeyPatch) -> Backup:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "CANARIES": '[{"kind": "table", "name": "live"}, {"kind": "bucket", "name": "files"}]',
        "DATA_KEY": KEY,
        "KINDS": '["DynamoDB", "S3"]',
        "METRICS_NAMESPACE": "groundwork/test",
        "PLAN": "groundwork_test",
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


@pytest.mark.parametrize("source", ["live", "ledger"])
@mock_aws
def test_a_table_that_gets_no_canaries_is_whole_without_one(
    source: str, backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    arn, was = make_table("restored"), make_table(source)
    run("DynamoDB", arn, SourceResourceArn=was)
    assert backup.told[0]["ValidationStatus"] == ("FAILED" if source == "live" else "SUCCESSFUL")


@pytest.mark.parametrize("key", [KEY, "arn:aws:kms:us-east-1:111122223333:alias/aws/s3"])
@mock_aws
def test_a_bucket_is_whole_with_its_canary_under_whichever_key_aws_chose(
    key: str, backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="restored")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="restored", ServerSideEncryptionConfiguration={"Rules": [rule]})
    write_canary("bucket", "restored")
    run("S3", "arn:aws:s3:::restored")
    assert backup.told[0]["ValidationStatus"] == "SUCCESSFUL"


@mock_aws
def test_an_empty_bucket_fails(backup: Backup, run: Callable[..., dict[str, Any]]) -> None:
    boto3.client("s3").create_bucket(Bucket="restored")
    run("S3", "arn:aws:s3:::restored")
    assert "restored lacks its canary .groundwork/canary.json" in str(backup.told)


@pytest.mark.parametrize(("encrypted", "status"), [(True, "SUCCESSFUL"), (False, "FAILED")])
@mock_aws
def test_a_document_database_is_there_and_encrypted_with_our_key(
    encrypted: bool, status: str, backup: Backup, run: Callable[..., dict[str, Any]]
) -> None:
    made = boto3.client("rds").create_db_cluster(
        DBClusterIdentifier="restored",
        Engine="aurora-postgresql",
        MasterUsername="root_user",
        MasterUserPassword="not-a-secret-1",
        **({"StorageEncrypted": True, "KmsKeyId": KEY} if encrypted else {}),
    )
    run("DocumentDB", made["DBCluster"]["DBClusterArn"])
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


class Database:
    """RDS and its Data API with one restored cluster, which takes its time; SQL is answered from `rows`."""

    class exceptions:  # noqa: N801 - as boto3 has it
        DBClusterNotFoundFault = type("DBClusterNotFoundFault", (Exception,), {})
        DBInstanceAlreadyExistsFault = type("DBInstanceAlreadyExistsFault", (Exception,), {})
        DBInstanceNotFoundFault = type("DBInstanceNotFoundFault", (Exception,), {})
        InvalidDBInstanceStateFault = type("InvalidDBInstanceStateFault", (Exception,), {})

    ARN = "arn:aws:rds:us-east-1:111122223333:cluster:awsbackup-restore-test-1"

    def __init__(self) -> None:
        self.cluster: dict[str, Any] = {
            "DBClusterIdentifier": "awsbackup-restore-test-1",
            "DBClusterArn": self.ARN,
            "DBClusterMembers": [],
            "DatabaseName": "app",
            "Engine": "aurora-postgresql",
            "KmsKeyId": KEY,
            "Status": "available",
            "TagList": [{"Key": "awsbackup-restore-test", "Value": "job-1"}, {"Key": "owner", "Value": "x"}],
        }
        self.instances: dict[str, dict[str, Any]] = {}
        self.deleted: list[str] = []
        self.refusals: list[str] = []
        self.rows: list[dict[str, Any]] = []
        self.tables = 3
        self.made_by_others = False

    def pass_time(self) -> None:
        for instance in self.instances.values():
            instance.update(DBInstanceStatus="available", InstanceCreateTime=NOW + timedelta(minutes=20))
        if secret := self.cluster.get("MasterUserSecret"):
            secret["SecretStatus"] = "active"

    def describe_db_clusters(self, DBClusterIdentifier: str) -> dict[str, Any]:  # noqa: N803
        if DBClusterIdentifier != self.cluster["DBClusterIdentifier"]:
            raise self.exceptions.DBClusterNotFoundFault(DBClusterIdentifier)
        return {"DBClusters": [json.loads(json.dumps(self.cluster))]}

    def describe_db_instances(self, DBInstanceIdentifier: str) -> dict[str, Any]:  # noqa: N803
        return {"DBInstances": [self.instances[DBInstanceIdentifier]]}

    def modify_db_cluster(self, **changes: Any) -> None:
        if changes.get("ManageMasterUserPassword"):
            assert self.instances, "RDS makes a password once there is an instance"
            assert changes["MasterUserSecretKmsKeyId"] == KEY
            self.cluster["MasterUserSecret"] = {"SecretArn": "arn:secret", "SecretStatus": "creating"}
        self.cluster |= {key: changes[key] for key in ("ServerlessV2ScalingConfiguration",) if key in changes}

    def create_db_instance(self, **wanted: Any) -> None:
        assert self.cluster["ServerlessV2ScalingConfiguration"], "a serverless instance needs the cluster's capacity"
        name = wanted["DBInstanceIdentifier"]
        if self.made_by_others:
            raise self.exceptions.DBInstanceAlreadyExistsFault(name)
        self.instances[name] = {"DBInstanceStatus": "creating", **wanted}
        self.cluster["DBClusterMembers"] = [{"DBInstanceIdentifier": name}]

    def delete_db_instance(self, DBInstanceIdentifier: str, **_: Any) -> None:  # noqa: N803
        self.deleted.append(DBInstanceIdentifier)

    def enable_http_endpoint(self, ResourceArn: str) -> None:  # noqa: N803
        assert ResourceArn == self.ARN
        self.cluster["HttpEndpointEnabled"] = True

    def execute_statement(self, *, sql: str, **where: str) -> dict[str, str]:
        assert where == {
            "resourceArn": self.ARN,
            "secretArn": "arn:secret",
            "database": "app",
            "formatRecordsAs": "JSON",
        }
        if self.refusals:
            raise ClientError({"Error": {"Code": self.refusals.pop(), "Message": "no"}}, "ExecuteStatement")
        rows = [{"tables_now": self.tables}] if "information_schema" in sql else self.rows
        return {"formattedRecords": json.dumps(rows)}


def canary_row(number: int, *, tables: int = 3) -> dict[str, Any]:
    return {"number": number, "tables_then": tables, **canaries.sealed(NOW - timedelta(hours=5))}


@pytest.fixture
def database(backup: Backup, monkeypatch: pytest.MonkeyPatch) -> Database:
    database = Database()
    database.rows = [canary_row(1), canary_row(2)]
    monkeypatch.setattr(handler, "client", lambda service: backup if service == "backup" else database)
    monkeypatch.setattr(handler, "datetime", Mock(wraps=datetime, now=lambda _: NOW + timedelta(hours=1)))
    return database


def ask_until_a_verdict(database: Database, run: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    """Run as the schedule does, time passing in between."""
    results = [run("Aurora", database.ARN)]
    while "awaits" in results[-1] and len(results) < 9:
        database.pass_time()
        results.append(run("Aurora", database.ARN))
    return results


def test_a_database_gets_an_instance_and_a_password_is_asked_and_left_as_it_came(
    backup: Backup, database: Database, run: Callable[..., dict[str, Any]]
) -> None:
    *waits, verdict = ask_until_a_verdict(database, run)
    assert [wait["awaits"] for wait in waits] == [
        "an instance for the restored cluster",
        "a password for the restored cluster, and its Data API",
    ]
    assert [told["ValidationStatus"] for told in backup.told] == ["SUCCESSFUL"]
    assert (verdict["RecoveryTimeSeconds"], verdict["DataAgeSeconds"]) == (20 * 60, 5 * 3600)
    (instance,) = database.instances.values()
    assert instance["Tags"] == [{"Key": "awsbackup-restore-test", "Value": "job-1"}]
    assert (instance["DBInstanceClass"], instance["PubliclyAccessible"]) == ("db.serverless", False)
    assert database.deleted == [instance["DBInstanceIdentifier"]]


@pytest.mark.parametrize(
    ("rows", "tables", "reason"),
    [
        ([], 3, "lacks its canaries"),
        ([canary_row(1), canary_row(3)], 3, "the number of canaries of awsbackup-restore-test-1 is 2 instead of 3"),
        ([canary_row(1)], 2, "the number of tables of awsbackup-restore-test-1 is 2 instead of 3"),
        ([{**canary_row(1), "nonce": "another"}], 3, "its checksum does not fit"),
    ],
)
def test_a_database_that_is_not_whole_fails_with_the_reason_and_loses_its_instance(
    rows: list[dict[str, Any]],
    tables: int,
    reason: str,
    database: Database,
    run: Callable[..., dict[str, Any]],
) -> None:
    database.rows, database.tables = rows, tables
    verdict = ask_until_a_verdict(database, run)[-1]
    assert reason in verdict["problem"]
    assert verdict["RestoreTestFailed"] == 1
    assert len(database.deleted) == 1


def test_a_database_under_another_key_fails_before_anything_is_made(
    backup: Backup, database: Database, run: Callable[..., dict[str, Any]]
) -> None:
    database.cluster["KmsKeyId"] = "arn:other"
    run("Aurora", database.ARN)
    assert "the key of awsbackup-restore-test-1 is arn:other" in backup.told[0]["ValidationStatusMessage"]
    assert not database.instances


def test_a_data_api_that_is_not_ready_is_asked_again_and_one_that_refuses_fails(
    backup: Backup, database: Database, run: Callable[..., dict[str, Any]]
) -> None:
    database.refusals = ["HttpEndpointNotEnabledException", "DatabaseResumingException"]
    assert len(ask_until_a_verdict(database, run)) == 5
    assert backup.told[0]["ValidationStatus"] == "SUCCESSFUL"
    database.refusals = ["DatabaseErrorException"]
    run("Aurora", database.ARN)
    assert "could not be looked at: ClientError" in backup.told[1]["ValidationStatusMessage"]


def test_two_invocations_at_once_make_one_instance(database: Database, run: Callable[..., dict[str, Any]]) -> None:
    database.made_by_others = True
    assert run("Aurora", database.ARN)["awaits"] == "an instance for the restored cluster"


def test_a_database_that_never_answers_fails_before_aws_takes_it_away(
    backup: Backup, database: Database, run: Callable[..., dict[str, Any]]
) -> None:
    run("Aurora", database.ARN)
    run("Aurora", database.ARN, CompletionDate=NOW - timedelta(hours=2, minutes=1))
    assert backup.told[0]["ValidationStatus"] == "FAILED"
    assert "within 3:00:00: it still awaits an instance" in backup.told[0]["ValidationStatusMessage"]
    assert len(database.deleted) == 1


def test_a_test_that_has_its_verdict_is_not_judged_again_but_loses_its_instance(
    backup: Backup, database: Database, run: Callable[..., dict[str, Any]]
) -> None:
    run("Aurora", database.ARN)
    assert run("Aurora", database.ARN, ValidationStatus="FAILED")["skipped"] == "its verdict is FAILED"
    assert run("Aurora", "arn:aws:rds:us-east-1:111122223333:cluster:gone", ValidationStatus="SUCCESSFUL")
    assert (backup.told, len(database.deleted)) == ([], 1)


def test_the_schedule_comes_back_to_tests_without_a_verdict_alone(backup: Backup, database: Database) -> None:
    backup.job = {
        "ResourceType": "Aurora",
        "CreatedResourceArn": database.ARN,
        "Status": "COMPLETED",
        "CreatedBy": {"RestoreTestingPlanArn": "arn:plan"},
        "CreationDate": NOW,
        "CompletionDate": NOW,
    }
    made = {"ResourceType": "Aurora", "CreatedBy": {"RestoreTestingPlanArn": "arn:plan"}, "CompletionDate": NOW}
    backup.jobs = [
        {"RestoreJobId": "judged", "ValidationStatus": "SUCCESSFUL", **made},
        {"RestoreJobId": "somebody's", **made, "CreatedBy": {}},
        {"RestoreJobId": "open", **made},
    ]
    (looked_at,) = handler.handler({"task": "open"}, object())["looked_at"]
    assert (looked_at["job"], looked_at["awaits"]) == ("open", "an instance for the restored cluster")


class Files:
    """EFS with one restored file system, and Lambda with the function that mounts it; both take their time."""

    class exceptions:  # noqa: N801 - as boto3 has it
        FileSystemNotFound = type("FileSystemNotFound", (Exception,), {})
        MountTargetConflict = type("MountTargetConflict", (Exception,), {})

    ARN = "arn:aws:elasticfilesystem:us-east-1:111122223333:file-system/fs-1"
    POINT = "arn:aws:elasticfilesystem:us-east-1:111122223333:access-point/fsap-1"

    def __init__(self) -> None:
        self.found = {"LifeCycleState": "available", "KmsKeyId": KEY, "SizeInBytes": {"Value": 6144}}
        self.targets: list[dict[str, Any]] = []
        self.points: list[dict[str, Any]] = []
        self.mounted: dict[str, Any] = {"FileSystemConfigs": []}
        self.answer: dict[str, Any] = {"canaries": [json.dumps(canaries.sealed(NOW - timedelta(hours=5)))]}
        self.fails = ""

    def pass_time(self) -> None:
        for one in (*self.targets, *self.points):
            one["LifeCycleState"] = "available"
        self.mounted.setdefault("LastUpdateStatus", "Successful")
        if self.mounted["LastUpdateStatus"] == "InProgress":
            self.mounted["LastUpdateStatus"] = "Failed" if self.fails else "Successful"

    def describe_file_systems(self, FileSystemId: str) -> dict[str, Any]:  # noqa: N803
        return {"FileSystems": [{**self.found, "FileSystemId": FileSystemId}]}

    def describe_mount_targets(self, FileSystemId: str) -> dict[str, Any]:  # noqa: N803
        return {"MountTargets": self.targets}

    def describe_access_points(self, FileSystemId: str) -> dict[str, Any]:  # noqa: N803
        return {"AccessPoints": self.points}

    def create_mount_target(self, **wanted: Any) -> None:
        assert wanted == {"FileSystemId": "fs-1", "SubnetId": "subnet-1", "SecurityGroups": ["sg-1"]}
        self.targets.append({"MountTargetId": "fsmt-1", "LifeCycleState": "creating"})

    def create_access_point(self, **wanted: Any) -> None:
        assert [tag["Key"] for tag in wanted["Tags"]] == ["awsbackup-restore-test"]
        assert (wanted["ClientToken"], wanted["RootDirectory"]) == ("fs-1", {"Path": "/"})
        made = {"AccessPointId": "fsap-1", "AccessPointArn": self.POINT, "LifeCycleState": "creating"}
        self.points.append(made)

    def delete_mount_target(self, MountTargetId: str) -> None:  # noqa: N803
        self.targets.clear()

    def delete_access_point(self, AccessPointId: str) -> None:  # noqa: N803
        self.points.clear()

    def get_function_configuration(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == "reader"
        return dict(self.mounted)

    def update_function_configuration(self, FunctionName: str, FileSystemConfigs: Any) -> None:  # noqa: N803
        self.mounted = {"FileSystemConfigs": FileSystemConfigs, "LastUpdateStatus": "InProgress"}

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803
        assert self.mounted["FileSystemConfigs"] == [{"Arn": self.POINT, "LocalMountPath": "/mnt/files"}]
        return {"Payload": BytesIO(json.dumps(self.answer).encode()), **({"FunctionError": "x"} if self.fails else {})}


@pytest.fixture
def files(backup: Backup, monkeypatch: pytest.MonkeyPatch) -> Files:
    files = Files()
    settings = {"reader": "reader", "subnet": "subnet-1", "security_group": "sg-1"}
    monkeypatch.setenv("FILES", json.dumps(settings))
    monkeypatch.setattr(handler, "client", lambda service: backup if service == "backup" else files)
    monkeypatch.setattr(handler, "datetime", Mock(wraps=datetime, now=lambda _: NOW + timedelta(hours=1)))
    return files


def read_until_a_verdict(files: Files, run: Callable[..., dict[str, Any]]) -> list[dict[str, Any]]:
    results = [run("EFS", files.ARN)]
    while "awaits" in results[-1] and len(results) < 9:
        files.pass_time()
        results.append(run("EFS", files.ARN))
    return results


def test_files_are_mounted_read_and_left_as_they_came(
    backup: Backup, files: Files, run: Callable[..., dict[str, Any]]
) -> None:
    *waits, verdict = read_until_a_verdict(files, run)
    assert [wait["awaits"] for wait in waits] == [
        "a mount target of the restored file system",
        "an access point of the restored file system",
        "the function that mounts the restored file system",
    ]
    assert [told["ValidationStatus"] for told in backup.told] == ["SUCCESSFUL"]
    assert verdict["DataAgeSeconds"] == 5 * 3600
    assert (files.targets, files.points, files.mounted["FileSystemConfigs"]) == ([], [], [])


@pytest.mark.parametrize(
    ("break_it", "reason"),
    [
        (lambda files: files.answer.update(canaries=[]), "fs-1 lacks its canary"),
        (lambda files: files.answer.update(canaries=['{"nonce": "x"}']), "the canary of fs-1 is not what was written"),
        (lambda files: files.found.update(KmsKeyId="arn:other"), "the key of fs-1 is arn:other"),
        (lambda files: files.found.update(SizeInBytes={"Value": 0}), "that fs-1 holds anything"),
        (lambda files: setattr(files, "fails", "no route"), "the restored file system cannot be mounted"),
    ],
)
def test_files_that_are_not_whole_fail_with_the_reason_and_stay_mounted_nowhere(
    break_it: Callable[[Files], None], reason: str, files: Files, run: Callable[..., dict[str, Any]]
) -> None:
    break_it(files)
    assert reason in read_until_a_verdict(files, run)[-1]["problem"]
    assert (files.targets, files.points, files.mounted["FileSystemConfigs"]) == ([], [], [])


def test_a_function_that_cannot_read_says_why(files: Files, run: Callable[..., dict[str, Any]]) -> None:
    for _ in range(3):
        run("EFS", files.ARN)
        files.pass_time()
    files.fails, files.answer = "yes", {"errorMessage": "no route to host"}
    assert "fs-1 could not be read" in run("EFS", files.ARN)["problem"]


class Functions:
    """Lambda with a writer of canaries."""

    def __init__(self) -> None:
        self.called: list[dict[str, Any]] = []

    def invoke(self, **call: Any) -> None:
        self.called.append(call)


def test_a_writer_inside_the_network_gets_a_canary_and_is_not_waited_for() -> None:
    functions = Functions()
    assert canaries.write(lambda _: functions, [{"kind": "function", "name": "writer"}]) == 1
    (call,) = functions.called
    assert (call["FunctionName"], call["InvocationType"]) == ("writer", "Event")
    assert canaries.opened(json.loads(call["Payload"])["Canary"])


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


@pytest.mark.parametrize("days", [0, 20, 40])
def test_a_kind_that_was_never_tested_counts_from_the_day_it_was_chosen(backup: Backup, days: int) -> None:
    chosen = datetime.now(UTC) - timedelta(days=days, hours=1)
    backup.selections = [{"ProtectedResourceType": kind, "CreationTime": chosen} for kind in ("DynamoDB", "S3")]
    assert handler.handler({"task": "age"}, object())["days"] == {"DynamoDB": days, "S3": days}


@pytest.mark.parametrize("event", [{}, {"task": "other"}, {"detail-type": "Copy Job State Change"}])
def test_an_event_that_means_nothing_is_refused(event: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="task must be canaries, age or open, or the event a restore job's"):
        handler.handler(event, object())
