"""What the change report reads: folders of assemblies, one assembly with its Stages, and what it refuses."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.changes import NotAnAssemblyError, SchemaMismatchError, UnknownEnvironmentError, compare
from infra.changes.environments import NEWEST_SCHEMA


def write_assembly(folder: Path, resources: dict[str, Any], *, version: str = f"{NEWEST_SCHEMA}.0.0") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    stack = {
        "type": "aws:cloudformation:stack",
        "environment": "aws://111111111111/eu-west-1",
        "properties": {"templateFile": "S.template.json"},
    }
    (folder / "manifest.json").write_text(json.dumps({"version": version, "artifacts": {"S": stack}}))
    (folder / "S.template.json").write_text(json.dumps({"Resources": resources}))
    return folder


TOPIC = {"T": {"Type": "AWS::SNS::Topic"}}


def test_each_sub_folder_is_an_environment(tmp_path: Path) -> None:
    for side in ("base", "head"):
        for name in ("dev", "prod"):
            write_assembly(tmp_path / side / name, TOPIC if side == "head" else {})
    report = compare(tmp_path / "base", tmp_path / "head")
    (change,) = report.changes
    assert change.environments == ["dev", "prod"]
    assert [row["environment"] for row in report.rows()] == ["dev", "prod"]


def test_only_the_environments_asked_for_are_compared(tmp_path: Path) -> None:
    for side in ("base", "head"):
        for name in ("dev", "prod"):
            write_assembly(tmp_path / side / name, TOPIC if side == "head" else {})
    assert compare(tmp_path / "base", tmp_path / "head", ["prod"]).environments == ["prod"]
    with pytest.raises(UnknownEnvironmentError, match="no environment 'qa' on either side; there are: dev, prod"):
        compare(tmp_path / "base", tmp_path / "head", ["qa"])


def test_what_is_no_assembly_is_refused(tmp_path: Path) -> None:
    head = write_assembly(tmp_path / "head", TOPIC)
    (tmp_path / "empty").mkdir()
    for wrong in (tmp_path / "missing", tmp_path / "empty"):
        with pytest.raises(NotAnAssemblyError):
            compare(wrong, head)


@pytest.mark.parametrize("version", ["1.0.0", f"{NEWEST_SCHEMA + 1}.0.0"])
def test_another_schema_is_refused(tmp_path: Path, version: str) -> None:
    head = write_assembly(tmp_path / "head", TOPIC)
    with pytest.raises(SchemaMismatchError, match="is written in schema"):
        compare(write_assembly(tmp_path / "base", TOPIC, version=version), head)
