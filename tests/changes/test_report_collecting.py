"""What comes with the changes: cost by environment, and findings that came or went."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.changes import Finding, compare
from scripts.change_report.collecting import collect
from tests.changes.building import definition, write_assembly

NAT = definition("AWS::EC2::NatGateway", {"SubnetId": "subnet-1", "AllocationId": "eipalloc-1"})


def test_the_pipelines_copies_of_an_environment_are_not_compared_twice(
    assembly: Callable[[str], Path], tmp_path: Path
) -> None:
    for name in ("dev", "prod"):
        (tmp_path / name).symlink_to(assembly(name))
    report = compare(tmp_path, tmp_path)
    assert report.changes == []
    assert list(report.environments) == ["dev", "prod"]


def test_a_new_resource_shows_in_the_cost_of_its_environment(assembly: Callable[[str], Path], tmp_path: Path) -> None:
    base, head = tmp_path / "base", tmp_path / "head"
    for side in (base, head):
        (side / "prod").mkdir(parents=True)
        for file in assembly("prod").glob("*"):
            if file.is_file():
                (side / "prod" / file.name).write_bytes(file.read_bytes())
    template = head / "prod" / "Network.template.json"
    changed = json.loads(template.read_text())
    changed["Resources"]["Another"] = NAT
    template.write_text(json.dumps(changed))
    cost = collect(base, head).cost
    assert [(one.place.logical_id, one.change) for one in cost.resources if one.fixed_usd] == [("Another", "added")]
    assert cost.fixed_usd == cost.environments["prod"].fixed_after - cost.environments["prod"].fixed_before > 30


def validation_report(folder: Path, plugin: str, **lists: list[dict[str, Any]]) -> None:
    content = {"pluginReports": [{"pluginName": plugin, **lists}]}
    (folder / "validation-report.json").write_text(json.dumps(content))


def test_findings_and_acknowledgements_that_come_and_go_are_told(tmp_path: Path) -> None:
    for side in ("base", "head"):
        write_assembly(tmp_path / side / "dev", {"App": {"Resources": {}}})
    construct = {"constructPath": "App/Orders"}
    validation_report(
        tmp_path / "base" / "dev",
        "AwsSolutions",
        violations=[],
        suppressedViolations=[
            {
                "ruleName": "R1",
                "acknowledgedId": "AwsSolutions::R1",
                "reason": "Because.",
                "violatingConstructs": [construct],
            }
        ],
    )
    validation_report(
        tmp_path / "head" / "dev",
        "Guardrails",
        violations=[{"ruleName": "data-kept.x", "description": "Kept.", "violatingConstructs": [construct]}],
    )
    findings = collect(tmp_path / "base", tmp_path / "head").report.findings
    place = {"environment": "dev", "stack": "App", "construct_path": "App/Orders"}
    assert findings.added == [Finding(kind="guardrail", id="data-kept.x", message="Kept.", **place)]
    assert findings.removed == [Finding(kind="acknowledgement", id="AwsSolutions::R1", message="Because.", **place)]


def test_what_is_deployed_to_the_emulator_costs_nothing(tmp_path: Path) -> None:
    for name, account in (("local", "000000000000"), ("dev", "111122223333")):
        place = {"@manifest": {}, "Resources": {}}
        write_assembly(tmp_path / "base" / name, {"Network": place})
        write_assembly(tmp_path / "head" / name, {"Network": {**place, "Resources": {"Gateway": NAT}}})
        for side in ("base", "head"):
            manifest = tmp_path / side / name / "manifest.json"
            manifest.write_text(manifest.read_text().replace("111111111111/eu-west-1", f"{account}/us-east-1"))
    cost = collect(tmp_path / "base", tmp_path / "head").cost
    assert len(cost.resources) == 1
    assert list(cost.environments) == ["dev"]
