"""Looks at a restored store: is it there, encrypted, of the same shape, filled, and is its canary what was written."""

import json
import os
from collections.abc import Callable
from typing import Any

from . import canaries, clusters, files
from .verdicts import Client, NotWholeError, Seen, opened, require

Look = Callable[[Client, str, str, str], Seen]


def inspect(client: Client, job: dict[str, Any], *, key: str) -> Seen:
    """Look at what a restore job made; `key` is the ARN of the key that encrypts the stores.

    Raises:
        NotWholeError: it is not whole.
        NotYetError: it cannot be looked at yet; ask again.
    """
    look = LOOKS.get(job["ResourceType"])
    if not look:
        raise NotWholeError(f"nobody knows how to look at {job['ResourceType']}: add it to validation.py")
    return look(client, job["CreatedResourceArn"], job.get("SourceResourceArn", ""), key)


def tidy(client: Client, job: dict[str, Any]) -> None:
    """Remove what the look at a restored store added to it."""
    if helper := TIDIES.get(job["ResourceType"]):
        helper(client, job["CreatedResourceArn"])


def _table(client: Client, arn: str, source: str, key: str) -> Seen:
    dynamodb, name = client("dynamodb"), arn.rpartition("/")[2]
    table = dynamodb.describe_table(TableName=name)["Table"]
    require(table["TableStatus"], "ACTIVE", f"the status of {name}")
    require(table.get("SSEDescription", {}).get("KMSMasterKeyArn"), key, f"the key of {name}")
    if source:
        was = dynamodb.describe_table(TableName=source.rpartition("/")[2])["Table"]
        require(_keys(table), _keys(was), f"the key schema of {name}")
        require(_indexes(table), _indexes(was), f"the indexes of {name}")
    item = dynamodb.get_item(TableName=name, Key=canaries.table_key(dynamodb, name)).get("Item")
    if not item and source and not _has_canaries("table", source.rpartition("/")[2]):
        return Seen()
    if not item:
        raise NotWholeError(f"{name} lacks its canary: it was written before the backup, and is gone")
    return Seen(written_at=opened(name, item["canary"]["S"]))


def _bucket(client: Client, arn: str, _: str, __: str) -> Seen:
    s3, name = client("s3"), arn.rpartition(":")[2]
    if not s3.list_objects_v2(Bucket=name, Prefix=canaries.OBJECT_KEY).get("Contents"):
        raise NotWholeError(f"{name} lacks its canary {canaries.OBJECT_KEY}")
    found = s3.get_object(Bucket=name, Key=canaries.OBJECT_KEY)
    # AWS Backup chooses the key of a bucket that it is about to delete again.
    require(bool(found.get("ServerSideEncryption")), True, f"that the objects of {name} are encrypted")
    return Seen(written_at=opened(name, found["Body"].read()))


def _documents(client: Client, arn: str, _: str, key: str) -> Seen:
    """DocumentDB answers to the API of RDS. It has no Data API, so that its documents are a person's to look at."""
    name = arn.rpartition(":")[2]
    cluster = client("rds").describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
    require(cluster["Status"], "available", f"the status of {name}")
    require(cluster.get("KmsKeyId"), key, f"the key of {name}")
    return Seen()


LOOKS: dict[str, Look] = {
    "Aurora": clusters.look,
    "DocumentDB": _documents,
    "DynamoDB": _table,
    "EFS": files.look,
    "S3": _bucket,
}
TIDIES = {"Aurora": clusters.tidy, "EFS": files.tidy}


def _has_canaries(kind: str, name: str) -> bool:
    return {"kind": kind, "name": name} in json.loads(os.environ["CANARIES"])


def _keys(table: dict[str, Any]) -> list[str]:
    return [f"{one['AttributeName']} ({one['KeyType']})" for one in table["KeySchema"]]


def _indexes(table: dict[str, Any]) -> list[str]:
    return sorted(one["IndexName"] for one in table.get("GlobalSecondaryIndexes", []))
