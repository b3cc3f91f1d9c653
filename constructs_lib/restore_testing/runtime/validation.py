"""Looks at a restored store: is it there, encrypted, of the same shape, filled, and is its canary what was written."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from . import canaries

Client = Callable[[str], Any]


class NotWholeError(Exception):
    """What was restored is not what was backed up; the message says in what."""


def inspect(client: Client, job: dict[str, Any], *, key: str) -> datetime | None:
    """Look at what a restore job made; return when its canary was written, None where the kind has none.

    `key` is the ARN of the key that encrypts the stores.

    Raises:
        NotWholeError: it is not whole.
    """
    look = LOOKS.get(job["ResourceType"])
    if not look:
        raise NotWholeError(f"nobody knows how to look at {job['ResourceType']}: add it to validation.py")
    return look(client, job["CreatedResourceArn"], job.get("SourceResourceArn", ""), key)


def _table(client: Client, arn: str, source: str, key: str) -> datetime:
    dynamodb, name = client("dynamodb"), arn.rpartition("/")[2]
    table = dynamodb.describe_table(TableName=name)["Table"]
    _require(table["TableStatus"], "ACTIVE", f"the status of {name}")
    _require(table.get("SSEDescription", {}).get("KMSMasterKeyArn"), key, f"the key of {name}")
    if source:
        was = dynamodb.describe_table(TableName=source.rpartition("/")[2])["Table"]
        _require(_keys(table), _keys(was), f"the key schema of {name}")
        _require(_indexes(table), _indexes(was), f"the indexes of {name}")
    item = dynamodb.get_item(TableName=name, Key=canaries.table_key(dynamodb, name)).get("Item")
    if not item:
        raise NotWholeError(f"{name} lacks its canary: it was written before the backup, and is gone")
    return _opened(name, item["canary"]["S"])


def _bucket(client: Client, arn: str, _: str, key: str) -> datetime:
    s3, name = client("s3"), arn.rpartition(":")[2]
    if not s3.list_objects_v2(Bucket=name, Prefix=canaries.OBJECT_KEY).get("Contents"):
        raise NotWholeError(f"{name} lacks its canary {canaries.OBJECT_KEY}")
    found = s3.get_object(Bucket=name, Key=canaries.OBJECT_KEY)
    _require(found.get("SSEKMSKeyId"), key, f"the key of the objects of {name}")
    return _opened(name, found["Body"].read())


def _cluster(client: Client, arn: str, _: str, key: str) -> None:
    """A restore makes a cluster without an instance, so nobody can sign in to it: its rows are a drill's to compare."""
    name = arn.rpartition(":")[2]
    cluster = client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    _require(cluster["Status"], "available", f"the status of {name}")
    _require(cluster.get("KmsKeyId"), key, f"the key of {name}")


def _file_system(client: Client, arn: str, _: str, key: str) -> None:
    """A function cannot mount a file system that was made a minute ago: its files are a drill's to compare."""
    name = arn.rpartition("/")[2]
    found = client("efs").describe_file_systems(FileSystemId=name)["FileSystems"][0]
    _require(found["LifeCycleState"], "available", f"the state of {name}")
    _require(found.get("KmsKeyId"), key, f"the key of {name}")
    _require(found["SizeInBytes"]["Value"] > 0, True, f"that {name} holds anything")


LOOKS = {
    "Aurora": _cluster,
    "DocumentDB": _cluster,  # which answers to the API of RDS
    "DynamoDB": _table,
    "EFS": _file_system,
    "S3": _bucket,
}


def _require(found: object, wanted: object, what: str) -> None:
    if found != wanted:
        raise NotWholeError(f"{what} is {found} instead of {wanted}")


def _keys(table: dict[str, Any]) -> list[str]:
    return [f"{one['AttributeName']} ({one['KeyType']})" for one in table["KeySchema"]]


def _indexes(table: dict[str, Any]) -> list[str]:
    return sorted(one["IndexName"] for one in table.get("GlobalSecondaryIndexes", []))


def _opened(name: str, text: str | bytes) -> datetime:
    try:
        return canaries.opened(json.loads(text))
    except (ValueError, TypeError, KeyError) as error:
        raise NotWholeError(f"the canary of {name} is not what was written: {error}") from None
