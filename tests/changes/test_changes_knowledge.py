"""What the change report knows about AWS fits what CloudFormation says."""

import fnmatch
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from infra.changes import consequences, extract, overlay, stateful
from infra.changes.rules import access, data, doors, guards, refused
from infra.changes.rules.table import Row

ROWS = (*access.ROWS, *data.ROWS, *doors.ROWS, *guards.ROWS, *refused.ROWS)
#: Maps whose keys the template chooses, and parts that cfn-lint's schemas leave open.
OPEN = ("Parameters", "RedrivePolicy", "Lifecycle")
#: Types that one of the lists knows by an older name, still deployed in many accounts.
OLD = {"AWS::QLDB::Ledger", "AWS::CodeCommit::Repository"}


@cache
def _schemas() -> dict[str, str]:
    folder = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas")))
    types: dict[str, str] = json.loads((folder / "providers" / "us-east-1.json").read_text())
    return {kind: str(folder / "resources" / f"{digest}.json") for kind, digest in types.items()}


@cache
def _schema(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(_schemas()[kind]).read_text())
    return found


def _below(schema: dict[str, Any], node: dict[str, Any], depth: int = 0) -> Iterator[tuple[str, dict[str, Any]]]:
    """The properties of a part of a schema; those of a list's items are its own."""
    if "$ref" in node:
        here: Any = schema
        for key in node["$ref"].lstrip("#/").split("/"):
            here = here[key]
        yield from _below(schema, here, depth)
        return
    yield from node.get("properties", {}).items()
    for branch in ("oneOf", "anyOf", "allOf"):
        for option in node.get(branch, []):
            if isinstance(option, dict):
                yield from _below(schema, option, depth)
    if isinstance(node.get("items"), dict):
        yield ("*", node["items"])
    for pattern in node.get("patternProperties", {}).values():
        yield ("*", pattern)
    if "object" in str(node.get("type")) and not node.get("properties"):
        yield ("*", {"type": "object"})


def _exists(kind: str, path: str) -> bool:
    schema = _schema(kind)
    nodes = [schema]
    for part in path.split("/"):
        below = [child for node in nodes for child in _below(schema, node)]
        nodes = [child for name, child in below if fnmatch.fnmatchcase(name, part) or name == "*" or part == "*"]
        if any(name == "*" and child == {"type": "object"} for name, child in below):
            return True
    return bool(nodes)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.type} {row.path}")
def test_every_row_is_about_a_property_that_exists(row: Row) -> None:
    kinds = fnmatch.filter(_schemas(), row.type)
    assert any(_exists(kind, row.path) for kind in kinds), (row.type, row.path, len(kinds))


def test_every_type_that_is_named_exists() -> None:
    named = {
        *consequences.FRONT_DOORS,
        *consequences.GUARDS,
        *overlay.BUILD_OUTPUT,
        *overlay.COLLIDING,
        *overlay.GLUE,
        *stateful.MORE,
        *stateful.LIGHT,
    }
    ours = {kind for kind in named if kind.startswith("AWS::") and kind != "AWS::CDK::Metadata"}
    assert ours - set(_schemas()) - OLD == set()


def test_the_condensed_schemas_are_current() -> None:
    current = extract.render(extract.extract())
    assert extract.OUTPUT.read_text() == current, "renew it: python -m infra.changes.extract"


def test_what_the_service_specification_calls_stateful_is_stateful_here() -> None:
    from infra.guardrails.knowledge.stateful import PROTECTIONS

    known = {*PROTECTIONS, *stateful.MORE, *stateful.LIGHT}
    members = {"AWS::CloudFormation::Stack", "AWS::DocDB::DBInstance", "AWS::Neptune::DBInstance"}
    assert set(extract.stateful_types()) - known - members == set()
