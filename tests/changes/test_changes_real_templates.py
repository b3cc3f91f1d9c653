"""Changes to the platform as it is synthesised: the cases that reviewers of this repository will meet."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from time import process_time
from typing import Any, NamedTuple

import pytest

from infra.assembly import Assembly
from infra.changes import Change, ResourceChange, Severity, compare
from infra.changes.engine import changes_between
from infra.changes.environments import NEWEST_SCHEMA
from tests.guardrails.mutation import Platform, Step, drop, mark, put

TABLE, VAULT, TRAIL = "AWS::DynamoDB::GlobalTable", "AWS::Backup::BackupVault", "AWS::CloudTrail::Trail"
KEY, ACL, FUNCTION, BUCKET = "AWS::KMS::Key", "AWS::WAFv2::WebACL", "AWS::Lambda::Function", "AWS::S3::Bucket"
GROUP, RECOVERY = "AWS::Logs::LogGroup", "PointInTimeRecoverySpecification"


class Real(NamedTuple):
    """A step on the templates of prod, and what the report says of the resource that it touches."""

    name: str
    step: Step
    type: str
    change: str
    severity: str


def remove(kind: str, like: str = "") -> Step:
    def step(platform: Platform) -> None:
        source, logical_id, _ = platform.find(kind, like)
        del source.template["Resources"][logical_id]

    return step


def rename(kind: str, like: str = "") -> Step:
    def step(platform: Platform) -> None:
        source, logical_id, definition = platform.find(kind, like)
        source.template["Resources"] = renamed(source.template["Resources"], logical_id, f"{logical_id}Renamed")
        assert definition

    return step


def renamed(value: Any, old: str, new: str) -> Any:
    if isinstance(value, dict):
        return {new if key == old else key: renamed(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [renamed(item, old, new) for item in value]
    return new if value == old else value


REAL = (
    Real("the table is renamed", rename(TABLE), TABLE, "RENAME", "critical"),
    Real("the table goes", remove(TABLE), TABLE, "RETAIN", "medium"),
    Real("the table may go", mark(TABLE, "DeletionPolicy", "Delete"), TABLE, "UPDATE", "critical"),
    Real("the table cannot go back", drop(TABLE, f"Replicas.0.{RECOVERY}"), TABLE, "UPDATE", "critical"),
    Real("a bucket forgets", put(BUCKET, "VersioningConfiguration.Status", "Suspended"), BUCKET, "UPDATE", "critical"),
    Real("a key no longer rotates", put(KEY, "EnableKeyRotation", False), KEY, "UPDATE", "high"),
    Real("a key is for signing", put(KEY, "KeyUsage", "SIGN_VERIFY"), KEY, "UPDATE", "critical"),
    Real("the firewall has no rules", put(ACL, "Rules", []), ACL, "UPDATE", "high"),
    Real("the trail stops", put(TRAIL, "IsLogging", False), TRAIL, "UPDATE", "high"),
    Real("the trail goes", remove(TRAIL), TRAIL, "DESTROY", "high"),
    Real("logs are short-lived", put(GROUP, "RetentionInDays", 1), GROUP, "UPDATE", "critical"),
    Real("the function has new code", put(FUNCTION, "Code.S3Key", "new.zip", "Todo"), FUNCTION, "UPDATE", "low"),
    Real("a vault is renamed", rename(VAULT), VAULT, "RENAME", "critical"),
)  # fmt: skip


@pytest.mark.parametrize("real", REAL, ids=lambda real: real.name)
def test_the_platform_changes(real: Real, loaded: Callable[[str], Assembly]) -> None:
    before = Platform(loaded("prod").sources)
    after = before.copied()
    real.step(after)
    changes = changes_between(before.sources, after.sources)
    found = [change for change in changes if change.resource_type == real.type]
    assert (real.change, real.severity) in [(each.change.value, each.severity.word) for each in found], found


def test_an_environment_that_does_not_change_has_no_changes(assembly: Callable[[str], Path]) -> None:
    assert compare(assembly("prod"), assembly("prod")).changes == []


def test_every_resource_that_goes_is_told_once_and_lost_data_is_critical(loaded: Callable[[str], Assembly]) -> None:
    sources = loaded("prod").sources
    for number in range(10):  # every tenth of each stack goes at a time
        copies = [replace(source, template=_without(source.template, number)) for source in sources]
        changes = changes_between(sources, copies)
        gone = [(source.name, each) for source in sources for each in list(source.template["Resources"])[number::10]]
        for place in gone:
            (change,) = [each for each in changes if (each.stack, each.logical_id) == place]
            assert change.change in (Change.DESTROY, Change.DESTROY_SNAPSHOT, Change.RETAIN)
            if change.stateful and change.change is not Change.RETAIN:
                assert change.severity is Severity.CRITICAL


def _without(template: dict[str, Any], number: int) -> dict[str, Any]:
    kept = {name: each for at, (name, each) in enumerate(template["Resources"].items()) if at % 10 != number}
    return {**template, "Resources": kept}


def test_four_environments_take_less_than_a_second(assembly: Callable[[str], Path], tmp_path: Path) -> None:
    """The real limit is a second for 4 x 10 stacks on both sides; twice that of CPU here, whatever else runs."""
    for environment in ("a", "b", "c", "d"):
        (tmp_path / "base").mkdir(exist_ok=True)
        (tmp_path / "base" / environment).symlink_to(assembly("prod"))
    started = process_time()
    report = compare(tmp_path / "base", tmp_path / "base")
    assert report.changes == []
    assert process_time() - started < 2


def test_the_ranking_has_the_worst_first(loaded: Callable[[str], Assembly]) -> None:
    before = Platform(loaded("prod").sources)
    after = before.copied()
    for real in REAL[:9]:
        if not real.name.endswith(("goes", "renamed")):
            real.step(after)
    ranked = sorted(changes_between(before.sources, after.sources), key=lambda change: change.rank)

    def order(change: ResourceChange) -> tuple[int, bool]:
        return -change.severity, not change.stateful

    assert all(order(one) <= order(two) for one, two in pairwise(ranked))


def test_the_schema_of_our_own_assemblies_is_known(assembly: Callable[[str], Path]) -> None:
    manifest = (assembly("prod") / "manifest.json").read_text()
    assert f'"version": "{NEWEST_SCHEMA}.' in manifest or f'"version":"{NEWEST_SCHEMA}.' in manifest
