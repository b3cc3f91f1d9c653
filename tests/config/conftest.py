"""A fifth environment file, beside the real ones, that a test writes and loads."""

import importlib
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import fastjsonschema
import pytest

import config
from config import Environment
from config.schema import schema

Load = Callable[[str], Environment]
read_anew, read_once = config._read, cache(config._read)


@pytest.fixture(scope="session")
def accept() -> Callable[[Any], Any]:
    """What raises where the published schema does not allow an environment."""
    compiled: Callable[[Any], Any] = fastjsonschema.compile(schema(), formats={"ipv4network": ".*"})
    return compiled


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Load]:
    """Return a function that writes `config/extra.py`, somewhere else on disk, and loads it with the others."""

    def load_source(source: str) -> Environment:
        (tmp_path / "extra.py").write_text(source)
        sys.modules.pop("config.extra", None)
        importlib.invalidate_caches()
        return config.load("extra")

    def read(module: str) -> Environment:
        return read_anew(module) if module == "extra" else read_once(module)

    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(config, "_read", read)
    monkeypatch.setattr(config, "ENVIRONMENTS", (*config.ENVIRONMENTS, "extra"))
    monkeypatch.setattr(config, "__path__", [*config.__path__, str(tmp_path)])
    yield load_source
    sys.modules.pop("config.extra", None)
    vars(config).pop("extra", None)
