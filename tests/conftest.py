"""What all tests share: each environment is synthesised once, by the app itself, and read as plain JSON."""

import fcntl
import gc
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from infra import fast_process
from infra.assembly import Assembly, load
from infra.kernel import node
from tests import once

os.environ.setdefault("JSII_NODE", str(node.NODE))
os.environ.setdefault("CDK_VALIDATION", "false")  # on a bare stack it warns, and nobody reads it
if "PYTEST_XDIST_WORKER" in os.environ:  # who only hands the tests out needs no Node
    fast_process.prepare()
    gc.enable()  # a process of tests lives longer than a synthesis
settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")
once.before_imports()

ROOT = Path(__file__).parent.parent
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]

ASSEMBLIES = ROOT / "build" / "tests"

Templates = dict[str, dict[str, Any]]


def run_app(folder: Path, **context: str) -> "subprocess.CompletedProcess[str]":
    """Run app.py as the CDK command line does, without it."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "CDK_"))}
    environment |= {"CDK_OUTDIR": str(folder), "CDK_CONTEXT_JSON": json.dumps({**CONTEXT, **context})}
    return subprocess.run(
        [sys.executable, "-O", "app.py"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with what takes long: what deploys into the emulator waits more than it works."""
    items.sort(key=lambda item: (item.path.parent.name != "deployed", item.get_closest_marker("emulator") is None))
    once.after_imports()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Keep the tests of a file in one process, and those of the deployed platform, which takes a while to deploy."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "deployed" if "tests/deployed/" in nodeid else super()._split_scope(nodeid)

    return Scheduling(config, log)


@cache
def inputs() -> str:
    """Return a digest of all that a synthesis reads."""
    read = [ROOT / name for name in ("app.py", "cdk.json", "requirements.txt", "package-lock.json")]
    read += (ROOT / "build").glob("*.zip")
    for folder in ("config", "constructs_lib", "infra", "locks", "services"):
        read += (path for path in (ROOT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(read):
        digest.update(f"{path.relative_to(ROOT)} {path.stat().st_size}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


@pytest.fixture(scope="session")
def assembly() -> Callable[[str], Path]:
    """Return a function that gives the cloud assembly of an environment, which nobody may change.

    It is synthesised once for all processes, and again when anything that a synthesis reads is another.
    """

    for old in ASSEMBLIES.glob("*"):
        if old.name != inputs():
            shutil.rmtree(old, ignore_errors=True)

    @cache
    def synthesise(environment: str) -> Path:
        folder = ASSEMBLIES / inputs() / environment
        folder.parent.mkdir(parents=True, exist_ok=True)
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                unfinished = folder.with_suffix(".unfinished")
                shutil.rmtree(unfinished, ignore_errors=True)
                result = run_app(unfinished, environment=environment)
                assert result.returncode == 0, result.stdout + result.stderr
                unfinished.rename(folder)
        return folder

    return synthesise


@pytest.fixture(scope="session")
def loaded(assembly: Callable[[str], Path]) -> Callable[[str], Assembly]:
    """Return a function that loads the assembly of an environment, which nobody may change."""
    return cache(lambda environment: load(assembly(environment)))


@pytest.fixture(scope="session")
def templates(assembly: Callable[[str], Path]) -> Callable[[str], Templates]:
    """Return a function that gives the templates of an environment's own stacks, by construct id."""

    @cache
    def read(environment: str) -> Templates:
        found = sorted(assembly(environment).glob("*.template.json"))
        return {path.name.removesuffix(".template.json"): json.loads(path.read_text()) for path in found}

    return read
