"""A store is served from its restored copy while config/cutovers.json says so, and as before when it does not."""

from pathlib import Path

import pytest

import config
from config import ConfigError, cutovers


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "cutovers.json"
    monkeypatch.setattr(cutovers, "FILE", path)
    return path


def test_a_copy_serves_only_the_environment_that_it_is_of(file: Path) -> None:
    cutovers.write({"dev": {"Todos": "todos-restored"}})
    assert config.load("dev").data.served_from == {"Todos": "todos-restored"}
    assert config.load("prod").data.served_from == {}


def test_undoing_the_last_one_leaves_no_file(file: Path) -> None:
    cutovers.write({"dev": {"Todos": "todos-restored"}})
    cutovers.write({"dev": {}})
    assert not file.exists()
    assert config.load("dev").data.served_from == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "config/cutovers.json: must be JSON"),
        ("[]", r"config/cutovers.json: must be stores by environment, got \[\]"),
        (
            '{"dev": {"Nowhere": "x"}}',
            r"config/cutovers.json: data.served_from: must name tables, buckets or databases \(Todos",
        ),
        ('{"dev": {"Todos": ""}}', "config/cutovers.json: data.served_from.Todos: must have at least 1 character"),
        ('{"dev": {"Todos": 7}}', "config/cutovers.json: data.served_from.Todos: must be a valid string, got 7"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_name(file: Path, text: str, said: str) -> None:
    file.write_text(text)
    with pytest.raises(ConfigError, match=said):
        config.load("dev")
