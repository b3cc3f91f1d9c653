"""Small assemblies for tests: stacks as dicts, written to a folder as the CDK writes them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.changes import Report, ResourceChange, compare
from infra.changes.environments import NEWEST_SCHEMA

ACCOUNT, REGION = "111111111111", "eu-west-1"
Template = Mapping[str, Any]


def write_assembly(folder: Path, stacks: Mapping[str, Template], **properties: Any) -> Path:
    """An assembly of `stacks`; a key `@manifest` in a template goes into the stack's entry of the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    artifacts = {}
    for name, template in stacks.items():
        body = {key: value for key, value in template.items() if key != "@manifest"}
        (folder / f"{name}.template.json").write_text(json.dumps({"Resources": {}, **body}))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{ACCOUNT}/{REGION}",
            "properties": {"templateFile": f"{name}.template.json", **properties, **template.get("@manifest", {})},
        }
    manifest = {"version": f"{NEWEST_SCHEMA}.0.0", "artifacts": artifacts}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def report(folder: Path, before: Mapping[str, Template], after: Mapping[str, Template]) -> Report:
    """What changes between two sets of stacks."""
    return compare(write_assembly(folder / "base", before), write_assembly(folder / "head", after))


def definition(kind: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A resource of a template; names that start with @ are attributes beside the properties."""
    own = {key: value for key, value in properties.items() if not key.startswith("@")}
    beside = {key[1:]: value for key, value in properties.items() if key.startswith("@")}
    return {"Type": kind, "Properties": own, **beside}


def one(found: Report, logical_id: str) -> ResourceChange:
    """The only change of a resource."""
    (change,) = (change for change in found.changes if change.logical_id == logical_id)
    return change
