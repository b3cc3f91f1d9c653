"""Keeps who is connected in a table, and answers what they say. boto3 is part of the Lambda runtime."""

import json
import logging
import os
import time
from functools import cache
from typing import Any

import boto3

LONGEST_SECONDS = 2 * 60 * 60
"""API Gateway closes a connection after two hours: an entry that nobody removed goes then."""
logger = logging.getLogger("connections")


@cache
def table() -> Any:
    """The table of connections."""
    return boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


@cache
def gateway() -> Any:
    """What sends to those who are connected."""
    return boto3.client("apigatewaymanagementapi", endpoint_url=os.environ["CALLBACK_URL"])


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Answer one event of a connection."""
    about = event["requestContext"]
    connection = about["connectionId"]
    if about["eventType"] == "CONNECT":
        user = about.get("identity", {}).get("userArn") or "nobody"
        expires = int(time.time()) + LONGEST_SECONDS
        table().put_item(Item={"id": connection, "user": user, "expires_at": expires})
    elif about["eventType"] == "DISCONNECT":
        table().delete_item(Key={"id": connection})
    else:
        send(connection, answer(event.get("body") or ""))
    return {"statusCode": 200}


def answer(said: str) -> dict[str, Any]:
    """What is said to somebody who said `said`: `{"action": "ping"}` gets a pong."""
    try:
        action = json.loads(said)["action"]
    except (ValueError, KeyError, TypeError):
        return {"type": "error", "detail": 'must be {"action": ...}'}
    return {"type": "pong"} if action == "ping" else {"type": "error", "detail": f"no action is called {action}"[:200]}


def send(connection: str, message: dict[str, Any]) -> bool:
    """Send to one who is connected; forget one who is gone. Return whether it arrived."""
    try:
        gateway().post_to_connection(ConnectionId=connection, Data=json.dumps(message).encode())
    except gateway().exceptions.GoneException:
        table().delete_item(Key={"id": connection})
        return False
    return True
