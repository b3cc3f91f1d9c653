"""CloudFormation always hears what the health check saw, and hears success only after a 200."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from constructs_lib.health_check.runtime import handler as health

Reply = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A real server on this machine; `replies` answer one request after the other, the last one for ever."""

    def __init__(self, *replies: Reply) -> None:
        self.requests: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                outer.requests.append(
                    {"path": self.path, "body": body, **{k.lower(): v for k, v in self.headers.items()}}
                )
                replies[min(len(outer.requests), len(replies)) - 1](self)

            do_GET = do_PUT = answer  # noqa: N815 - the library's names

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/health"

    @contextmanager
    def running(self) -> Iterator["Server"]:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()


def status(code: int, body: str = "", **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(code)
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body.encode())

    return reply


def garbage(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"this is not HTTP\r\n\r\n")


def hang_up(_: BaseHTTPRequestHandler) -> None:
    """Close the connection without a word."""


def trickle(request: BaseHTTPRequestHandler) -> None:
    """Send a byte now and then, so that no time-out of a socket is ever reached."""
    for _ in range(100):
        try:
            request.wfile.write(b"H")
        except OSError:
            return
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "FIRST_PAUSE_SECONDS", 0.001)
    monkeypatch.setattr(health, "LONGEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(health, "LAST_REQUEST_SECONDS", 0.5)
    monkeypatch.setattr(health, "SENDING_PAUSE_SECONDS", 0.001)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)


@pytest.fixture
def cloudformation() -> Iterator[Server]:
    with Server(status(200)).running() as server:
        yield server


def request(cloudformation: Server, kind: str = "Create", **properties: Any) -> dict[str, Any]:
    return {
        "RequestType": kind,
        "ResponseURL": f"http://{cloudformation.host}/answer",
        "StackId": "arn:aws:cloudformation:us-east-1:111122223333:stack/compute/1",
        "RequestId": "r-1",
        "LogicalResourceId": "TodoApiAnswers",
        "ResourceProperties": {"TimeoutSeconds": "0.15", **properties},
    }


def outcome(cloudformation: Server, event: dict[str, Any], *, own_seconds: float = 60) -> tuple[str, str]:
    """Handle `event`; return the status and the reason that CloudFormation got."""
    health.handler(event, SimpleNamespace(get_remaining_time_in_millis=lambda: own_seconds * 1000))
    (sent,) = cloudformation.requests
    assert len(sent["body"]) <= 4096
    answer = json.loads(sent["body"])
    assert {name: answer[name] for name in ("StackId", "RequestId", "LogicalResourceId")} == {
        name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")
    }
    return answer["Status"], answer["Reason"]


def test_an_api_that_answers_succeeds_at_once(cloudformation: Server) -> None:
    with Server(status(200)).running() as api:
        assert outcome(cloudformation, request(cloudformation, Url=api.url)) == (
            "SUCCESS",
            f"{api.url} answered 200 at try 1.",
        )
    assert len(api.requests) == 1


@pytest.mark.parametrize("first", [status(503), garbage, hang_up])
def test_an_api_that_needs_a_while_is_asked_again(cloudformation: Server, first: Reply) -> None:
    with Server(first, first, status(200)).running() as api:
        result, reason = outcome(cloudformation, request(cloudformation, Url=api.url, TimeoutSeconds="30"))
    assert (result, reason) == ("SUCCESS", f"{api.url} answered 200 at try 3.")


@pytest.mark.parametrize(
    ("reply", "seen"),
    [
        (status(503, "The table does not answer."), "status 503, 'The table does not answer.'"),
        (status(302, Location="/login"), "status 302"),
        (status(204), "status 204"),
        (status(500, "é" * 5000), "status 500, 'é"),
        (garbage, "no answer, BadStatusLine"),
        (hang_up, "no answer, RemoteDisconnected"),
        (trickle, "no answer within 0 s"),
    ],
)
def test_an_api_that_never_answers_200_fails_with_the_last_answer(
    cloudformation: Server, reply: Reply, seen: str
) -> None:
    with Server(reply).running() as api:
        result, reason = outcome(cloudformation, request(cloudformation, Url=api.url))
    assert result == "FAILED"
    assert reason.startswith(f"TimeoutError: {api.url} did not answer 200 in ")
    assert f"; the last one: {seen}" in reason


def test_nobody_at_the_address_fails_with_the_reason(cloudformation: Server) -> None:
    with Server(status(200)).running() as gone:
        pass
    result, reason = outcome(cloudformation, request(cloudformation, Url=gone.url))
    assert result == "FAILED"
    assert reason.endswith("the last one: no answer, [Errno 111] Connection refused")


def test_cloudformation_hears_before_the_function_is_stopped(cloudformation: Server) -> None:
    own = health.RESERVE_SECONDS + 0.15
    with Server(trickle).running() as api:
        event = request(cloudformation, Url=api.url, TimeoutSeconds="600")
        began = time.monotonic()
        assert outcome(cloudformation, event, own_seconds=own)[0] == "FAILED"
    assert time.monotonic() - began < own


@pytest.mark.parametrize(
    ("properties", "reason"),
    [
        ({}, "KeyError: 'Url'"),
        ({"Url": "file:///etc/passwd"}, "ValueError: Url must begin with http:// or https://, got file:///etc/passwd"),
        (
            {"Url": "http://localhost", "TimeoutSeconds": "soon"},
            "ValueError: could not convert string to float: 'soon'",
        ),
    ],
)
def test_properties_that_cannot_be_read_fail_at_once(
    cloudformation: Server, properties: dict[str, str], reason: str
) -> None:
    assert outcome(cloudformation, request(cloudformation, **properties)) == ("FAILED", reason)


def test_deleting_asks_nobody(cloudformation: Server) -> None:
    with Server(status(503)).running() as api:
        event = request(cloudformation, "Delete", Url=api.url) | {"PhysicalResourceId": "TodoApiAnswers"}
        assert outcome(cloudformation, event)[0] == "SUCCESS"
    assert api.requests == []


def test_an_update_keeps_the_identity_so_that_nothing_is_replaced(cloudformation: Server) -> None:
    with Server(status(200)).running() as api:
        created = request(cloudformation, Url=api.url)
        outcome(cloudformation, created)
        identity = json.loads(cloudformation.requests.pop()["body"])["PhysicalResourceId"]
        outcome(cloudformation, request(cloudformation, "Update", Url=api.url) | {"PhysicalResourceId": identity})
    assert json.loads(cloudformation.requests[0]["body"])["PhysicalResourceId"] == identity


def test_an_outcome_that_does_not_get_through_is_sent_again() -> None:
    with Server(hang_up, status(503), status(200)).running() as cloudformation:
        health.handler(request(cloudformation, "Delete"), None)
    assert [sent["content-type"] for sent in cloudformation.requests] == ["", "", ""]
    assert len({sent["body"] for sent in cloudformation.requests}) == 1


def test_the_emulator_is_reached_at_its_own_address_under_the_apis_name(
    cloudformation: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(status(200)).running() as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{emulator.host}")
        url = "https://abc.execute-api.us-east-1.amazonaws.com/v1/health?deep=1"
        assert outcome(cloudformation, request(cloudformation, Url=url))[0] == "SUCCESS"
    (asked,) = emulator.requests
    assert asked["host"] == "abc.execute-api.us-east-1.amazonaws.com"
    assert asked["path"] == "/v1/health?deep=1"
