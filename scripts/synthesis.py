"""Synthesises an environment without the CDK CLI: runs the app in a process of its own, into a folder."""

import json
import os
import subprocess
import sys
from collections.abc import Container, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent


AT_ONCE = 2
"""Environments that are synthesised side by side."""


class SynthesisError(Exception):
    """The app refused; the message is what it said last."""


def synthesise(
    environment: str, folder: Path, *, root: Path = ROOT, validate: bool = False, tolerated: Container[str] = ()
) -> Path:
    """Build `environment` of the app in `root` into `folder`, which is new, and return it.

    `validate` adds CloudFormation's own validation. Findings of `tolerated` promises do not fail it.

    Raises:
        SynthesisError: the app refused, or another finding is left.
    """
    settings = json.loads((root / "cdk.json").read_text())
    context = {**settings.get("context", {}), "environment": environment}
    finished = subprocess.run(
        [sys.executable, "-O", "app.py"],
        cwd=root,
        env={
            **os.environ,
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(folder),
            "CDK_VALIDATION": str(validate).lower(),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    if finished.returncode and not _only(tolerated, folder):
        said = finished.stderr.strip().splitlines() or [f"exit code {finished.returncode}"]
        raise SynthesisError(f"{environment} cannot be synthesised: {said[-1]}")
    return folder


def _only(tolerated: Container[str], folder: Path) -> bool:
    """Whether the app wrote its assembly, and nothing was found but what is tolerated."""
    file = folder / "validation-report.json"
    reports = json.loads(file.read_text())["pluginReports"] if file.is_file() else []
    found = [violation["ruleName"] for report in reports for violation in report.get("violations", [])]
    return bool(found) and all(rule in tolerated for rule in found)


@contextmanager
def synthesised(environments: Sequence[str], *, tolerated: Container[str] = ()) -> Iterator[dict[str, Path]]:
    """Yield the folder of each environment's assembly, two built at a time; they go with the block."""
    with TemporaryDirectory(prefix="groundwork-") as folder:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            built = list(
                pool.map(lambda name: synthesise(name, Path(folder) / name, tolerated=tolerated), environments)
            )
        yield dict(zip(environments, built, strict=True))
