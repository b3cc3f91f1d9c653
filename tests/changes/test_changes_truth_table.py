"""Every row of the truth table holds, and names a source that exists."""

import json
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest

from infra.changes import compare, schemas
from tests.changes.building import definition, report, write_assembly
from tests.changes.cases import Case, access, network, stores, workloads

CASES = (*stores.CASES, *access.CASES, *network.CASES, *workloads.CASES)


def _name(case: Case) -> str:
    return f"{case.type.rpartition('::')[2]}: {case.name}"


def _stacks(case: Case, side: str) -> dict[str, Any]:
    own, extra = (case.before, case.only_before) if side == "before" else (case.after, case.only_after)
    resources = {**case.others, **extra}
    if own is not None:
        resources["X"] = definition(case.type, own)
    return {"S": {"Resources": resources}}


@pytest.mark.parametrize("case", CASES, ids=_name)
def test_the_verdict_and_the_severity_are_right(case: Case, tmp_path: Path) -> None:
    found = report(tmp_path, _stacks(case, "before"), _stacks(case, "after"))
    of_it = [(change.change.value, change.severity.word) for change in found.changes if change.logical_id == "X"]
    assert of_it == ([(case.change, case.severity)] if case.change else []), [
        (change.logical_id, change.reason) for change in found.changes
    ]


def test_the_same_on_both_sides_is_no_change(tmp_path: Path) -> None:
    sides = [(case, side) for case in CASES for side in ("before", "after")]
    for number, (case, side) in enumerate(sides):  # each an environment of its own
        write_assembly(tmp_path / str(number), _stacks(case, side))
    found = compare(tmp_path, tmp_path)
    assert len(found.environments) == len(sides)
    assert [sides[int(change.environment)] for change in found.changes] == []


def test_no_row_is_there_twice() -> None:
    names = [_name(case) for case in CASES]
    assert len(names) == len(set(names))


@cache
def _schema(kind: str) -> dict[str, Any]:
    folder = Path(str(distribution("cfn-lint").locate_file("cfnlint/data/schemas")))
    digest = json.loads((folder / "providers" / "us-east-1.json").read_text())[kind]
    found: dict[str, Any] = json.loads((folder / "resources" / f"{digest}.json").read_text())
    return found


@pytest.mark.parametrize("case", [case for case in CASES if not case.source.startswith("https://")], ids=_name)
def test_the_schema_says_so(case: Case) -> None:
    origin, _, pointer = case.source.partition(": ")
    if origin == "spec":
        assert schemas.opinion(case.type, pointer), case.source
        return
    key, _, path = pointer.partition("/")
    if key == "tagging":
        assert _schema(case.type)["tagging"][path] is True
    else:
        assert f"/properties/{path}" in _schema(case.type)[key]
