"""A table in moto, and a caller that speaks to the handler in API Gateway's events."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from moto import mock_aws

os.environ |= {"POWERTOOLS_SERVICE_NAME": "todo-api", "POWERTOOLS_METRICS_NAMESPACE": "groundwork/test"}

TABLE_NAME = "todos"
REQUEST_ID = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Answer:
    """What a caller gets."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


class Api:
    """Calls the handler as API Gateway does."""

    def __init__(self, *, authorizer: dict[str, Any] | None = None, user_arn: str | None = None) -> None:
        self.context = {
            "requestId": REQUEST_ID,
            "stage": "v1",
            "identity": {"userArn": user_arn},
            **({"authorizer": authorizer} if authorizer else {}),
        }

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: dict[str, str] | None = None,
        query: dict[str, str] | None = None,
        **event: Any,
    ) -> Answer:
        from todo_api.handler import handler

        request = {
            "httpMethod": method,
            "path": path,
            "headers": JSON if headers is None else headers,
            "queryStringParameters": query,
            "body": body if body is None or isinstance(body, str) else json.dumps(body),
            "isBase64Encoded": False,
            "requestContext": {**self.context, "path": f"/v1{path}", "httpMethod": method},
            **event,
        }
        answer = handler(request, lambda_context())
        headers = {name: values[0] for name, values in answer["multiValueHeaders"].items()}
        return Answer(answer["statusCode"], headers, answer["body"])

    def create(self, title: str = "Buy milk", *, key: str | None = None, **fields: Any) -> Answer:
        headers = JSON | ({"Idempotency-Key": key} if key is not None else {})
        return self.call("POST", "/todos", {"title": title, **fields}, headers=headers)


def lambda_context() -> Any:
    return SimpleNamespace(
        aws_request_id="8f5b8e4c",
        function_name="todo",
        function_version="1",
        get_remaining_time_in_millis=lambda: 10_000,
        invoked_function_arn="arn:aws:lambda:us-east-1:111122223333:function:todo",
        memory_limit_in_mb=512,
    )


@pytest.fixture(scope="session")
def aws() -> Iterator[Any]:
    """DynamoDB, pretended; a client is made once, as in a warm function."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "TABLE_NAME")
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in zip(names, ("testing", "testing", "us-east-1", TABLE_NAME), strict=True):
            patch.setenv(name, value)
        yield boto3.client("dynamodb")


@pytest.fixture
def table(aws: Any) -> Iterator[Any]:
    """An empty table, with the keys that the platform gives it."""
    aws.create_table(
        TableName=TABLE_NAME,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    yield boto3.resource("dynamodb").Table(TABLE_NAME)
    aws.delete_table(TableName=TABLE_NAME)


@pytest.fixture
def api(table: Any) -> Api:
    """Nobody in particular, on an open API."""
    return Api()


@pytest.fixture
def asked(table: Any) -> Iterator[list[dict[str, Any]]]:
    """What the items' table is asked from now on."""
    from todo_api import store

    requests: list[dict[str, Any]] = []

    def note(params: dict[str, Any], **_: Any) -> None:
        requests.append(params)

    events = store._dynamodb().meta.events
    events.register_first("before-parameter-build.dynamodb", note)
    yield requests
    events.unregister("before-parameter-build.dynamodb", note)
