"""An emulator of the tests' own."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from emulator.daemon import ROOT, Daemon
from scripts.local.cdk import node_folder
from tests.emulator.local_cloud import ACCOUNT, Cloud, Local, free_port


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    port = free_port()
    daemon = Daemon(tmp_path_factory.mktemp("emulator"), port=port, account=ACCOUNT)
    daemon.start(node_folder=node_folder(), node_modules=ROOT / "node_modules")
    yield Cloud(port)
    daemon.stop()


@pytest.fixture
def role(cloud: Cloud) -> str:
    trust = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "*"}}]}
    made = cloud.api("iam").create_role(RoleName=f"r-{uuid4().hex[:8]}", AssumeRolePolicyDocument=json.dumps(trust))
    return str(made["Role"]["Arn"])


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
