"""What a person can ask wrongly of `restore`: one line with the option, the rule and the value, and exit code 2."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.__main__ import app
from scripts.aws import Aws
from scripts.recovery import stores
from scripts.recovery.stores import Store

DEPLOYED = [
    Store("Attachments", "bucket", "attachments"),
    Store("Shared", "file-system", "fs-1"),
    Store("Todos", "table", "todos"),
]


@pytest.fixture(autouse=True)
def _deployed(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "find_stores", lambda _: {one.id: one for one in DEPLOYED})


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--store", "Nothing"], "--store must be one of Attachments, Shared, Todos, got Nothing"),
        (
            ["--store", "Todos", "--at", "yesterday"],
            "--at must be a moment such as 2026-01-31",
        ),
        (["--store", "Todos", "--at", "2999-01-01T00:00:00Z"], "--at must not lie in the future"),
        (
            ["--store", "Todos", "--backup", "now"],
            "must be an ARN (arn:aws:dynamodb:... or arn:aws:backup:...) for",
        ),
        (["--store", "Todos", "--backup", "arn:aws:backup:x", "--at", "2026-01-31"], "are two origins"),
        (["--store", "Shared", "--backup", "fs-1"], "must be an ARN (arn:aws:backup:...) for Shared, a file-system"),
        (["--store", "Attachments", "--backup", "arn:aws:backup:x"], "--at must be given: Attachments is a bucket"),
    ],
)
def test_a_mistake_gets_one_clear_line_and_leaves_no_state_behind(
    arguments: list[str], said: str, tmp_path: Path
) -> None:
    state = tmp_path / "state.json"
    done = CliRunner().invoke(app, ["restore", "--environment", "dev", "--yes", "--state", str(state), *arguments])
    assert done.exit_code == 2, done.output
    assert said in done.output.replace("\n", "")
    assert not state.exists()
