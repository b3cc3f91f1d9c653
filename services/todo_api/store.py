"""The to-do items in DynamoDB. One table: an owner is a partition, an item's id sorts by the time it was made."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from time import time
from typing import Any

from todo_api.ids import is_id, new_id

TODO = "TODO#"
VISIT_KEPT_SECONDS = 2 * 24 * 3600
FIELDS = ("title", "description", "due_on", "completed")

Item = dict[str, Any]


class NoSuchItemError(Exception):
    """The owner has no item of that id."""


def client_config() -> Any:
    """Return settings with which a call and its retry end before the function's time does."""
    from botocore.config import Config

    return Config(connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2})


@cache
def _table() -> Any:
    import boto3  # not needed to answer an invalid request

    return boto3.resource("dynamodb", config=client_config()).Table(os.environ["TABLE_NAME"])


def _key(owner: str, todo_id: str) -> dict[str, str]:
    if not is_id(todo_id):
        raise NoSuchItemError(todo_id)
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
        Limit=limit + 1,  # one more tells whether there are more; 101 of the largest items are under 1 MB, one answer
        ScanIndexForward=False,
        **start,
    )
    found = [_shown(record) for record in answer["Items"]]
    items = found[:limit]
    return items, items[-1]["id"] if len(found) > limit else None


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


def is_first_visit(owner: str, day: str) -> bool:
    """Whether `owner` was not here yet on `day`; kept for two days, under a hash instead of the name."""
    visitor = sha256(owner.encode()).hexdigest()
    table = _table()
    try:
        table.put_item(
            Item={
                # The first letter spreads the visitors of a day over sixteen partitions.
                "pk": f"VISITS#{day}#{visitor[0]}",
                "sk": visitor,
                "expires_at": int(time()) + VISIT_KEPT_SECONDS,
            },
            ConditionExpression="attribute_not_exists(pk)",
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return False
    return True


def ping() -> None:
    """Prove that the table answers."""
    _table().get_item(Key={"pk": "HEALTH", "sk": "HEALTH"})
