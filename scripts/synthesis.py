"""Synthesises an environment without the CDK CLI: runs the app in a process of its own, into a folder."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parent.parent


AT_ONCE = 2
"""Environments that are synthesised side by side."""


class SynthesisError(Exception):
    """The app refused; the message is what it said last."""


def synthesise(environment: str, folder: Path, *, root: Path = ROOT, validate: bool = False) -> Path:
    """Build `environment` of the app in `root` into `folder` and return it.

    `validate` adds CloudFormation's own validation.
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
    if finished.returncode:
        said = finished.stderr.strip().splitlines() or [f"exit code {finished.returncode}"]
        raise SynthesisError(f"{environment} cannot be synthesised: {said[-1]}")
    return folder


@contextmanager
def synthesised(environments: Sequence[str]) -> Iterator[dict[str, Path]]:
    """Yield the folder of each environment's assembly, two built at a time; they go with the block."""
    with TemporaryDirectory(prefix="groundwork-") as folder:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            built = list(pool.map(lambda name: synthesise(name, Path(folder) / name), environments))
        yield dict(zip(environments, built, strict=True))
