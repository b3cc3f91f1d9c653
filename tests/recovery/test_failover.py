"""The plan for a lost region names every store, every stack in its order, and a configuration that loads."""

import json
import re
import shlex
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from runpy import run_path

import jmespath
import pytest
from typer.testing import CliRunner

import config
from config.model import REGION_OF_THE_EDGE
from infra.assembly import load
from infra.recovery import protections
from scripts.__main__ import app
from scripts.recovery.region import steps
from scripts.recovery.takeover import named_after_region, written


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


def taking_over(content: str, folder: Path) -> config.Environment:
    (folder / "taking_over.py").write_text(content)
    made: config.Environment = run_path(str(folder / "taking_over.py"))["environment"]
    return made


def test_the_configuration_that_takes_over_needs_nothing_of_the_lost_region(
    plan: Callable[..., str], tmp_path: Path
) -> None:
    steps = json.loads(plan("--plan", "--json", "--name", "proddr"))["steps"]
    (content,) = (step["content"] for step in steps if step["content"])
    lost, made = config.load("prod"), taking_over(content, tmp_path)
    assert (made.name, made.region) == ("proddr", lost.recovery_region)
    assert lost.region == REGION_OF_THE_EDGE
    assert lost.region not in made.regions
    assert made.production
    assert made.data == lost.data


@pytest.mark.parametrize("environment", ["staging", "dev", "everything"])
def test_every_environment_can_be_taken_over(environment: str, tmp_path: Path) -> None:
    lost = config.load(environment)
    fields = named_after_region(lost)
    if not fields:
        made = taking_over(written(lost, "other"), tmp_path)
        assert lost.region not in made.regions
        assert made.pipeline is None
    assert bool(fields) == (environment == "everything")


@pytest.mark.parametrize("cidr", ["10.30.0.0/16", "172.16.0.0/16", "192.168.0.0/20", "192.168.255.0/24"])
def test_addresses_of_what_takes_over_are_private_and_nobody_elses(cidr: str) -> None:
    lost = config.load("staging")
    lost = lost.but(network=lost.network.but(cidr=cidr))
    found = re.search(r'cidr="([^"]+)"', written(lost, "other"))
    assert found
    network = lost.network.but(cidr=found[1])
    assert not any(network.cidr.overlaps(config.load(name).network.cidr) for name in config.names())
    assert not network.cidr.overlaps(lost.network.cidr)


def test_zones_are_those_of_the_region_that_takes_over() -> None:
    lost = config.load("prod")
    moved = lost.but(recovery_region="ca-central-1")
    assert 'availability_zones=("a", "b", "d")' in written(moved, "other")
    assert "availability_zones" not in written(lost, "other")


def test_another_region_keeps_its_front_end_and_leaves_its_names_to_the_lost_one() -> None:
    everything = config.load("everything")
    assert "edge=lost.edge.but(enabled=False)" in written(everything, "other")
    moved = everything.model_copy(update={"region": "eu-west-1"})
    text = written(moved, "other")
    assert "edge=lost.edge.but(domain=None, failover_host=None)" in text
    assert "lost.compute.api.but(domain=None)" in text
    assert 'recovery_region="us-east-2"' in text


def test_only_stores_that_the_verbs_know_are_restored_by_them(plan: Callable[..., str]) -> None:
    steps = json.loads(plan("--plan", "--json"))["steps"]
    commands = [command for step in steps for command in step["commands"]]
    named = {word for line in commands for before, word in pairwise(line.split()) if before == "--store"}
    data = config.load("prod").data
    assert named == {store.id for stores in (data.tables, data.buckets, data.databases) for store in stores}
    assert any("Decisions (DynamoDB) starts empty" in step["does"] for step in steps)


def test_the_newest_point_that_is_restored_is_one_of_the_store_itself(assembly: Callable[[str], Path]) -> None:
    lost = config.load("everything")
    stores = protections(load(assembly("everything")))
    stores = [store for store in stores if not store.store.stack.stage]
    arns = {
        "Connections": "arn:aws:dynamodb:us-east-1:000000000000:table/groundwork-everything-data-ConnectionsF4DA67CD-1",
        "Documents": "arn:aws:rds:us-east-1:000000000000:cluster:groundwork-everything-data-documents",
        "Ledger": "arn:aws:rds:us-east-1:000000000000:cluster:groundwork-everything-data-ledger",
        "Main": "arn:aws:rds:us-east-1:000000000000:cluster:groundwork-everything-data-main",
        "Shared": "arn:aws:elasticfilesystem:us-east-1:000000000000:file-system/fs-1",
    }
    points = [
        {"ResourceArn": arn, "ResourceName": f"groundwork-everything-data-{name.lower()}", "RecoveryPointArn": name,
         "CreationDate": number}
        for number, (name, arn) in enumerate(arns.items())
    ]  # fmt: skip
    found = {}
    for step in steps(lost, "other", [], stores):
        for command in step.commands:
            if "list-recovery-points" in command:
                query = shlex.split(command)[-1]
                found[step.does.split()[1]] = jmespath.search(query, {"RecoveryPoints": points})
    assert found == {name: name for name in arns}


def test_a_replica_fills_the_new_store_whose_key_its_users_may_use(plan: Callable[..., str]) -> None:
    said = plan("--plan")
    assert re.search(r"aws s3 sync s3://groundwork-prod-recovery-attachments-[0-9a-f]{12} s3://BUCKET", said)
    assert "cutover --environment proddr --store Attachments" not in said


def test_every_verb_and_target_of_the_plan_exists(plan: Callable[..., str]) -> None:
    lines = [line.strip() for line in plan("--plan").splitlines()]
    verbs = [line.split() for line in lines if line.startswith("python -m scripts")]
    assert verbs
    for words in verbs:
        wanted = {word for word in words if word.startswith("--")}
        said = CliRunner().invoke(app, [words[3], "--help"], env={"COLUMNS": "200"}).output
        assert all(option in said for option in wanted), words
    makefile = (Path(__file__).parents[2] / "Makefile").read_text()
    for line in lines:
        if line.startswith("make "):
            assert f"\n{line.split()[1]}:" in makefile, line


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
