"""A fifth environment file, beside the real ones, that a test writes and loads."""

import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import config
from config import Environment

Load = Callable[[str], Environment]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Return a function that writes `config/extra.py`, somewhere else on disk, and loads it with the others."""

    def load_source(source: str) -> Environment:
        (tmp_path / "extra.py").write_text(source)
        sys.modules.pop("config.extra", None)
        importlib.invalidate_caches()
        return config.load("extra")

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(config, "ENVIRONMENTS", (*config.ENVIRONMENTS, "extra"))
    monkeypatch.setattr(config, "__path__", [*config.__path__, str(tmp_path)])
    yield load_source
    sys.modules.pop("config.extra", None)
    vars(config).pop("extra", None)
