"""The plan for a lost region names every store, every stack in its order, and a configuration that loads."""

import json
from collections.abc import Callable
from pathlib import Path
from runpy import run_path

import pytest
from typer.testing import CliRunner

import config
from scripts.__main__ import app


@pytest.fixture
def plan(assembly: Callable[[str], Path]) -> Callable[..., str]:
    def run(*options: str) -> str:
        arguments = ["failover", "--environment", "prod", "--assembly", str(assembly("prod")), *options]
        result = CliRunner().invoke(app, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_every_store_is_brought_back_or_said_to_be_lost(plan: Callable[..., str]) -> None:
    said = plan("--plan")
    for store in ("Todos", "Attachments", "Main"):
        assert f"{store} (" in said
    assert "groundwork-prod-recovery" in said


def test_stacks_come_after_those_that_they_need(plan: Callable[..., str]) -> None:
    steps = json.loads(plan("--plan", "--json"))["steps"]
    (order,) = (step["does"] for step in steps if "order of the stacks" in step["does"])
    places = [order.index(f"groundwork-prod-{name}") for name in ("security", "network", "data", "monitoring")]
    assert places == sorted(places)
    assert "pipeline" not in order


def test_the_configuration_that_takes_over_is_a_valid_one(plan: Callable[..., str], tmp_path: Path) -> None:
    steps = json.loads(plan("--plan", "--json", "--name", "proddr"))["steps"]
    (content,) = (step["content"] for step in steps if step["content"])
    (tmp_path / "proddr.py").write_text(content)
    lost, taking_over = config.load("prod"), run_path(str(tmp_path / "proddr.py"))["environment"]
    assert (taking_over.region, taking_over.recovery_region) == (lost.recovery_region, lost.region)
    assert not taking_over.network.cidr.overlaps(lost.network.cidr)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--environment", "prod"], "--plan must be given"),
        (["--environment", "nowhere", "--plan"], "no environment is named 'nowhere'"),
        (["--environment", "prod", "--plan", "--assembly", "missing"], "missing"),
    ],
)
def test_a_mistake_gets_one_clear_line(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["failover", *arguments])
    assert result.exit_code == 2
    assert said in result.output
