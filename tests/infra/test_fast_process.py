"""The quick start of Node is an optimisation: whatever is wrong with it, the app works as it does without."""

import subprocess
import sys
from pathlib import Path

import pytest

from infra.kernel import node
from tests.conftest import ROOT

SMALL_APP = """
import sys
from pathlib import Path
from infra import fast_process
from infra.kernel import node
node.snapshot = lambda: Path(sys.argv[1])
fast_process.prepare()
import aws_cdk as cdk
app = cdk.App(outdir=sys.argv[2])
cdk.CfnResource(cdk.Stack(app, "Stack"), "Topic", type="AWS::SNS::Topic")
app.synth()
fast_process.leave()
"""


@pytest.fixture(autouse=True)
def plain_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*node.STOCK_SETTINGS, *node.NODE_SETTINGS, "JSII_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("JSII_NODE", str(node.NODE))


def a_snapshot(folder: Path) -> Path:
    blob = folder / "node.blob"
    blob.write_bytes(b"no snapshot of this Node")
    return blob


@pytest.mark.parametrize("broken", [True, False], ids=["broken", "missing"])
def test_without_a_good_snapshot_the_app_is_synthesised_all_the_same(broken: bool, tmp_path: Path) -> None:
    blob = a_snapshot(tmp_path) if broken else tmp_path / "missing"
    command = [sys.executable, "-O", "-c", SMALL_APP, str(blob), str(tmp_path / "out")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "AWS::SNS::Topic" in (tmp_path / "out" / "Stack.template.json").read_text()


def test_a_snapshot_is_used_where_it_does_what_a_direct_start_would(tmp_path: Path) -> None:
    assert node.is_usable(a_snapshot(tmp_path))


@pytest.mark.parametrize("setting", ["NODE_OPTIONS", "NODE_DEBUG", "JSII_DEBUG", "JSII_RUNTIME_PACKAGE_CACHE_ROOT"])
def test_settings_that_are_read_while_libraries_load_forgo_the_snapshot(
    setting: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(setting, "1")
    assert not node.is_usable(a_snapshot(tmp_path))


def test_another_node_forgoes_the_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JSII_NODE", "/usr/bin/node")
    assert not node.is_usable(a_snapshot(tmp_path))


def test_a_library_that_left_the_package_cache_forgoes_the_snapshot(tmp_path: Path) -> None:
    links = node.libraries(a_snapshot(tmp_path)) / "node_modules" / "@scope"
    links.mkdir(parents=True)
    (links / "library").symlink_to(tmp_path / "gone")
    assert not node.is_usable(tmp_path / "node.blob")


def test_other_packages_get_another_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = node.snapshot()
    (tmp_path / "jsii-9.9.9.dist-info").mkdir()
    monkeypatch.setattr(node, "PACKAGES", tmp_path)
    assert node.snapshot() != here
