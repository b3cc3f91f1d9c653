"""Pages of the named web origins may read the answers, others may not."""

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

ALLOWED = "https://app.example.com https://beta.example.com"


@pytest.fixture
def handler(monkeypatch: pytest.MonkeyPatch, table: Any) -> Iterator[ModuleType]:
    """The handler of an environment that allows two origins."""
    from todo_api import handler

    monkeypatch.setenv("ALLOWED_ORIGINS", ALLOWED)
    yield importlib.reload(handler)
    monkeypatch.undo()
    importlib.reload(handler)


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("https://app.example.com", "https://app.example.com"),
        ("https://beta.example.com", "https://beta.example.com"),
        ("https://evil.example.com", None),
    ],
)
@pytest.mark.parametrize("path", ["/todos", "/nowhere"])
def test_answers_and_refusals_name_the_origin_that_may_read_them(
    handler: ModuleType, api: Any, origin: str, told: str | None, path: str
) -> None:
    answer = api.call("GET", path, headers={"Content-Type": "application/json", "Origin": origin})
    assert answer.headers.get("Access-Control-Allow-Origin") == told


def test_an_environment_without_origins_names_none(api: Any) -> None:
    answer = api.call("GET", "/todos", headers={"Origin": "https://app.example.com"})
    assert "Access-Control-Allow-Origin" not in answer.headers
