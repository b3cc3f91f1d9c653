"""What holds data keeps its id; a change on purpose is written down with its reason."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import config
from infra.assembly import Assembly
from infra.guardrails.backup_coverage import stores_to_back_up
from infra.guardrails.lock import LockError, read_lock, read_locks, renew_locks
from infra.guardrails.policy import MILD
from infra.guardrails.runner import Facts, run
from tests.guardrails.samples import resource, stack

TODAY = date(2026, 11, 21)
TABLE = resource("AWS::DynamoDB::Table")
RULE = "stable.stateful-ids"


def environment(name: str = "prod", *, retain_data: bool = True, stage: str = "", **resources: Any) -> Any:
    """A stack of an environment."""
    policy = {**MILD.to_dict(), "retain_data": retain_data}
    metadata = {"groundwork": {"environment": name, "policy": policy}}
    return stack("data", stage=stage, Resources=resources, Metadata=metadata)


def locked(folder: Path, *stacks: Any, reason: str = "The table of the first release.") -> None:
    """Renew the locks of a folder."""
    renew_locks(Assembly(stacks), reason=reason, today=TODAY, folder=folder)


def messages(folder: Path, *stacks: Any) -> list[str]:
    """What the promise says of stacks, with the locks of a folder."""
    report = run(Assembly(stacks), Facts(locks=read_locks(folder)))
    return [violation.message for violation in report.violations if violation.promise == RULE]


def test_what_equals_the_lock_is_silent(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    assert messages(tmp_path, environment(Todos=TABLE)) == []


def test_a_removal_says_what_cloudformation_would_do_and_how_to_do_it_on_purpose(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    (message,) = messages(tmp_path, environment())
    assert "AWS::DynamoDB::Table Todos is locked and gone" in message
    assert "CloudFormation would delete it with its data" in message
    assert "make lock REASON=" in message


def test_a_rename_is_recognised(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    gone, new = messages(tmp_path, environment(Tasks=TABLE))
    assert "renamed to Tasks: CloudFormation would create Tasks empty, then delete Todos with its data" in gone
    assert "not locked yet" in new


def test_a_changed_type_is_noticed(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    (message,) = messages(tmp_path, environment(Todos=resource("AWS::DynamoDB::GlobalTable", Replicas=[])))
    assert message.startswith("was AWS::DynamoDB::Table and is AWS::DynamoDB::GlobalTable")


def test_an_environment_that_keeps_data_needs_a_lock_and_another_needs_none(tmp_path: Path) -> None:
    assert "locks/prod.json is missing" in messages(tmp_path, environment(Todos=TABLE))[0]
    assert messages(tmp_path, environment("dev", retain_data=False, Todos=TABLE)) == []
    locked(tmp_path, environment("dev", retain_data=False, Todos=TABLE))
    assert list(tmp_path.glob("*")) == []


def test_a_stage_is_held_to_the_same_lock_and_may_lack_the_stacks_of_the_app(tmp_path: Path) -> None:
    own = environment(Todos=TABLE)
    pipeline = stack(
        "pipeline", Resources={"Artifacts": resource("AWS::S3::Bucket")}, Metadata=own.template["Metadata"]
    )
    locked(tmp_path, own, pipeline)
    assert messages(tmp_path, own, pipeline, environment(stage="Prod", Todos=TABLE)) == []
    assert len(messages(tmp_path, own, pipeline, environment(stage="Prod"))) == 1


def test_the_reason_lands_in_the_file_beside_the_change(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    locked(tmp_path, environment(Tasks=TABLE), reason="To-dos are called tasks from now on.")
    first, second = json.loads((tmp_path / "prod.json").read_text())["history"]
    assert first["added"] == ["data/Todos AWS::DynamoDB::Table"]
    assert second == {
        "date": "2026-11-21",
        "reason": "To-dos are called tasks from now on.",
        "added": ["data/Tasks AWS::DynamoDB::Table"],
        "removed": ["data/Todos AWS::DynamoDB::Table"],
    }


def test_renewing_without_a_change_writes_nothing(tmp_path: Path) -> None:
    locked(tmp_path, environment(Todos=TABLE))
    assert renew_locks(Assembly([environment(Todos=TABLE)]), reason="again", today=TODAY, folder=tmp_path) == []
    assert len(read_lock(tmp_path / "prod.json").history) == 1


def test_a_lock_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prod.json").write_text("[]")
    with pytest.raises(LockError, match=r"prod\.json is no lock file"):
        read_locks(tmp_path)


@pytest.mark.parametrize("name", [name for name in config.names() if config.load(name).retain_data])
def test_the_committed_lock_holds_whatever_outlives_its_stack(name: str, loaded: Callable[[str], Assembly]) -> None:
    app = Assembly([source for source in loaded(name).sources if not source.stage])
    kept = [one for one in app.resources if one.deletion_policy in ("Retain", "Snapshot")]
    held = read_locks()[name].resources
    unlocked = [one for one in (*kept, *stores_to_back_up(app)) if one.logical_id not in held.get(one.stack.name, {})]
    assert kept
    # Versions of functions are code, and what retained log groups hold is in the archive, too.
    assert {one.type for one in unlocked} <= {"AWS::Lambda::Version", "AWS::Logs::LogGroup"}
