"""What all tests share: each environment is synthesised once, by the app itself, and read as plain JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from infra.kernel import node

os.environ.setdefault("JSII_NODE", str(node.NODE))
settings.register_profile("patient", deadline=None)  # a busy machine is no failure
settings.load_profile("patient")

ROOT = Path(__file__).parent.parent
CONTEXT = json.loads((ROOT / "cdk.json").read_text())["context"]

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


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that gives the cloud assembly of an environment, synthesised at its first call."""

    @cache
    def synthesise(environment: str) -> Path:
        folder = tmp_path_factory.mktemp(f"assembly-{environment}")
        result = run_app(folder, environment=environment)
        assert result.returncode == 0, result.stdout + result.stderr
        return folder

    return synthesise


@pytest.fixture(scope="session")
def templates(assembly: Callable[[str], Path]) -> Callable[[str], Templates]:
    """Return a function that gives the templates of an environment's own stacks, by construct id."""

    @cache
    def read(environment: str) -> Templates:
        found = sorted(assembly(environment).glob("*.template.json"))
        return {path.name.removesuffix(".template.json"): json.loads(path.read_text()) for path in found}

    return read
