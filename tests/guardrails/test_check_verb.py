"""`python -m scripts check` and `lock`: what a person sees, and what a script gets."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from scripts.__main__ import app
from tests.conftest import ROOT
from tests.guardrails.conftest import ASSEMBLIES


def scripts(*arguments: str | Path) -> Result:
    """Run a verb."""
    return CliRunner().invoke(app, list(map(str, arguments)))


def answers(done: Result) -> list[list[str]]:
    """Promise and logical id of each violation."""
    return sorted([item["promise"], item["logical_id"]] for item in json.loads(done.stdout)["violations"])


@pytest.mark.parametrize("name", ["careless", "staged", "careful"])
def test_a_foreign_assembly_gets_the_known_answers(name: str) -> None:
    expected = json.loads((ASSEMBLIES / name / "expected.json").read_text())
    mild, strict = (
        scripts("check", ASSEMBLIES / name, "--json"),
        scripts("check", ASSEMBLIES / name, "--json", "--strict"),
    )
    assert answers(mild) == expected["mild"]
    assert answers(strict) == expected["strict"]
    assert mild.exit_code == (3 if expected["mild"] else 0)
    assert strict.exit_code == 3


def test_a_violation_is_one_line_on_stdout_and_the_sum_goes_to_stderr() -> None:
    command = [sys.executable, "-m", "scripts", "check", str(ASSEMBLIES / "staged")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stdout == (
        "identity.no-open-resource-policy: Live/Events/Topics/News/Policy/Resource (NewsPolicy4F5CD32B): "
        "PolicyDocument.Statement[1]: lets everybody (`*`) do sns:Publish\n"
    )
    assert "1 violations" in done.stderr


def test_a_folder_that_is_no_assembly_is_a_usage_error_in_one_line(tmp_path: Path) -> None:
    done = scripts("check", tmp_path)
    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "is no cloud assembly" in done.stderr


def test_a_policy_that_cannot_be_read_is_a_usage_error(tmp_path: Path) -> None:
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "a.json"}}
    (tmp_path / "manifest.json").write_text(json.dumps({"artifacts": {"A": artifact}}))
    template = {"Metadata": {"groundwork": {"environment": "x", "policy": {"retain_data": "yes"}}}}
    (tmp_path / "a.json").write_text(json.dumps(template))
    done = scripts("check", tmp_path)
    assert done.exit_code == 2
    assert "policy.retain_data must be bool, got 'yes'" in done.stderr


def test_locking_asks_for_a_reason_of_a_sentence() -> None:
    done = scripts("lock", ASSEMBLIES / "careful", "--reason", "because")
    assert done.exit_code == 2
    assert "must be at least a sentence" in done.stderr
