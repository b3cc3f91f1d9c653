"""What a reviewer gets of `report`: the right exit code, forms that say the same, one clear line when it cannot."""

import json
import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest
from typer.testing import CliRunner, Result

from scripts.__main__ import app
from tests.browser import browser, installed
from tests.changes.building import definition, write_assembly
from tests.conftest import ROOT

SCHEMA = json.loads((ROOT / "docs" / "change-report.schema.json").read_text())
TABLE = "AWS::DynamoDB::Table"
FILTERS = {
    "": {"Orders", "News"},
    "#without=critical": {"News"},
    "#environment=prod": {"Orders"},
    "#verdict=UPDATE": {"News"},
    "#stack=app-prod": {"Orders"},
    "#text=novelties": {"News"},
    "#text=nowhere": set(),
}
"""What the page shows, by the address that asks for it."""


def table(key: str, **more: Any) -> dict[str, Any]:
    properties = {"KeySchema": [{"AttributeName": key, "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
    return definition(TABLE, {**properties, "@DeletionPolicy": "Retain", "@UpdateReplacePolicy": "Retain", **more})


def topic(name: str) -> dict[str, Any]:
    return definition("AWS::SNS::Topic", {"DisplayName": name})


def sides(folder: Path, before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Write both sides, environment by environment; return the options that name them."""
    for side, environments in (("base", before), ("head", after)):
        for name, resources in environments.items():
            template = {"Resources": dict(resources), "@manifest": {"stackName": f"app-{name}"}}
            write_assembly(folder / side / name, {"App": template})
    return ["--base", str(folder / "base"), "--head", str(folder / "head")]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["report", *arguments])


@pytest.fixture
def dangerous(tmp_path: Path) -> list[str]:
    """Options of a change that replaces a table in two environments, and renames a topic in one."""
    before = {name: {"Orders": table("id"), "News": topic("news")} for name in ("dev", "prod")}
    after = {
        "dev": {"Orders": table("pk"), "News": topic("novelties")},
        "prod": {"Orders": table("pk"), "News": topic("news")},
    }
    return sides(tmp_path, before, after)


@pytest.mark.parametrize(("gate", "code"), [("never", 0), ("critical", 3), ("high", 3)])
def test_the_gate_decides_the_exit_code(gate: str, code: int, dangerous: list[str]) -> None:
    done = run(*dangerous, "--fail-on", gate)
    assert done.exit_code == code, done.stderr
    assert "Critical: data can be lost" in done.stderr


def test_a_change_below_the_gate_passes(tmp_path: Path) -> None:
    options = sides(tmp_path, {"dev": {"News": topic("a")}}, {"dev": {"News": topic("b")}})
    assert run(*options, "--fail-on", "high").exit_code == 0


def test_the_same_on_both_sides_is_no_change(tmp_path: Path) -> None:
    same = {"dev": {"Orders": table("id")}}
    done = run(*sides(tmp_path, same, same), "--fail-on", "high", "--json", str(tmp_path / "r.json"))
    assert done.exit_code == 0
    assert "Nothing changes in any environment" in done.stderr
    found = json.loads((tmp_path / "r.json").read_text())
    assert (found["changes"], found["summary"]["worst"]) == ([], None)


def test_an_override_passes_the_gate_and_stands_in_every_form(dangerous: list[str], tmp_path: Path) -> None:
    reason = "The table is empty until the launch in March."
    files = {kind: tmp_path / f"report.{kind}" for kind in ("json", "markdown", "html")}
    options = [option for kind, file in files.items() for option in (f"--{kind}", str(file))]
    done = run(*dangerous, "--fail-on", "critical", "--override", reason, *options)
    assert done.exit_code == 0
    assert reason in done.stderr
    assert all(reason in file.read_text() for file in files.values())
    summary = json.loads(files["json"].read_text())["summary"]
    assert (summary["gate"], summary["blocked"], summary["override"]) == ("critical", False, reason)


def test_an_override_without_a_reason_is_refused(dangerous: list[str]) -> None:
    done = run(*dangerous, "--override", "ok")
    assert done.exit_code == 2
    assert "--override" in done.stderr


def test_the_json_keeps_its_published_schema(dangerous: list[str], tmp_path: Path) -> None:
    run(*dangerous, "--json", str(tmp_path / "r.json"))
    found = json.loads((tmp_path / "r.json").read_text())
    fastjsonschema.compile(SCHEMA)(found)
    assert [(one["environment"], one["logical_id"], one["severity"]) for one in found["changes"]] == [
        ("dev", "Orders", "critical"),
        ("prod", "Orders", "critical"),
        ("dev", "News", "low"),
    ]


def test_the_comment_says_the_verdict_first_and_what_happens_alike_once(dangerous: list[str], tmp_path: Path) -> None:
    run(*dangerous, "--markdown", str(tmp_path / "r.md"))
    comment = (tmp_path / "r.md").read_text()
    assert comment.startswith("## 🔴 Critical: data can be lost")
    assert comment.count("Orders") == 1
    assert "| all environments |" in comment
    folded = comment.partition("<details>")[2]
    assert "News" in folded


def test_a_comment_is_never_too_long_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    many = {f"Orders{number:04}": table("id") for number in range(900)}
    options = sides(tmp_path, {"dev": {}, "prod": many}, {"dev": many, "prod": {}})
    run(*options, "--markdown", str(tmp_path / "r.md"), "--html", str(tmp_path / "r.html"), "--page-url", "https://x/p")
    comment = (tmp_path / "r.md").read_text()
    assert len(comment) <= 60_000
    assert re.search(r"… and \d+ more, in the page", comment)
    assert "The whole report: https://x/p." in comment
    assert (tmp_path / "r.html").read_text().count('<details class="change') == 1800


def test_the_page_asks_for_nothing_from_elsewhere_and_shows_values_as_they_are(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script>"&'
    options = sides(tmp_path, {"dev": {"News": topic("a")}}, {"dev": {"News": topic(evil)}})
    run(*options, "--html", str(tmp_path / "r.html"))
    page = (tmp_path / "r.html").read_text()
    assert evil not in page
    assert evil in unescape(page)
    assert not re.findall(r'(?:src|href)="(?!#|data:)', page)
    assert "default-src 'none'" in page


@pytest.mark.skipif(not installed(), reason="Chromium is not installed here")
def test_the_filters_of_the_page_show_what_they_say(dangerous: list[str], tmp_path: Path) -> None:
    run(*dangerous, "--html", str(tmp_path / "r.html"))
    found = {}
    with browser(tmp_path / "profile") as page:
        for asked in FILTERS:
            page.open("about:blank")
            page.open(f"{(tmp_path / 'r.html').as_uri()}{asked}")
            page.wait("document.readyState === 'complete'")
            shown = "[...document.querySelectorAll('details.change:not([hidden]) .what')]"
            names = page.run(f"{shown}.map(what => what.firstChild.textContent)")
            found[asked] = {name.rpartition("/")[2] for name in names}
            assert page.run("document.querySelector('#nothing').hidden") == bool(names)
        assert not page.complaints
    assert found == FILTERS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--base", "{}/nowhere", "--head", "{}/head"], "nowhere is not a folder"),
        (["--base", "{}", "--head", "{}/head"], "is no cloud assembly"),
        (["--base", "{}/base", "--head", "{}/head", "-e", "qa"], "no environment 'qa' on either side; there are: dev"),
        (["--base", "{}/base"], "give --base DIR and --head DIR, or --base-ref COMMIT, or --since-release NAME"),
        (["--base-ref", "no-such-commit"], "no commit 'no-such-commit'"),
        (["--base", "{}/base", "--head", "{}/head", "--html", "{}/no/folder.html"], "cannot be written"),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_line(arguments: list[str], said: str, tmp_path: Path) -> None:
    sides(tmp_path, {"dev": {"News": topic("a")}}, {"dev": {"News": topic("b")}})
    done = run(*(argument.replace("{}", str(tmp_path)) for argument in arguments))
    assert done.exit_code == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_an_assembly_of_an_unknown_schema_is_refused(tmp_path: Path) -> None:
    options = sides(tmp_path, {"dev": {}}, {"dev": {}})
    manifest = tmp_path / "head" / "dev" / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"version": "', '"version": "9'))
    done = run(*options)
    assert done.exit_code == 2
    assert "is written in schema 9" in done.stderr


def test_an_environment_that_only_one_side_has_is_named(tmp_path: Path) -> None:
    options = sides(tmp_path, {"dev": {"News": topic("a")}}, {"dev": {"News": topic("a")}, "qa": {"News": topic("a")}})
    run(*options, "--json", str(tmp_path / "r.json"))
    found = json.loads((tmp_path / "r.json").read_text())
    assert found["summary"]["added_environments"] == ["qa"]
    assert [(one["environment"], one["change"]) for one in found["changes"]] == [("qa", "CREATE")]
