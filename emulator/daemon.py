"""Starts the emulator as a process of its own, finds it again, and stops it."""

import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from emulator.client import Client, EmulatorError

ROOT = Path(__file__).parent.parent
START_SECONDS = 30
STOP_SECONDS = 10

__all__ = ["Daemon", "EmulatorError"]


class Daemon:
    """The emulator of one folder, which holds its lock, its log and its temporary files."""

    def __init__(self, folder: Path, *, port: int, account: str) -> None:
        self.folder = folder
        self.port = port
        self.account = account
        self.log = folder / "log"
        self.client = Client(port)

    def pid(self) -> int | None:
        """Return the process that holds the lock; None when no emulator runs in the folder."""
        try:
            with (self.folder / "lock").open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return int((self.folder / "lock").read_text() or 0)
        return None

    def start(self, *, node_folder: Path, node_modules: Path) -> bool:
        """Start the emulator unless it runs, and wait until it answers; return whether it was started.

        Raises:
            EmulatorError: the port is taken, or the emulator died or does not answer.
        """
        if self.pid():
            self._check_running()
            return False
        self._check_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "emulator", "--port", str(self.port), "--account", self.account]
        command += ["--folder", str(self.folder), "--node-modules", str(node_modules)]
        path = f"{node_folder}{os.pathsep}{os.environ.get('PATH', '')}"
        with self.log.open("w") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "PATH": path},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._wait_for(process)
        return True

    def stop(self) -> bool:
        """Stop the emulator and everything in it; return whether one was running.

        Raises:
            EmulatorError: it does not stop.
        """
        pid = self.pid()
        if not pid:
            return False
        for number in (signal.SIGTERM, signal.SIGKILL):
            os.kill(pid, number)
            deadline = time.monotonic() + STOP_SECONDS
            while time.monotonic() < deadline:
                if not self.pid():
                    return True
                time.sleep(0.05)
        raise EmulatorError(f"the emulator (process {pid}) does not stop")

    def _wait_for(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                said = (self.log.read_text().strip() or "nothing").splitlines()[-1]
                raise EmulatorError(f"the emulator did not start: {said} (all of it: {self.log})")
            if self.client.health():
                return
            time.sleep(0.05)
        process.kill()
        raise EmulatorError(f"the emulator does not answer after {START_SECONDS} s; its log: {self.log}")

    def _check_running(self) -> None:
        health = self.client.health()
        if health is None or health["folder"] != str(self.folder):
            raise EmulatorError(
                f"an emulator runs for this folder, but it does not answer on port {self.port}: "
                "`make down` stops it, then `make up`"
            )

    def _check_port(self) -> None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", self.port)) != 0:
                return
        other = self.client.health()
        owner = f"the emulator of {other['folder']}" if other else "another program"
        raise EmulatorError(
            f"port {self.port} is in use by {owner}: stop that, "
            "or choose another with --port or `emulator.port` in config/local.py"
        )
