"""The reference workload as it runs: processes of its own, PostgreSQL, Redis, and the queue of the emulator."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from emulator.daemon import ROOT, Daemon
from scripts.local.cdk import node_folder
from tests.emulator.local_cloud import ACCOUNT, Cloud, free_port
from tests.services.database_bootstrap.conftest import PASSWORD, program, running, unprivileged

WAIT_SECONDS = 20


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """PostgreSQL with an empty database, as a process is told of it."""
    initdb, postgres = program("initdb"), program("postgres")
    if not (initdb and postgres):
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    folder = opened(tmp_path_factory.mktemp("postgresql"))
    password = folder / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    command = [
        initdb,
        "--pgdata",
        str(folder / "data"),
        "--username=app",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
    ]
    subprocess.run([*command, "--no-sync", "--locale=C"], check=True, capture_output=True, **unprivileged())
    port = free_port()
    options = {"listen_addresses": "127.0.0.1", "port": port, "fsync": "off", "unix_socket_directories": folder}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with running([postgres, "-D", str(folder / "data"), *arguments], port):
        told = {"HOST": "127.0.0.1", "PORT": str(port), "NAME": "postgres", "USER": "app", "PASSWORD": PASSWORD}
        yield {f"DATABASE_MAIN_{name}": value for name, value in told.items()} | {"DATABASE_MAIN_MIGRATOR": "app"}


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Valkey or Redis, whichever is installed."""
    server = program("valkey-server") or program("redis-server")
    if not server:
        pytest.skip("no Valkey and no Redis server is installed (Debian: apt-get install redis-server)")
    folder, port = opened(tmp_path_factory.mktemp("cache")), free_port()
    with running([server, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", ""], port):
        told = {"HOST": "127.0.0.1", "PORT": str(port), "NAME": "cache", "USER": "default", "PASSWORD": ""}
        yield {f"CACHE_CACHE_{name}": value for name, value in told.items()}


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """An emulator, for its queues."""
    port = free_port()
    daemon = Daemon(tmp_path_factory.mktemp("emulator"), port=port, account=ACCOUNT)
    daemon.start(node_folder=node_folder(), node_modules=ROOT / "node_modules")
    yield Cloud(port)
    daemon.stop()


@dataclass
class Queue:
    """A queue whose messages are given up at the third attempt, and where they go then."""

    sqs: Any
    url: str
    dead_url: str

    def dead(self) -> list[str]:
        return [message["Body"] for message in self.sqs.receive_message(QueueUrl=self.dead_url).get("Messages", [])]


MakeQueue = Callable[[], Queue]


@pytest.fixture(scope="session")
def make_queue(cloud: Cloud) -> MakeQueue:
    """Return a function that makes a queue of a test's own."""
    sqs = cloud.api("sqs")

    def make() -> Queue:
        name = f"q-{uuid4().hex[:8]}"
        dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
        arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 3})
        attributes = {"RedrivePolicy": redrive, "VisibilityTimeout": "1"}
        return Queue(sqs, sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"], dead)

    return make


@pytest.fixture(scope="session")
def queue(make_queue: MakeQueue) -> Queue:
    return make_queue()


@dataclass
class Process:
    """One of our processes, and what it wrote."""

    popen: "subprocess.Popen[str]"
    log: Path
    url: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def said(self, message: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line["message"] == message]

    def stop(self) -> int:
        """Ask it to stop, as ECS does; return its exit code."""
        self.popen.send_signal(signal.SIGTERM)
        return self.popen.wait(WAIT_SECONDS)


Start = Callable[..., Process]


@pytest.fixture(scope="session")
def start(
    tmp_path_factory: pytest.TempPathFactory,
    database: dict[str, str],
    cache: dict[str, str],
    cloud: Cloud,
    queue: Queue,
) -> Iterator[Start]:
    """Return a function that starts `api` or `worker`, with other variables if given."""
    started: list[Process] = []
    logs = tmp_path_factory.mktemp("logs")

    def run(module: str, **changes: str) -> Process:
        port = free_port()
        told = {
            **database,
            **cache,
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "emulator",
            "AWS_ENDPOINT_URL": cloud.emulator.url,
            "AWS_REGION": "us-east-1",
            "QUEUE_REPORTS_URL": queue.url,
            "PORT": str(port),
            "STOP_SECONDS": "10",
            "PYTHONPATH": str(ROOT / "services"),
            "PATH": os.environ["PATH"],
        }
        log = logs / f"{module}-{len(started)}.log"
        with log.open("w") as out:
            popen = subprocess.Popen(
                [sys.executable, "-m", f"reports.{module}"], env=told | changes, stdout=out, stderr=out, text=True
            )
        process = Process(popen, log, f"http://127.0.0.1:{port}")
        started.append(process)
        return process

    yield run
    for process in started:
        if process.popen.poll() is None:
            process.popen.kill()
            process.popen.wait()


@pytest.fixture(scope="session")
def worker(start: Start) -> Process:
    """A worker that is at work: its schema is there."""
    process = start("worker")
    eventually(lambda: process.said("starting"))
    return process


@pytest.fixture(scope="session")
def api(start: Start, worker: Process) -> Process:
    """An API that answers."""
    process = start("api")
    eventually(lambda: answers(process.url))
    return process


def answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health").status_code == 200
    except httpx.TransportError:
        return False


def eventually(holds: Callable[[], Any]) -> Any:
    """Wait until something holds; return it."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end:
        try:
            if found := holds():
                return found
        except (OSError, ValueError):
            pass
        time.sleep(0.05)
    raise AssertionError("it never held")


def opened(folder: Path) -> Path:
    """Let the user of a server into a folder."""
    for each in (folder, *folder.parents):
        if each.stat().st_uid == os.geteuid() and each != Path("/"):
            each.chmod(each.stat().st_mode | 0o755)
    folder.chmod(0o777)
    return folder
