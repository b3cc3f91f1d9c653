"""Bad requests to the deployed API: the right status, no word about the inside, and nothing written."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.emulator.local_cloud import Cloud, Local

pytestmark = pytest.mark.emulator

TODO = {"title": "Never written"}
BODY_BYTES = 16_384
INSIDE = ("Traceback", 'File "', "Exception", "botocore", "dynamodb", "arn:aws", "$context")


@pytest.fixture
def written(platform: Cloud) -> Iterator[None]:
    """Fails when a request of the test wrote anything, a remembered key or a counted day included."""
    table = next(name for name in platform.api("dynamodb").list_tables()["TableNames"] if "Todos" in name)

    def items() -> list[str]:
        pages = platform.api("dynamodb").get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return sorted(json.dumps(item, sort_keys=True) for page in pages for item in page["Items"])

    before = items()
    yield
    assert items() == before


@pytest.fixture(scope="module")
def expired(local: Local, report: dict[str, Any]) -> str:
    """A token that the directory signed, and that has ended since."""
    assert report["stacks"]
    cloud = Cloud(local.port)
    stack = cloud.api("cloudformation").describe_stacks(StackName="groundwork-local-data")["Stacks"][0]
    told = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    cognito, client = (
        cloud.api("cognito-idp"),
        {"UserPoolId": told["UserPoolId"], "ClientId": told["OperationsClientId"]},
    )
    before = cognito.describe_user_pool_client(**client)["UserPoolClient"]

    def lasts(validity: int, unit: str) -> None:
        cognito.update_user_pool_client(
            **client, AccessTokenValidity=validity, TokenValidityUnits={"AccessToken": unit}
        )

    lasts(1, "seconds")
    token = local.token()
    lasts(before["AccessTokenValidity"], before["TokenValidityUnits"]["AccessToken"])
    time.sleep(2)
    return token


def refused(answer: httpx.Response, status: int) -> dict[str, Any]:
    """The problem that the answer tells, which says nothing about the inside."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert not [word for word in INSIDE if word in answer.text]
    problem: dict[str, Any] = answer.json()
    return problem


def call(report: dict[str, Any], method: str, path: str, *, token: str | None = None, **sent: Any) -> httpx.Response:
    headers = {
        "Idempotency-Key": "bad",
        **({"Authorization": f"Bearer {token}"} if token else {}),
        **sent.pop("headers", {}),
    }
    return httpx.request(method, f"{report['api']}{path}", headers=headers, timeout=30, **sent)


JSON = {"Content-Type": "application/json"}


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param({"json": {**TODO, "description": "x" * BODY_BYTES}}, 413, id="oversize"),
        pytest.param({"content": b'{"title": "' + b"x" * 11_000_000 + b'"}', "headers": JSON}, 413, id="11 MB"),
        pytest.param({"data": TODO}, 415, id="a form"),
        pytest.param({"content": json.dumps(TODO), "headers": {"Content-Type": "text/plain"}}, 415, id="plain text"),
        pytest.param({"content": b"{", "headers": JSON}, 400, id="no JSON"),
        pytest.param({"json": ["title"]}, 400, id="a list"),
        pytest.param({"json": {"title": 5}}, 400, id="a number for a text"),
        pytest.param({"json": {**TODO, "completed": "yes"}}, 400, id="a text for a truth"),
        pytest.param({"json": {**TODO, "owner": "me"}}, 400, id="another field"),
    ],
)
def test_a_body_that_breaks_a_rule_is_refused(
    report: dict[str, Any], token: str, sent: dict[str, Any], status: int
) -> None:
    refused(call(report, "POST", "/todos", token=token, **sent), status)


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    ("method", "path"),
    [
        pytest.param("POST", "/nothing", id="unknown route"),
        pytest.param("POST", "/todos/1/2", id="unknown route below a known one"),
        pytest.param("PUT", "/todos", id="wrong method"),
        pytest.param("POST", "/todos/00000000000000000000000000000000", id="wrong method of an item"),
        pytest.param("DELETE", "/health", id="wrong method of a public route"),
    ],
)
def test_what_is_no_route_is_not_found(report: dict[str, Any], token: str, method: str, path: str) -> None:
    """API Gateway knows no "method not allowed": a method that a path has not is a route that is not there."""
    assert refused(call(report, method, path, token=token, json=TODO), 404)["title"] == "There is no such route"


def forged(token: str, **claims: Any) -> str:
    """The token with other claims and the signature that it had."""
    header, body, signature = token.split(".")
    told = json.loads(urlsafe_b64decode(body + "=" * (-len(body) % 4))) | claims
    return f"{header}.{urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip('=')}.{signature}"


def unsigned(token: str) -> str:
    """The token as one that says that it needs no signature."""
    header = urlsafe_b64encode(b'{"alg": "none", "typ": "JWT"}').decode().rstrip("=")
    return f"{header}.{token.split('.')[1]}."


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("way", ["none", "junk", "forged claims", "forged signature", "unsigned", "expired", "revived"])
@pytest.mark.parametrize("route", [("POST", "/todos"), ("GET", "/todos"), ("DELETE", "/todos/x")])
def test_who_shows_no_good_token_is_nobody(
    report: dict[str, Any], token: str, expired: str, way: str, route: tuple[str, str]
) -> None:
    shown = {
        "none": None,
        "junk": "junk",
        "forged claims": forged(token, sub="somebody-else"),
        "forged signature": token[:-8] + token[-8:][::-1],
        "unsigned": unsigned(token),
        "expired": expired,
        "revived": forged(expired, exp=int(time.time()) + 3600),
    }[way]
    assert refused(call(report, *route, token=shown, json=TODO), 401)["title"] == "Unauthorized"


def test_the_token_that_was_tampered_with_is_good_as_it_is(report: dict[str, Any], token: str) -> None:
    assert call(report, "GET", "/todos", token=token).status_code == 200
