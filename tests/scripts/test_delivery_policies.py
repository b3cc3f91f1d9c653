"""A stack's policy keeps what holds data, and lets through only what was approved in a committed file."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from infra.assembly import Stack, load
from infra.guardrails.lock import Lock
from scripts.aws import AwsError
from scripts.delivery.policies import approvals, policy_for
from tests.emulator.small_app import two_stacks, write

TODAY = date(2026, 11, 21)
LOCK = Lock("local", {"groundwork-local-x-store": {"Table": "AWS::DynamoDB::Table"}})


def stack(folder: Path, *, retain: bool = True) -> Stack:
    templates: dict[str, dict[str, Any]] = two_stacks("x", seconds=1)
    policy = {"environment": "local", "policy": {"retain_data": retain}}
    templates["Store"]["Metadata"] = {"groundwork": policy}
    return load(write(folder / "app", templates, name="x")).stacks[0]


def denied(policy: dict[str, Any]) -> list[dict[str, Any]]:
    return [one for one in policy["Statement"] if one["Effect"] == "Deny"]


def test_replacing_and_deleting_what_holds_data_is_denied(tmp_path: Path) -> None:
    (deny,) = denied(policy_for(stack(tmp_path), LOCK, deployed={"Table": "AWS::DynamoDB::Table"}, approved=set()))
    assert deny["Action"] == ["Update:Replace", "Update:Delete"]
    assert deny["Resource"] == "*"
    assert "AWS::DynamoDB::Table" in deny["Condition"]["StringEquals"]["ResourceType"]


def test_what_left_the_lock_with_a_reason_may_go(tmp_path: Path) -> None:
    deployed = {"Table": "AWS::DynamoDB::Table", "Old": "AWS::DynamoDB::Table", "Topic": "AWS::SNS::Topic"}
    (deny,) = denied(policy_for(stack(tmp_path), LOCK, deployed=deployed, approved=set()))
    assert deny["NotResource"] == ["LogicalResourceId/Old"]
    assert "Resource" not in deny


def test_an_environment_that_keeps_nothing_denies_nothing(tmp_path: Path) -> None:
    assert not denied(policy_for(stack(tmp_path, retain=False), LOCK, deployed={}, approved=set()))


def test_an_approval_names_a_resource_and_expires(tmp_path: Path) -> None:
    entries = [
        {"stack": "data", "logical_id": "Table", "until": "2026-11-21", "reason": "A new key schema; items copied."},
        {"stack": "data", "logical_id": "Old", "until": "2026-11-20", "reason": "Done."},
        {"stack": "other", "logical_id": "Else", "until": "2026-12-20", "reason": "Another stack."},
    ]
    (tmp_path / "prod.json").write_text(json.dumps(entries))
    assert approvals("prod", "data", today=TODAY, folder=tmp_path) == {"Table"}
    assert approvals("dev", "data", today=TODAY, folder=tmp_path) == set()


@pytest.mark.parametrize(
    "body",
    ["{", "{}", '[{"stack": "data"}]', '[{"stack": "a", "logical_id": "b", "until": "soon", "reason": "x"}]',
     '[{"stack": "a", "logical_id": "b", "until": "2026-11-21", "reason": " "}]'],
)  # fmt: skip
def test_an_approval_that_cannot_be_read_approves_nothing(body: str, tmp_path: Path) -> None:
    (tmp_path / "prod.json").write_text(body)
    if body == "{}":
        assert approvals("prod", "data", today=TODAY, folder=tmp_path) == set()
    else:
        with pytest.raises(AwsError, match=r"^prod\.json"):
            approvals("prod", "data", today=TODAY, folder=tmp_path)


def test_the_policy_fits_cloudformation(tmp_path: Path) -> None:
    approved = {f"Approved{number:030}" for number in range(50)}
    policy = policy_for(stack(tmp_path), LOCK, deployed={}, approved=approved)
    assert len(json.dumps(policy)) < 16_384
