"""A cluster that took another's name has the next deployment ask for its id anew; taking it back does too."""

import json
from pathlib import Path

import pytest

from config import cutovers
from scripts import cutover
from scripts.aws import Aws
from scripts.recovery.stores import Store


def test_the_next_deployment_reads_a_swapped_cluster_anew(
    aws: Aws, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cutovers.json"
    monkeypatch.setattr(cutovers, "FILE", file)
    store = Store("Main", "cluster", "shop-main")
    cutover._tell_stack(aws, store, "shop-main-20260101")
    assert json.loads(file.read_text()) == {aws.environment.name: {"Main": "shop-main-20260101"}}
    cutover._tell_stack(aws, store, None)
    assert not file.exists()
