"""docs/stacks: a page for each stack, which says what the templates of today hold."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import config
from infra.assembly import load
from infra.stack_pages import BEGIN, page
from scripts.stacks import PAGES, render

ROOT = PAGES.parent.parent


@pytest.fixture(scope="module")
def pages(assembly: Callable[[str], Path]) -> dict[Path, str]:
    return render({name: load(assembly(name)) for name in config.names()})


def test_the_pages_are_current(pages: dict[Path, str]) -> None:
    assert set(PAGES.glob("*.md")) == set(pages), "run `make docs`"
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`"


def test_what_is_written_by_hand_stays(pages: dict[Path, str], assembly: Callable[[str], Path]) -> None:
    platforms = {"dev": load(assembly("dev"))}
    renewed = page("Network", f"# Mine\n\n{BEGIN}\n\nold\n", platforms, {"dev": {"network.cidr": "`10.10.0.0/16`"}})
    assert renewed.startswith(f"# Mine\n\n{BEGIN}\n")
    assert "old" not in renewed
    assert "| `AWS::EC2::VPC` | Vpc | 1 |" in renewed


def test_a_new_stack_begins_with_what_its_code_says(assembly: Callable[[str], Path]) -> None:
    new = page("Recovery", None, {"dev": load(assembly("dev"))}, {"dev": {}})
    assert new.startswith("# Recovery\n\nRecovery: what another region receives")


def test_pages_and_alarms_that_are_linked_exist(pages: dict[Path, str]) -> None:
    for path, text in pages.items():
        for target, anchor in re.findall(r"\]\(([^)#]+)#?([^)]*)\)", text):
            there = (path.parent / target).resolve()
            assert there.exists(), (path.name, target)
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert not anchor or anchor in anchors, (path.name, target, anchor)
