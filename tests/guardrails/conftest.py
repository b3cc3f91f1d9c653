"""The platforms that the guardrails are tried on."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.assembly import Assembly
from infra.guardrails.lock import Lock, stateful_resources
from infra.guardrails.policy import STRICT, Policy, strictest
from tests.conftest import ROOT
from tests.guardrails.mutation import Platform

REFERENCE = """
import sys
from infra import fast_process
fast_process.prepare()
from tests.guardrails.reference.app import build
build(sys.argv[1])
fast_process.leave()
"""
ASSEMBLIES = Path(__file__).parent / "assemblies"


@pytest.fixture(scope="session")
def platform(
    loaded: Callable[[str], Assembly], assembly: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Platform]]:
    """Return a function that reads a platform by its name: `reference`, or an environment. Copies are to be changed."""
    read_from: list[tuple[Platform, Path]] = []

    @cache
    def read(name: str) -> Platform:
        folder = assembly(name) if name != "reference" else reference()
        read_from.append((Platform.read(folder) if name == "reference" else Platform(loaded(name).sources), folder))
        return read_from[-1][0]

    def reference() -> Path:
        folder = tmp_path_factory.mktemp("reference")
        command = [sys.executable, "-O", "-c", REFERENCE, str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return folder

    yield read
    for kept, folder in read_from:
        assert kept.sources == Platform.read(folder).sources, "a test changed what others read"


@pytest.fixture(scope="session")
def lock(platform: Callable[[str], Platform]) -> Callable[[str], Lock]:
    """Return a function that locks what holds data in a platform, as it is untouched."""

    @cache
    def read(name: str) -> Lock:
        return Lock(name, stateful_resources(Assembly(platform(name).sources).stacks))

    return read


@pytest.fixture(scope="session")
def policy(platform: Callable[[str], Platform]) -> Callable[[str], Policy]:
    """Return a function that gives the strictest of what a platform states and what production keeps."""

    @cache
    def read(name: str) -> Policy:
        stated = [
            Policy.from_dict(stack.groundwork["policy"])
            for stack in Assembly(platform(name).sources).stacks
            if "policy" in stack.groundwork
        ]
        return strictest([STRICT, *stated])

    return read
