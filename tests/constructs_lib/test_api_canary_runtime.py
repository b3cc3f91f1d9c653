"""What a canary takes for well, and what it says where it does not."""

from http import HTTPStatus
from io import BytesIO
from typing import Any

import pytest

from constructs_lib.api_canary.runtime import index


class Answer(BytesIO):
    """What the address says."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self.status = status


@pytest.fixture(autouse=True)
def address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASKED_URL", "https://api.example.com/health")


def answers(monkeypatch: pytest.MonkeyPatch, status: int) -> list[dict[str, Any]]:
    asked: list[dict[str, Any]] = []

    def urlopen(request: Any, timeout: float) -> Answer:
        asked.append({"url": request.full_url, "seconds": timeout})
        return Answer(status)

    monkeypatch.setattr(index, "urlopen", urlopen)
    return asked


def test_an_answer_in_time_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, HTTPStatus.OK)
    assert index.handler({}, None) == "https://api.example.com/health answers"
    assert asked == [{"url": "https://api.example.com/health", "seconds": 10}]


def test_an_answer_without_content_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, HTTPStatus.NO_CONTENT)
    with pytest.raises(RuntimeError, match="answered 204"):
        index.handler({}, None)


def test_nothing_is_asked_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = answers(monkeypatch, HTTPStatus.OK)
    monkeypatch.setenv("ASKED_URL", "http://api.example.com/health")
    with pytest.raises(ValueError, match="must begin with https://, got http://"):
        index.handler({}, None)
    assert asked == []
