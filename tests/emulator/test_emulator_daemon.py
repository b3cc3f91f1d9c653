"""The emulator as a process: one for each folder, and a clear line when it cannot run."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from emulator.client import Client, EmulatorError
from emulator.daemon import ROOT, Daemon
from scripts.local.cdk import node_folder
from tests.emulator.local_cloud import ACCOUNT, free_port


def start(daemon: Daemon) -> bool:
    return daemon.start(node_folder=node_folder(), node_modules=ROOT / "node_modules")


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    daemon = Daemon(tmp_path, port=free_port(), account=ACCOUNT)
    yield daemon
    daemon.stop()


def test_a_second_start_finds_the_first_and_a_stop_ends_it(daemon: Daemon) -> None:
    assert daemon.pid() is None
    assert start(daemon) is True
    assert start(daemon) is False
    health = daemon.client.health()
    assert health is not None
    assert health["pid"] == daemon.pid()
    assert daemon.stop() is True
    assert daemon.stop() is False
    assert daemon.client.health() is None


def test_a_port_that_another_program_uses_is_said(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(EmulatorError, match=rf"port {port} is in use by another program: stop that"):
            start(Daemon(tmp_path, port=port, account=ACCOUNT))


def test_a_port_that_another_emulator_uses_is_said(daemon: Daemon, tmp_path: Path) -> None:
    start(daemon)
    second = Daemon(tmp_path / "second", port=daemon.port, account=ACCOUNT)
    with pytest.raises(EmulatorError, match=f"in use by the emulator of {tmp_path}"):
        start(second)


def test_an_emulator_that_dies_says_its_last_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('no such feature')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(EmulatorError, match=r"did not start: .*no such feature"):
        start(Daemon(tmp_path, port=free_port(), account=ACCOUNT))


def test_an_emulator_that_is_gone_is_one_clear_line() -> None:
    with pytest.raises(EmulatorError, match=r"does not answer on port .*make up"):
        Client(free_port()).stacks()
