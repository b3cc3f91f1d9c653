"""The runbook of alarms: a section for each kind with what to do, and a list of every alarm that is current."""

import re
from collections.abc import Callable

import pytest

import config
from infra.alarm_list import Entry, entries, render
from infra.assembly import Assembly
from infra.pages import BEGIN
from scripts.docs import DOCS

WRITTEN = (DOCS / "runbooks" / "alarms.md").read_text(encoding="utf-8").partition(BEGIN)[0]
SECTIONS = dict(re.findall(r"^## ([a-z0-9-]+)\n(.*?)(?=^## |\Z)", WRITTEN, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def found(loaded: Callable[[str], Assembly]) -> list[Entry]:
    """The alarms of every environment, each from its own assembly."""
    return [entry for name in config.names() for entry in entries(loaded(name)) if entry.environment == name]


def test_every_kind_has_a_section_that_says_what_to_do(found: list[Entry]) -> None:
    kinds = {entry.kind for entry in found}
    assert len(kinds) > 20
    assert kinds - SECTIONS.keys() == set()
    for kind in kinds:
        text = SECTIONS[kind]
        assert not text.lstrip().startswith("1."), f"{kind}: say first what is wrong"
        assert re.search(r"^1\. \S", text, re.MULTILINE), f"{kind}: nothing to do"


def test_links_between_sections_lead_to_one() -> None:
    anchors = set(SECTIONS) | {"every-alarm"}
    links = {link for text in SECTIONS.values() for link in re.findall(r"\]\(#([a-z0-9-]+)\)", text)}
    assert links <= anchors


def test_every_alarm_says_how_urgent_it_is_in_a_sentence(found: list[Entry]) -> None:
    for entry in found:
        assert entry.severity in {"P0", "P1", "P2", "P3"}
        assert entry.summary.endswith("."), entry


def test_every_alarm_is_listed_by_the_name_that_an_override_takes(found: list[Entry]) -> None:
    listed = {(entry.environment, entry.key) for entry in found}
    for name in config.names():
        for override in config.load(name).monitoring.overrides:
            assert (name, override.alarm) in listed


def test_differences_between_environments_are_shown() -> None:
    def entry(environment: str, severity: str) -> Entry:
        return Entry(
            key="Jobs/queue-age",
            kind="queue-age",
            severity=severity,
            summary="Late.",
            condition="age > 5, 5 min",
            environment=environment,
        )

    shown = render([entry("dev", "P3"), entry("prod", "P1"), entry("staging", "P3")])
    assert "| [Jobs/queue-age](#queue-age) | P3 (dev, staging); P1 (prod) | age > 5, 5 min | all |" in shown
