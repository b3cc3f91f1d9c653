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
Value = str | bool | int | None
Record = dict[str, dict[str, Any]]
"""Attributes with their types, as DynamoDB writes them."""


class ConditionError(Exception):
    """What a write supposes of the table does not hold."""


class NoSuchItemError(Exception):
    """The owner has no item of that id."""


def client_config() -> Any:
    """Return settings with which a call and its retry end before the function's time does."""
    from botocore.config import Config

    return Config(
        connect_timeout=2,
        read_timeout=3,
        retries={"mode": "standard", "total_max_attempts": 2},
        user_agent="todo-api",  # botocore's own is put together anew for each call
    )


@cache
def _dynamodb() -> Any:
    from botocore.session import get_session  # not needed to answer an invalid request

    return get_session().create_client("dynamodb", config=client_config())


def _call(operation: str, **parameters: Any) -> dict[str, Any]:
    """Ask the table. Raises ConditionError."""
    dynamodb = _dynamodb()
    try:
        return dict(getattr(dynamodb, operation)(TableName=os.environ["TABLE_NAME"], **parameters))
    except dynamodb.exceptions.ConditionalCheckFailedException:
        raise ConditionError from None


def _typed(values: Mapping[str, Value]) -> Record:
    """Return `values` as DynamoDB writes them down."""
    return {name: _typed_value(value) for name, value in values.items()}


def _typed_value(value: Value) -> dict[str, Any]:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case int():
            return {"N": str(value)}
    return {"S": value}


def _plain(value: Mapping[str, Any] | None) -> Value:
    """Return a text, a yes or no, or nothing, as DynamoDB wrote it down."""
    return None if value is None or "NULL" in value else next(iter(value.values()))


def _key(owner: str, todo_id: str) -> Record:
    if not is_id(todo_id):
        raise NoSuchItemError(todo_id)
    return _typed({"pk": f"OWNER#{owner}", "sk": f"{TODO}{todo_id}"})


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _shown(record: Record) -> Item:
    """Return the item as callers see it: without keys."""
    shown = {field: _plain(record.get(field)) for field in (*FIELDS, "created_at", "updated_at")}
    return {"id": record["sk"]["S"].removeprefix(TODO), **shown}


def create(owner: str, values: Mapping[str, Any]) -> Item:
    """Keep a new item of `owner`."""
    now = _now()
    fields = {field: values.get(field) for field in FIELDS} | {"completed": False, "created_at": now, "updated_at": now}
    record = {**_key(owner, new_id()), **_typed(fields)}
    _call("put_item", Item=record, ConditionExpression="attribute_not_exists(pk)")
    return _shown(record)


def read(owner: str, todo_id: str) -> Item:
    """Return an item. Raises NoSuchItemError."""
    record = _call("get_item", Key=_key(owner, todo_id), ConsistentRead=True).get("Item")
    if record is None:
        raise NoSuchItemError(todo_id)
    return _shown(record)


def page(owner: str, *, limit: int, after: str | None) -> tuple[list[Item], str | None]:
    """Return up to `limit` items, newest first, and the id to continue after, if there are more."""
    start = {"ExclusiveStartKey": _key(owner, after)} if after else {}
    answer = _call(
        "query",
        KeyConditionExpression="pk = :owner AND begins_with(sk, :todo)",
        ExpressionAttributeValues=_typed({":owner": f"OWNER#{owner}", ":todo": TODO}),
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
    try:
        answer = _call(
            "update_item",
            Key=_key(owner, todo_id),
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in changes),
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeNames={f"#{name}": name for name in changes},
            ExpressionAttributeValues=_typed({f":{name}": value for name, value in changes.items()}),
            ReturnValues="ALL_NEW",
        )
    except ConditionError:
        raise NoSuchItemError(todo_id) from None
    return _shown(answer["Attributes"])


def delete(owner: str, todo_id: str) -> None:
    """Delete an item. Raises NoSuchItemError."""
    try:
        _call("delete_item", Key=_key(owner, todo_id), ConditionExpression="attribute_exists(pk)")
    except ConditionError:
        raise NoSuchItemError(todo_id) from None


def is_first_visit(owner: str, day: str) -> bool:
    """Whether `owner` was not here yet on `day`; kept for two days, under a hash instead of the name."""
    visitor = sha256(owner.encode()).hexdigest()
    visit = {
        # The first letter spreads the visitors of a day over sixteen partitions.
        "pk": f"VISITS#{day}#{visitor[0]}",
        "sk": visitor,
        "expires_at": int(time()) + VISIT_KEPT_SECONDS,
    }
    try:
        _call("put_item", Item=_typed(visit), ConditionExpression="attribute_not_exists(pk)")
    except ConditionError:
        return False
    return True


def ping() -> None:
    """Prove that the table answers."""
    _call("get_item", Key=_typed({"pk": "HEALTH", "sk": "HEALTH"}))
