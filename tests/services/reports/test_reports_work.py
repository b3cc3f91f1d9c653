"""The work of the reference workload by itself: reports, events, and batches of a function."""

import json
from typing import Any
from uuid import UUID, uuid4

import boto3
import fastjsonschema
import pytest
from moto import mock_aws
from reports.schemas import FINISHED, REPORT_FINISHED, SOURCE
from reports.settings import Place, Settings, SettingsError
from reports.work import UnreadableError, report_on
from reports.writing import Writer, publisher
from reports_function import handler

PLACE = Place("localhost", 5432, "app", "app", "password")


class Written:
    """Reports in a dict: texts that wait, and what was written."""

    def __init__(self, **texts: str) -> None:
        self.texts = {UUID(int=int(number)): text for number, text in ((k[1:], v) for k, v in texts.items())}
        self.done: dict[UUID, tuple[int, str]] = {}

    def text(self, report_id: UUID) -> str | None:
        return None if report_id in self.done else self.texts.get(report_id)

    def finish(self, report_id: UUID, *, words: int, longest: str) -> None:
        self.done[report_id] = (words, longest)


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("one", (1, "one")),
        ("It wasn't me, it was Zoë-Marie", (6, "Zoë-Marie")),
        ("same long word long", (4, "same")),
        ("日本 語", (2, "日本")),
    ],
)
def test_words_are_counted_in_any_script(text: str, report: tuple[int, str]) -> None:
    assert report_on(text) == report


@pytest.mark.parametrize("text", ["", "1 2 3", "...", "_"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(UnreadableError, match="the text has no word"):
        report_on(text)


def test_only_what_failed_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    reports = Written(r1="one word", r2="7")
    writer = Writer(reports, lambda report_id, words: None)  # type: ignore[arg-type]
    monkeypatch.setattr(handler, "writer", lambda: writer)
    bodies = [str(UUID(int=1)), str(UUID(int=2)), "no id", str(UUID(int=1))]
    event = {"Records": [{"messageId": str(n), "body": body} for n, body in enumerate(bodies)]}
    assert handler.handler(event, None) == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}
    assert reports.done == {UUID(int=1): (2, "word")}


@mock_aws
def test_what_is_told_of_a_report_is_as_described(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    boto3.client("events", region_name="us-east-1").create_event_bus(Name="app")
    sent: list[dict[str, Any]] = []
    publish = publisher(Settings(PLACE, None, None, "", "app", 8080, 30, "us-east-1"))
    client = publish.__closure__[0].cell_contents  # type: ignore[index]
    client.meta.events.register(
        "provide-client-params.events.PutEvents", lambda params, **_: sent.extend(params["Entries"])
    )
    publish(uuid4(), 7)
    (entry,) = sent
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == ("app", SOURCE, FINISHED)
    fastjsonschema.compile(REPORT_FINISHED)(json.loads(entry["Detail"]))


def test_a_report_that_could_not_be_told_of_is_not_finished() -> None:
    reports = Written(r1="one")

    def refuse(report_id: UUID, words: int) -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        Writer(reports, refuse).write(UUID(int=1))  # type: ignore[arg-type]
    assert reports.done == {}


@pytest.mark.parametrize(
    ("port", "said"), [(None, "DATABASE_MAIN_PORT must be given"), ("x", "must be a number, got x")]
)
def test_a_variable_that_is_missing_or_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, port: str | None, said: str
) -> None:
    for name in ("HOST", "NAME", "USER"):
        monkeypatch.setenv(f"DATABASE_MAIN_{name}", "x")
    if port:
        monkeypatch.setenv("DATABASE_MAIN_PORT", port)
    with pytest.raises(SettingsError, match=said):
        Settings.read(needs_queue=False)
