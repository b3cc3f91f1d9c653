"""The to-do items in DynamoDB. One table: an owner is a partition, an item's id sorts by the time it was made."""

import os
import secrets
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

TODO = "TODO#"
FIELDS = ("title", "description", "due_on", "completed")

Item = dict[str, Any]


class NoSuchItemError(Exception):
    """The owner has no item of that id."""


@cache
def _table() -> Any:
    import boto3  # not needed to answer an invalid request

    return boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


def new_id() -> str:
    """Return an id that sorts after all earlier ones: milliseconds since 1970, then 80 random bits, in hex."""
    return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(10)}"


def _key(owner: str, todo_id: str) -> dict[str, str]:
    return {"pk": f"OWNER#{owner}", "sk": f"{TODO}{todo_id}"}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(record: Mapping[str, Any]) -> Item:
    """Return the item as callers see it: without keys."""
    return {
        "id": record["sk"].removeprefix(TODO),
        **{field: record.get(field) for field in FIELDS},
        "created_at": record["created_at"],
        "updated_at": record["updated_at"],
    }


def create(owner: str, values: Mapping[str, Any]) -> Item:
    """Keep a new item of `owner`."""
    now = _now()
    record = {
        **_key(owner, new_id()),
        **{field: values.get(field) for field in FIELDS},
        "completed": False,
        "created_at": now,
        "updated_at": now,
    }
    _table().put_item(Item=record, ConditionExpression="attribute_not_exists(pk)")
    return _shown(record)


def read(owner: str, todo_id: str) -> Item:
    """Return an item. Raises NoSuchItemError."""
    record = _table().get_item(Key=_key(owner, todo_id), ConsistentRead=True).get("Item")
    if record is None:
        raise NoSuchItemError(todo_id)
    return _shown(record)


def page(owner: str, *, limit: int, after: str | None) -> tuple[list[Item], str | None]:
    """Return up to `limit` items, newest first, and the id to continue after, if there are more."""
    start = {"ExclusiveStartKey": _key(owner, after)} if after else {}
    answer = _table().query(
        KeyConditionExpression="pk = :owner AND begins_with(sk, :todo)",
        ExpressionAttributeValues={":owner": f"OWNER#{owner}", ":todo": TODO},
        ConsistentRead=True,
        Limit=limit,
        ScanIndexForward=False,
        **start,
    )
    last = answer.get("LastEvaluatedKey")
    return [_shown(record) for record in answer["Items"]], last["sk"].removeprefix(TODO) if last else None


def update(owner: str, todo_id: str, values: Mapping[str, Any]) -> Item:
    """Change the fields named in `values`. Raises NoSuchItemError."""
    changes = {**values, "updated_at": _now()}
    table = _table()
    try:
        answer = table.update_item(
            Key=_key(owner, todo_id),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={f"#{name}": name for name in changes},
            ExpressionAttributeValues={f":{name}": value for name, value in changes.items()},
            ReturnValues="ALL_NEW",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        raise NoSuchItemError(todo_id) from None
    return _shown(answer["Attributes"])


def delete(owner: str, todo_id: str) -> None:
    """Delete an item. Raises NoSuchItemError."""
    table = _table()
    try:
        table.delete_item(Key=_key(owner, todo_id), ConditionExpression="attribute_exists(pk)")
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        raise NoSuchItemError(todo_id) from None


def ping() -> None:
    """Prove that the table answers."""
    _table().get_item(Key={"pk": "HEALTH", "sk": "HEALTH"})
