"""Restores a DynamoDB table beside the one in use, and gives it the settings that a restored table loses.

A restore always makes a new table. It keeps the keys, the indexes, the encryption and the billing of the backup, and
loses point-in-time recovery, TTL, tags, deletion protection, streams and everything that watches the table
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CreateBackup.html). What lies in a vault of AWS Backup
comes back through AWS Backup; DynamoDB knows its own backups alone.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from scripts.aws import Aws, AwsError, code_of
from scripts.recovery.alarms import copy_alarms
from scripts.recovery.journal import Journal, Step
from scripts.recovery.stores import Origin, Store
from scripts.recovery.vaults import start_restore, wait_for_restore
from scripts.recovery.waiting import wait

VAULT_POINT = "arn:aws:backup:"
"""How the ARN of a recovery point begins; a backup of DynamoDB's own is `arn:aws:dynamodb:...`."""


def back_up(aws: Aws, table: str, name: str, *, seconds: float) -> str:
    """Make an on-demand backup and return its ARN when it can be restored."""
    dynamodb = aws.client("dynamodb")
    arn: str = dynamodb.create_backup(TableName=table, BackupName=name)["BackupDetails"]["BackupArn"]

    def available() -> Any:
        status = dynamodb.describe_backup(BackupArn=arn)["BackupDescription"]["BackupDetails"]["BackupStatus"]
        return arn if status == "AVAILABLE" else None

    wait(f"backing up {table}", lambda: True if available() else None, seconds=seconds)
    return arn


def restore_steps(aws: Aws, store: Store, target: str, *, origin: Origin, seconds: float) -> list[Step]:
    """Return the steps that restore `store` as the table `target`: from `origin`."""
    return [
        Step("settings", f"note the settings of {store.physical_id}", partial(_note_settings, aws, store)),
        Step(
            "restore",
            f"restore {store.physical_id} {origin.said}, as {target}",
            partial(_restore, aws, store, target, origin),
        ),
        Step("wait", f"wait until {target} is active", partial(_wait, aws, target, seconds)),
        Step(
            "protect",
            "reapply point-in-time recovery, TTL, deletion protection and tags",
            partial(_reapply, aws, target),
        ),
        Step(
            "alarms",
            f"copy the alarms of {store.physical_id}",
            partial(copy_alarms, aws, ("TableName", store.physical_id), target),
        ),
        Step("verify", "read every item, compare keys and settings", partial(_verify, aws, target)),
    ]


def settings_of(aws: Aws, table: str) -> dict[str, Any]:
    """Return the settings of a table that its backup does not hold."""
    dynamodb = aws.client("dynamodb")
    described = dynamodb.describe_table(TableName=table)["Table"]
    recovery = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    point_in_time = recovery.get("PointInTimeRecoveryDescription", {})
    ttl = dynamodb.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    pages = dynamodb.get_paginator("list_tags_of_resource").paginate(ResourceArn=described["TableArn"])
    tags = [tag for page in pages for tag in page["Tags"] if not tag["Key"].startswith("aws:")]
    return {
        "encryption_key": described.get("SSEDescription", {}).get("KMSMasterKeyArn"),
        "keys": described["KeySchema"],
        "indexes": sorted(index["IndexName"] for index in described.get("GlobalSecondaryIndexes", [])),
        "deletion_protection": described.get("DeletionProtectionEnabled", False),
        "point_in_time_days": point_in_time.get("RecoveryPeriodInDays", 35)
        if point_in_time.get("PointInTimeRecoveryStatus") == "ENABLED"
        else 0,
        "stream": described.get("StreamSpecification", {}).get("StreamViewType"),
        "throughput": described.get("OnDemandThroughput"),
        "ttl_attribute": ttl.get("AttributeName") if ttl["TimeToLiveStatus"] in ("ENABLED", "ENABLING") else None,
        "tags": sorted(tags, key=lambda tag: tag["Key"]),
    }


def declared_settings(store: Store) -> dict[str, Any]:
    """Return the same from the deployed template, for a table that is gone."""
    properties = store.properties
    replica = next(iter(properties.get("Replicas", [])), properties)
    recovery = replica.get("PointInTimeRecoverySpecification", {})
    ttl = properties.get("TimeToLiveSpecification", {})
    throughput = replica.get("ReadOnDemandThroughputSettings", {}) | properties.get(
        "WriteOnDemandThroughputSettings", {}
    )
    key = replica.get("SSESpecification", {}).get("KMSMasterKeyId")
    return {
        "encryption_key": key if isinstance(key, str) else None,  # an expression, mostly: the backup's own key is taken
        "keys": properties["KeySchema"],
        "indexes": sorted(index["IndexName"] for index in properties.get("GlobalSecondaryIndexes", [])),
        "deletion_protection": replica.get("DeletionProtectionEnabled", False),
        "point_in_time_days": recovery.get("RecoveryPeriodInDays", 35)
        if recovery.get("PointInTimeRecoveryEnabled")
        else 0,
        "stream": properties.get("StreamSpecification", {}).get("StreamViewType"),
        "throughput": throughput or None,
        "ttl_attribute": ttl.get("AttributeName") if ttl.get("Enabled") else None,
        "tags": sorted(replica.get("Tags", []), key=lambda tag: tag["Key"]),
    }


