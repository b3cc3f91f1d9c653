"""Turns an assembly into the plan of an equal JavaScript app of L1 resources, and verifies that it is equal."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKS = [
    "AwsSolutionsChecks",
    "NIST80053R5Checks",
    "HIPAASecurityChecks",
    "PCIDSS321Checks",
    "ServerlessChecks",
]
PATH = "aws:cdk:path"
UNKNOWN = "Fn::GetStackOutput"
"""A function that CfnInclude does not know: it gets a placeholder, which the app overrides."""


class NotEqualError(Exception):
    """The floor and the app are not the same resources: comparing their times would say nothing."""


def plan(assembly: Path, folder: Path, *, libraries: Path, context: dict[str, Any]) -> Path:
    """Write into `folder` what floor.js needs to build the stacks of `assembly`, those of Stages included."""
    stages = []
    for artifact, nested in _artifacts(assembly, "cdk:cloud-assembly"):
        inner = assembly / nested["properties"]["directoryName"]
        stages.append({"id": artifact.removeprefix("assembly-"), "stacks": _stacks(inner, folder)})
    content = {
        "libraries": str(libraries),
        "outdir": str(folder / "out"),
        "context": context,
        "packs": PACKS,
        "stacks": _stacks(assembly, folder),
        "stages": stages,
    }
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "plan.json"
    file.write_text(json.dumps(content))
    return file


def accept_the_rest(file: Path) -> None:
    """Accept what a first run of the floor found: resources that the app builds without their class are not checked."""
    content = json.loads(file.read_text())
    stacks = {stack["id"]: stack for group in (content, *content["stages"]) for stack in group["stacks"]}
    report = json.loads((Path(content["outdir"]) / "validation-report.json").read_text())
    for plugin in report["pluginReports"]:
        for violation in plugin["violations"]:
            for construct in violation["violatingConstructs"]:
                stack, _, logical_id = construct["constructPath"].split("/")[-3:]
                rule = f"{plugin['pluginName']}::{violation['ruleName']}"
                stacks[stack]["accepted"].setdefault(logical_id, {})[rule] = "The app builds it without its class."
    file.write_text(json.dumps(content))


def verify(assembly: Path, folder: Path) -> int:
    """Return how many resources the floor and `assembly` have; both must have the same, with equal properties."""
    ours, theirs = _templates(assembly), _templates(folder / "out")
    if ours != theirs:
        wrong = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
        raise NotEqualError(f"the floor differs from the app in the templates of {', '.join(wrong)}")
    return sum(len(template["Resources"]) for template in ours.values())


def _artifacts(assembly: Path, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    manifest = json.loads((assembly / "manifest.json").read_text())
    return ((name, artifact) for name, artifact in manifest["artifacts"].items() if artifact["type"] == kind)


def _stacks(assembly: Path, folder: Path) -> list[dict[str, Any]]:
    stacks = []
    for name, artifact in _artifacts(assembly, "aws:cloudformation:stack"):
        account, region = artifact["environment"].removeprefix("aws://").split("/")
        template = _comparable(json.loads((assembly / artifact["properties"]["templateFile"]).read_text()))
        overrides: list[list[Any]] = []
        for logical_id, resource in template["Resources"].items():
            for field, value in resource.get("Properties", {}).items():
                if UNKNOWN in json.dumps(value):
                    overrides.append([logical_id, f"Properties.{field}", value])
                    resource["Properties"][field] = _without_unknown(value)
        file = folder / assembly.name / f"{name}.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(template))
        stacks.append(
            {
                "id": name,
                "name": artifact["properties"]["stackName"],
                "env": {"account": account, "region": region},
                "template": str(file),
                "overrides": overrides,
                "accepted": _accepted(assembly, artifact, set(template["Resources"])),
            }
        )
    return stacks


def _without_unknown(value: Any) -> Any:
    if isinstance(value, dict):
        return "placeholder" if UNKNOWN in value else {key: _without_unknown(item) for key, item in value.items()}
    return [_without_unknown(item) for item in value] if isinstance(value, list) else value


def _accepted(assembly: Path, artifact: dict[str, Any], resources: set[str]) -> dict[str, dict[str, str]]:
    """Return by logical id what was accepted on the resource, or on a construct around it."""
    file = artifact["properties"].get("additionalMetadataFile") or artifact.get("additionalMetadataFile")
    metadata = {**artifact.get("metadata", {}), **(json.loads((assembly / file).read_text()) if file else {})}
    said = [(path, entry["type"], entry["data"]) for path, entries in metadata.items() for entry in entries]
    rules = [(path, data) for path, kind, data in said if kind == "aws:cdk:acknowledged-rules"]
    found: dict[str, dict[str, str]] = {}
    for path, kind, logical_id in said:
        if kind == "aws:cdk:logicalId" and logical_id in resources:
            around = (data for scope, data in rules if f"{path}/".startswith(f"{scope}/"))
            found[logical_id] = {rule: reason for data in around for rule, reason in data.items()}
    return {logical_id: accepted for logical_id, accepted in found.items() if accepted}


def _comparable(template: dict[str, Any]) -> dict[str, Any]:
    """Return the template without what CDK's synthesiser adds to any, and without the paths of constructs."""
    kept = {key: value for key, value in template.items() if key not in {"Rules", "Parameters"}}
    parameters = {k: v for k, v in template.get("Parameters", {}).items() if k != "BootstrapVersion"}
    if parameters:
        kept["Parameters"] = parameters
    for resource in kept["Resources"].values():
        if isinstance(resource.get("DependsOn"), list):
            resource["DependsOn"].sort()
        metadata = {k: v for k, v in resource.pop("Metadata", {}).items() if k not in {PATH, "cdk_nag"}}
        if metadata:
            resource["Metadata"] = metadata
    return kept


def _templates(assembly: Path) -> dict[str, Any]:
    found = {}
    for _, artifact in _artifacts(assembly, "aws:cloudformation:stack"):
        properties = artifact["properties"]
        found[properties["stackName"]] = _comparable(json.loads((assembly / properties["templateFile"]).read_text()))
    for _, nested in _artifacts(assembly, "cdk:cloud-assembly"):
        found |= _templates(assembly / nested["properties"]["directoryName"])
    return found
