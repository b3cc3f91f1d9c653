"""Services over stacks: where one is, its id alone decides, and a hundred of them fit."""

import json
import time
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import Environment
from config.sections.containers import STACKS, ContainerService, services_by_stack
from infra.platform import build_app
from scripts.benchmark.growth import many
from tests.conftest import CONTEXT

IDS = st.from_regex(r"[A-Z][A-Za-z0-9]{1,20}", fullmatch=True)


def service(name: str) -> ContainerService:
    return ContainerService(id=name, image="registry.example/api:1.0.0")


def places(names: list[str]) -> dict[str, int]:
    by_stack = services_by_stack(tuple(map(service, names)))
    return {each.id: number for number, members in by_stack.items() for each in members}


@settings(deadline=None, max_examples=50)
@given(st.lists(IDS, min_size=1, max_size=40, unique=True), st.data())
def test_adding_removing_and_reordering_services_moves_no_other(names: list[str], data: st.DataObject) -> None:
    before = places(names)
    kept = data.draw(st.lists(st.sampled_from(names), unique=True))
    added = data.draw(st.lists(IDS.filter(lambda name: name not in names), unique=True, max_size=10))
    after = places([*kept, *added])
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert set(after.values()) <= set(range(STACKS))


def synthesised(folder: Path, environment: Environment) -> tuple[float, dict[str, Any]]:
    """Seconds that the platform of `environment` takes, and its templates."""
    began = time.perf_counter()
    app = cdk.App(outdir=str(folder), context=CONTEXT | {"@aws-cdk/core:validateAgainstDefaultRules": False})
    build_app(app, environment)
    app.synth(validate_on_synthesis=False)
    seconds = time.perf_counter() - began
    return seconds, {path.name: json.loads(path.read_text()) for path in folder.glob("*.template.json")}


def test_a_hundred_services_fit_into_stacks_and_the_load_balancer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CDK_VALIDATION", "false")
    _, templates = synthesised(tmp_path, many(100))
    assert max(len(template["Resources"]) for template in templates.values()) <= 500
    assert max(len(template.get("Outputs", {})) for template in templates.values()) <= 200
    assert max(len(json.dumps(template)) for template in templates.values()) <= 1_000_000
    resources = [each for template in templates.values() for each in template["Resources"].values()]
    kinds = [each["Type"] for each in resources]
    assert kinds.count("AWS::ECS::Service") == 100
    assert kinds.count("AWS::ElasticLoadBalancingV2::TargetGroup") == 100
    rules = [each["Properties"] for each in resources if each["Type"] == "AWS::ElasticLoadBalancingV2::ListenerRule"]
    assert len({rule["Priority"] for rule in rules}) == 100
