"""Synthesises every environment of a commit and of this work tree: two folders to compare."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from scripts.synthesis import ROOT, SynthesisError, synthesise

AT_ONCE = 2
REUSED = ("node_modules",)
"""What a work tree of a commit borrows from this one."""

LIST_ENVIRONMENTS = "import config; print(*config.names())"


class WorkTreeError(Exception):
    """A commit that cannot be checked out or built; the message says why."""


@contextmanager
def built(reference: str, environments: Sequence[str] | None) -> Iterator[tuple[Path, Path]]:
    """Yield the folders of `reference`'s assemblies and of this work tree's, each environment a sub-folder.

    Raises:
        WorkTreeError: there is no such commit, or one side cannot be built.
    """
    with TemporaryDirectory(prefix="groundwork-report-") as name:
        folder = Path(name)
        with _checked_out(reference, folder / "tree") as tree:
            base, head = folder / "base", folder / "head"
            with ThreadPoolExecutor(AT_ONCE) as pool:
                done = [
                    *(pool.submit(_synthesise, tree, one, base) for one in _names(tree, environments)),
                    *(pool.submit(_synthesise, ROOT, one, head) for one in _names(ROOT, environments)),
                ]
                for one in done:
                    one.result()
            yield base, head


@contextmanager
def _checked_out(reference: str, tree: Path) -> Iterator[Path]:
    commit = _git("rev-parse", "--verify", "--quiet", f"{reference}^{{commit}}", otherwise=f"no commit {reference!r}")
    _git("worktree", "add", "--detach", "--quiet", str(tree), commit)
    try:
        for shared in REUSED:
            if (ROOT / shared).exists():
                (tree / shared).symlink_to(ROOT / shared)
        _bundle(tree, reference)
        yield tree
    finally:
        _git("worktree", "remove", "--force", str(tree))


def _bundle(tree: Path, reference: str) -> None:
    """Build the functions' bundles of that commit, with this environment's tools."""
    done = _run([sys.executable, "-m", "scripts", "bundle"], tree)
    if done.returncode:
        raise WorkTreeError(f"{reference}: its functions cannot be bundled: {_last(done)}")


def _names(tree: Path, wanted: Sequence[str] | None) -> list[str]:
    done = _run([sys.executable, "-c", LIST_ENVIRONMENTS], tree)
    if done.returncode:
        raise WorkTreeError(f"{tree}: its environments cannot be read: {_last(done)}")
    return [name for name in done.stdout.split() if not wanted or name in wanted]


def _synthesise(tree: Path, environment: str, folder: Path) -> None:
    try:
        synthesise(environment, folder / environment, root=tree)
    except SynthesisError as error:
        side = "this work tree" if tree == ROOT else "the base"
        raise WorkTreeError(f"{side}: {error}") from None


def _git(*arguments: str, otherwise: str = "") -> str:
    done = _run(["git", *arguments], ROOT)
    if done.returncode:
        raise WorkTreeError(otherwise or f"git {arguments[0]}: {_last(done)}")
    return done.stdout.strip()


def _run(command: list[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def _last(done: "subprocess.CompletedProcess[str]") -> str:
    return (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
