"""A canary is a small record with its own checksum, written every day into each store: a restore must bring it back."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

MARK = "GROUNDWORK#CANARY"
OBJECT_KEY = ".groundwork/canary.json"
NUMBER = "-9007199254740991"
"""A number that is no id: where a table's key is a number."""

Client = Callable[[str], Any]


def sealed(written_at: datetime) -> dict[str, str]:
    """Return a canary: when it was written, something random, and the checksum of both."""
    canary = {"written_at": written_at.isoformat(timespec="seconds"), "nonce": uuid4().hex}
    return {**canary, "checksum": checksum(canary)}


def checksum(canary: dict[str, str]) -> str:
    """Return the SHA-256 of what a canary says."""
    return hashlib.sha256(f"{canary['written_at']} {canary['nonce']}".encode()).hexdigest()


def opened(canary: dict[str, str]) -> datetime:
    """Return when a canary was written.

    Raises:
        ValueError: it is not what was written.
    """
    if set(canary) != {"written_at", "nonce", "checksum"} or canary["checksum"] != checksum(canary):
        raise ValueError("its checksum does not fit")
    return datetime.fromisoformat(canary["written_at"])


def table_key(dynamodb: Any, table: str) -> dict[str, Any]:
    """Return the key under which a table keeps its canary, as DynamoDB's JSON."""
    described = dynamodb.describe_table(TableName=table)["Table"]
    types = {one["AttributeName"]: one["AttributeType"] for one in described["AttributeDefinitions"]}
    values = {"S": MARK, "N": NUMBER, "B": MARK.encode()}
    return {
        one["AttributeName"]: {types[one["AttributeName"]]: values[types[one["AttributeName"]]]}
        for one in described["KeySchema"]
    }


def write(client: Client, stores: Sequence[dict[str, str]]) -> int:
    """Write a canary into each store; return how many.

    A store is `{"kind": "table" | "bucket" | "function", "name": ...}`: the last is a function inside the network,
    which writes the canary that it is called with into a store that only the network reaches.
    """
    for store in stores:
        canary = sealed(datetime.now(UTC))
        if store["kind"] == "table":
            dynamodb = client("dynamodb")
            item = {**table_key(dynamodb, store["name"]), "canary": {"S": json.dumps(canary)}}
            dynamodb.put_item(TableName=store["name"], Item=item)
        elif store["kind"] == "function":
            # It may take minutes, and has retries, a dead-letter queue and alarms of its own.
            payload = json.dumps({"Canary": canary}).encode()
            client("lambda").invoke(FunctionName=store["name"], InvocationType="Event", Payload=payload)
        else:
            client("s3").put_object(Bucket=store["name"], Key=OBJECT_KEY, Body=json.dumps(canary).encode())
    return len(stores)
