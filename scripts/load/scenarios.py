"""What people do with the platform, for Locust: most read lists and items, some create, few change or delete.

LOAD_FRONT_END: also loads the front end at that address. LOAD_SIGN: signs requests with IAM for that region.
LOAD_OUTSIDE: only what needs no identity. LOAD_RATE_EACH: requests a second of each user, instead of pauses.
API_TOKEN: the access token to call with.
"""

import os
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.session import Session
from gevent import get_hub
from locust import FastHttpUser, HttpUser, between, constant_throughput

MINE = 20
"""Items that one user keeps at most."""

get_hub().loop.update_now()  # else the seconds that imports took count as seconds of the test


class _Signature:
    """Signs a request of `requests` as API Gateway's IAM authorisation wants it."""

    def __init__(self, region: str) -> None:
        self._auth = SigV4Auth(Session().get_credentials(), "execute-api", region)

    def __call__(self, request: Any) -> Any:
        signed = AWSRequest(request.method, request.url, data=request.body or b"", headers={"Host": _host(request.url)})
        self._auth.add_auth(signed)
        request.headers.update(dict(signed.headers.items()))
        return request


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _create(user: "Person") -> None:
    body = {"title": f"Load test {uuid4().hex}", "due_on": "2030-01-31"}
    with user.client.post("/todos", json=body, name="POST /todos", catch_response=True) as answer:
        if answer.status_code == 201:  # noqa: PLR2004
            user.mine.append(answer.json()["id"])
        else:
            answer.failure(f"status {answer.status_code}")
    if len(user.mine) > MINE:
        _delete(user)


def _list(user: "Person") -> None:
    user.client.get("/todos", params={"limit": 25}, name="GET /todos")


def _read(user: "Person") -> None:
    if user.mine:
        user.client.get(f"/todos/{random.choice(user.mine)}", name="GET /todos/{id}")  # noqa: S311 (no secret)


def _complete(user: "Person") -> None:
    if user.mine:
        path = f"/todos/{random.choice(user.mine)}"  # noqa: S311
        user.client.patch(path, json={"completed": True}, name="PATCH /todos/{id}")


def _delete(user: "Person") -> None:
    if user.mine:
        user.client.delete(f"/todos/{user.mine.pop()}", name="DELETE /todos/{id}")


def _page(user: "Person") -> None:
    if address := os.environ.get("LOAD_FRONT_END"):
        user.client.get(address, name="GET front end", auth=None, headers={"Authorization": None})


def _health(user: "Person") -> None:
    user.client.get("/health", name="GET /health")


OUTSIDE = bool(os.environ.get("LOAD_OUTSIDE"))


RATE = float(os.environ.get("LOAD_RATE_EACH") or 0)
TOKEN = os.environ.get("API_TOKEN")
# The fast client needs a third of the processor, and signs nothing.
Client = HttpUser if os.environ.get("LOAD_SIGN") or os.environ.get("LOAD_FRONT_END") else FastHttpUser


Task = Callable[["Person"], None]
INSIDE: dict[Task, int] = {_list: 10, _read: 8, _create: 4, _complete: 2, _delete: 1}


class Person(Client):  # type: ignore[misc, valid-type] # Locust ships no types
    """Somebody with a to-do list; what they made is deleted when they leave."""

    wait_time = constant_throughput(RATE) if RATE else between(0.5, 2)
    default_headers = {"Authorization": f"Bearer {TOKEN}"} if TOKEN else {}
    tasks: dict[Task, int] = INSIDE if not OUTSIDE else {_health: 10}
    tasks = {**tasks, _page: 3} if os.environ.get("LOAD_FRONT_END") else tasks

    def on_start(self) -> None:
        """Begin with an empty list."""
        self.mine: list[str] = []
        if region := os.environ.get("LOAD_SIGN"):
            self.client.auth = _Signature(region)
        if Client is HttpUser:
            self.client.headers.update(self.default_headers)
        if not OUTSIDE:
            _create(self)

    def on_stop(self) -> None:
        """Leave nothing behind."""
        while self.mine:
            _delete(self)
