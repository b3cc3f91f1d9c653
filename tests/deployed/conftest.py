"""The whole platform on an emulator of the tests' own, deployed once: what runs here runs in one process."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.emulator.local_cloud import Cloud, Local, free_port


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    local = Local(tmp_path_factory.mktemp("local") / "emulator", free_port())
    yield local
    local.down()


@pytest.fixture(scope="session")
def report(local: Local) -> dict[str, Any]:
    done = local.up()
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture
def platform(local: Local, report: dict[str, Any]) -> Cloud:
    assert report["stacks"]
    return Cloud(local.port)


@pytest.fixture(scope="session")
def token(local: Local, report: dict[str, Any]) -> str:
    assert report["api"]
    return local.token()
