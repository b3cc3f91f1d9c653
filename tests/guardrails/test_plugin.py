"""The guardrails run at synth: a violation fails it, wherever it sits, and nothing talks it away."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

APP = """
import aws_cdk as cdk
from aws_cdk import aws_sns as sns
from infra import guardrail_plugin

app = cdk.App(outdir={outdir!r}, post_cli_context={{"@aws-cdk/core:failSynthOnValidationErrors": True}})
host = cdk.Stack(app, "Host")
stage = cdk.Stage(host, "Live", env=cdk.Environment(account="777788889999", region="us-east-1"))
nested = cdk.NestedStack(cdk.Stack(stage, "Inner"), "Nested")
{body}
cdk.Validations.of(app).add_plugins(guardrail_plugin.Guardrails(outdir=app.outdir))
app.synth()
"""
OPEN = 'topic = sns.Topic(nested, "Open")'
CASES = {
    "nothing wrong": ("", 0, ""),
    "a violation in a nested stack of a Stage": (OPEN, 1, "encryption.at-rest"),
    "talked away with CDK's own acknowledgement": (
        OPEN + '\nfor rule in ("encryption.at-rest", "encryption.tls-topics"):\n    cdk.Validations.of(app)'
        '.acknowledge(cdk.Acknowledgment(id=f"Guardrails::{rule}", reason="no"))',
        1,
        "encryption.at-rest",
    ),
    "a guardrail that cannot run at all": (
        "def broken(*_): raise OSError('disk full')\nguardrail_plugin.load = broken",
        1,
        "disk full",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_synthesis_fails_exactly_when_a_promise_is_broken(case: str, tmp_path: Path) -> None:
    body, code, words = CASES[case]
    script = tmp_path / "app.py"
    script.write_text(APP.format(outdir=str(tmp_path / "out"), body=body))
    done = subprocess.run(
        [sys.executable, "-O", str(script)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CDK_VALIDATION": "false"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, words in done.stderr) == (code, True), done.stderr