def items(aws: Aws, table: str) -> Iterator[dict[str, Any]]:
    """Yield every item of a table, as DynamoDB's JSON."""
    for page in aws.client("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        yield from page["Items"]


def digest(item: Mapping[str, Any]) -> str:
    """Return a checksum of an item that does not depend on the order of its attributes."""
    return hashlib.sha256(json.dumps(item, sort_keys=True, default=repr).encode()).hexdigest()


def _note_settings(aws: Aws, store: Store, _: Journal) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        return settings_of(aws, store.physical_id)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        return declared_settings(store)


def _restore(aws: Aws, store: Store, target: str, origin: Origin, journal: Journal) -> dict[str, Any] | None:
    from botocore.exceptions import ClientError

    key = journal.result("settings")["encryption_key"]
    if origin.backup and origin.backup.startswith(VAULT_POINT):
        encryption = {"encryptionType": "KMS", "kmsMasterKeyArn": key} if key else {}
        metadata = {"targetTableName": target, **encryption}
        return {"job": start_restore(aws, journal, point=origin.backup, kind="DynamoDB", metadata=metadata)}
    dynamodb = aws.client("dynamodb")
    # The key of the table in use, which its users may use: a backup from another region or time has another one.
    wanted: dict[str, Any] = {"TargetTableName": target} | (
        {"SSESpecificationOverride": _encrypted(key)} if key else {}
    )
    try:
        if origin.backup:
            dynamodb.restore_table_from_backup(BackupArn=origin.backup, **wanted)
        else:
            moment: dict[str, Any] = {"RestoreDateTime": origin.at} if origin.at else {"UseLatestRestorableTime": True}
            dynamodb.restore_table_to_point_in_time(SourceTableName=store.physical_id, **wanted, **moment)
    except ClientError as error:
        if code_of(error) in ("TableAlreadyExistsException", "ResourceInUseException", "TableInUseException"):
            return None  # an earlier run asked for it and stopped before it could say so
        if code_of(error) == "InvalidRestoreTimeException":
            raise AwsError(
                f"{store.id} cannot be restored to that moment: {error.response['Error']['Message']}"
            ) from None
        raise
    return None


def _encrypted(key: str) -> dict[str, Any]:
    return {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key}


def _wait(aws: Aws, target: str, seconds: float, journal: Journal) -> dict[str, Any]:
    if job := journal.result("restore").get("job"):
        wait_for_restore(aws, job, what=target, seconds=seconds)

    def active() -> Any:
        table = aws.client("dynamodb").describe_table(TableName=target)["Table"]
        return table if table["TableStatus"] == "ACTIVE" else table["TableStatus"].lower()

    table = wait(f"restoring {target}", active, seconds=seconds)
    return {"arn": table["TableArn"]}


def _reapply(aws: Aws, target: str, journal: Journal) -> None:
    dynamodb, wanted, now = aws.client("dynamodb"), journal.result("settings"), settings_of(aws, target)
    if wanted["tags"]:
        dynamodb.tag_resource(ResourceArn=journal.result("wait")["arn"], Tags=wanted["tags"])
    if days := wanted["point_in_time_days"]:
        dynamodb.update_continuous_backups(
            TableName=target,
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": days},
        )
    if wanted["ttl_attribute"] and not now["ttl_attribute"]:
        dynamodb.update_time_to_live(
            TableName=target, TimeToLiveSpecification={"Enabled": True, "AttributeName": wanted["ttl_attribute"]}
        )
    for name, setting in (
        ("deletion_protection", {"DeletionProtectionEnabled": wanted["deletion_protection"]}),
        ("encryption_key", {"SSESpecification": _encrypted(wanted["encryption_key"])}),
        ("throughput", {"OnDemandThroughput": wanted["throughput"]}),
        ("stream", {"StreamSpecification": {"StreamEnabled": True, "StreamViewType": wanted["stream"]}}),
    ):
        if wanted[name] and wanted[name] != now[name]:
            dynamodb.update_table(TableName=target, **setting)
            dynamodb.get_waiter("table_exists").wait(TableName=target)


def _verify(aws: Aws, target: str, journal: Journal) -> dict[str, Any]:
    wanted, found = journal.result("settings"), settings_of(aws, target)
    wrong = [name for name, value in wanted.items() if value and found[name] != value]
    if wrong:
        listed = "; ".join(f"{name} is {found[name]!r} instead of {wanted[name]!r}" for name in wrong)
        raise AwsError(f"{target} is restored and not as it was: {listed}")
    return {"items": sum(1 for _ in items(aws, target))}
