"""The synthesis itself refuses an environment that costs too much, and warns near the limit."""

import json
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_cloudwatch as cloudwatch

from infra.cost_guard_plugin import CostGuard


def synthesise(folder: Path, limit: float) -> None:
    """Synthesise four dashboards, at 3 USD a month each."""
    app = cdk.App(outdir=str(folder), post_cli_context={"@aws-cdk/core:failSynthOnValidationErrors": True})
    stack = cdk.Stack(app, "Boards", env=cdk.Environment(account="111122223333", region="us-east-1"))
    stack.template_options.metadata = {"groundwork": {"environment": "dev", "cost": {"max_monthly_fixed_usd": limit}}}
    for number in range(4):
        cloudwatch.CfnDashboard(stack, f"Board{number}", dashboard_body="{}")
    cdk.Validations.of(app).add_plugins(CostGuard(outdir=app.outdir))
    app.synth()


def test_above_the_limit_it_fails_and_names_what_costs_most(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        synthesise(tmp_path, 11)
    report = json.loads((tmp_path / "validation-report.json").read_text())
    (violation,) = [found for plugin in report["pluginReports"] for found in plugin["violations"]]
    assert "dev costs 12.00 USD a month before anybody uses it" in violation["description"]
    assert len(violation["violatingConstructs"]) == 4


def test_near_the_limit_it_warns_and_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    synthesise(tmp_path, 14)
    assert "warning: dev costs 12.00 USD" in capsys.readouterr().err


def test_well_below_the_limit_it_says_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    synthesise(tmp_path, 100)
    assert capsys.readouterr().err == ""
