"""GitHub's workflows: linted, pinned, with few rights; and every line runs, in a rehearsal on this machine."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.delivery.commands import problem

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
TOOLS = Path(sys.executable).parent
VALUES = {"matrix.environment": "dev", "job.status": "success"}


def read(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(file.read_text())
    return found


def steps() -> list[Any]:
    return [
        pytest.param(step, id=f"{file.stem}-{job}-{step['name']}")
        for file in FILES
        for job, settings in read(file)["jobs"].items()
        for step in settings["steps"]
        if "run" in step
    ]


def test_all_five_are_there() -> None:
    assert [file.stem for file in FILES] == ["deploy", "drift", "drill", "pr", "prices"]


def test_their_form_is_githubs() -> None:
    command = [str(TOOLS / "check-jsonschema"), "--builtin-schema", "vendor.github-workflows", *map(str, FILES)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_auditor_finds_nothing() -> None:
    command = [str(TOOLS / "zizmor"), "--offline", "--persona=pedantic", "--no-progress", str(FOLDER)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_actions_are_pinned_by_commit_and_say_their_version(file: Path) -> None:
    used = re.findall(r"uses: (.*)", file.read_text())
    assert used
    assert [one for one in used if not re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one)] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_rights_are_given_to_jobs_alone_and_runs_do_not_overtake_each_other(file: Path) -> None:
    workflow = read(file)
    assert workflow["permissions"] == {}
    assert workflow["concurrency"]["group"]
    for job in workflow["jobs"].values():
        assert job["permissions"]["contents"] in ("read", "write")
        assert job["timeout-minutes"] <= 240


def test_only_what_goes_to_aws_may_ask_for_its_identity() -> None:
    may = {
        (file.stem, name)
        for file in FILES
        for name, job in read(file)["jobs"].items()
        if job["permissions"].get("id-token")
    }
    assert may == {("deploy", "prepare"), ("deploy", "execute"), ("drift", "drift"), ("drill", "environment")}
    assert "secrets." not in "".join(file.read_text() for file in FILES)


def test_what_is_executed_waits_for_the_environments_approval_and_is_what_was_prepared() -> None:
    jobs = read(FOLDER / "deploy.yml")["jobs"]
    assert jobs["prepare"]["environment"] == "${{ inputs.environment }}-prepare"
    assert jobs["execute"]["environment"] == "${{ inputs.environment }}"
    assert jobs["execute"]["needs"] == "prepare"


def tool(folder: Path, name: str, body: str) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/bash\nprintf '%s ' {name} \"$@\" >> calls; echo >> calls\n{body}\n")
    file.chmod(0o755)


@pytest.fixture
def rehearsal(tmp_path: Path) -> Path:
    """A folder in which make, the verbs, git and gh write down how they are called, and answer as if they worked."""
    shims = tmp_path / "shims"
    tool(shims, "make", "")
    tool(shims, "gh", 'case "$*" in api*) echo somebody;; issue\\ list*) echo 7;; esac')
    tool(shims, "git", 'case "$*" in diff*) exit 1;; esac')
    release = json.dumps({"release": "r1", "state": "prepared"})
    tool(tmp_path, ".venv/bin/python", f"echo shown >&2; case \"$*\" in *--json*) echo '{release}';; esac")
    (tmp_path / "records").mkdir()
    (tmp_path / "drift.txt").write_text("one\n")
    return tmp_path


@pytest.mark.parametrize("step", steps())
def test_every_line_runs_and_calls_what_exists(step: dict[str, Any], rehearsal: Path) -> None:
    variables = {name: VALUES.get(value[4:-3], "dev") for name, value in step.get("env", {}).items()}
    files = {name: str(rehearsal / name) for name in ("GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY")}
    done = subprocess.run(
        ["/bin/bash", "-e", "-u", "-o", "pipefail", "-c", step["run"]],
        cwd=rehearsal,
        env={
            "PATH": f"{rehearsal / 'shims'}:{os.environ['PATH']}",
            "OVERRIDE": "Accepted by one person.",
            **files,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    calls = (rehearsal / "calls").read_text().splitlines()
    assert calls
    mine = [call for call in calls if call.startswith(("make", ".venv"))]
    assert [said for call in mine if (said := problem(_quoted(call)))] == []


def _quoted(call: str) -> str:
    """Options of the verbs take one word each; a reason of several words stands in for one here."""
    return call.replace("Accepted by one person.", "'Accepted by one person.'").strip()
