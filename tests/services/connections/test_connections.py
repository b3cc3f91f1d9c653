"""The function behind the WebSocket API: it knows who is connected, and forgets who is gone."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from connections import handler
from moto import mock_aws


class Gateway:
    """Connections that are open, and what they were told."""

    class exceptions:  # noqa: N801 - as boto3 names it
        class GoneException(Exception):
            pass

    def __init__(self, *connected: str) -> None:
        self.told: dict[str, list[Any]] = {name: [] for name in connected}

    def post_to_connection(self, ConnectionId: str, Data: bytes) -> None:  # noqa: N803
        if ConnectionId not in self.told:
            raise self.exceptions.GoneException
        self.told[ConnectionId].append(json.loads(Data))


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("TABLE_NAME", "connections")
    with mock_aws():
        boto3.client("dynamodb").create_table(
            TableName="connections",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        handler.table.cache_clear()
        found = Gateway("a")
        monkeypatch.setattr(handler, "gateway", lambda: found)
        yield found


def happens(kind: str, connection: str = "a", body: str | None = None) -> dict[str, Any]:
    about = {"eventType": kind, "connectionId": connection, "identity": {"userArn": "arn:aws:iam::1:user/me"}}
    return handler.handler({"requestContext": about, "body": body}, None)


def connected() -> list[dict[str, Any]]:
    return list(handler.table().scan()["Items"])


def test_who_connects_is_written_down_until_gone(gateway: Gateway) -> None:
    assert happens("CONNECT") == {"statusCode": 200}
    (entry,) = connected()
    assert (entry["id"], entry["user"]) == ("a", "arn:aws:iam::1:user/me")
    assert time.time() < entry["expires_at"] <= time.time() + 7200
    happens("DISCONNECT")
    assert connected() == []


@pytest.mark.parametrize(
    ("body", "type_"),
    [
        ('{"action": "ping"}', "pong"),
        ('{"action": "x"}', "error"),
        ("not json", "error"),
        ("[]", "error"),
        (None, "error"),
    ],
)
def test_what_is_said_is_answered(gateway: Gateway, body: str | None, type_: str) -> None:
    happens("MESSAGE", body=body)
    assert [told["type"] for told in gateway.told["a"]] == [type_]


def test_one_who_is_gone_is_forgotten(gateway: Gateway) -> None:
    happens("CONNECT", "b")
    assert happens("MESSAGE", "b", '{"action": "ping"}') == {"statusCode": 200}
    assert connected() == []
