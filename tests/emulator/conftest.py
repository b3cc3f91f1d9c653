"""An emulator of the tests' own."""

import json
from collections.abc import Iterator
from uuid import uuid4

import pytest

from emulator.daemon import ROOT, Daemon
from scripts.local.cdk import node_folder
from tests.emulator.local_cloud import ACCOUNT, Cloud, free_port


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
