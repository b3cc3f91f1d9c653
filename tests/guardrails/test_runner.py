"""Promises are held against each environment by itself, in every world, and a broken guardrail counts."""

from datetime import date
from typing import Any

import pytest

from infra.assembly import Assembly
from infra.guardrails import registry
from infra.guardrails.context import Context
from infra.guardrails.policy import MILD, STRICT
from infra.guardrails.runner import Facts, run
from tests.guardrails.samples import check, found, resource, stack

KEY = resource("AWS::KMS::Key", EnableKeyRotation=True, KeyPolicy={"Statement": []})
TABLE = resource("AWS::DynamoDB::Table", SSESpecification={"SSEEnabled": True, "KMSMasterKeyId": {"Ref": "Key"}})


def stating(policy: dict[str, Any], environment: str = "any") -> dict[str, Any]:
    """The metadata of a template that states its policy."""
    return {"groundwork": {"environment": environment, "policy": policy}}


def test_a_guardrail_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(context: Context) -> Any:
        raise KeyError("surprise")

    broken = registry.Promise("encryption.keys-rotate", "Keys rotate.", crash)
    monkeypatch.setitem(registry.PROMISES, broken.id, broken)
    entry = {"id": broken.id, "reason": "This acknowledgement must not hide a crash."}
    key = {**KEY, "Metadata": {"groundwork": {"acknowledge": [entry]}}}
    report = check(stack(Resources={"Key": key}))
    (violation,) = (item for item in report.violations if item.promise == broken.id)
    assert "the guardrail itself failed" in violation.message
    assert "surprise" in violation.message


def test_each_stage_is_held_to_the_policy_that_it_states_itself() -> None:
    relaxed = stack("data", stage="Dev", Resources={"Key": KEY, "T": TABLE}, Metadata=stating(MILD.to_dict()))
    kept = MILD.to_dict() | {"retain_data": True}
    strict = stack("data", stage="Prod", Resources={"Key": KEY, "T": TABLE}, Metadata=stating(kept))
    report = run(Assembly([relaxed, strict]))
    paths = {item.construct_path for item in report.violations if item.promise == "data-kept.policies"}
    assert {path.split("/")[0] for path in paths} == {"Prod"}


def test_one_stack_that_states_less_does_not_weaken_its_neighbours() -> None:
    strict = stack("a", Metadata=stating(MILD.to_dict() | {"retain_data": True}))
    weak = stack("b", Resources={"Key": KEY, "T": TABLE}, Metadata=stating(MILD.to_dict()))
    silent = stack("c")
    assert "data-kept.policies" in found(run(Assembly([strict, weak, silent])))


def test_an_effect_that_a_template_leaves_out_is_as_strict_as_production() -> None:
    silent = stack(Resources={"Key": KEY, "T": TABLE}, Metadata=stating({}))
    assert "data-kept.policies" in found(run(Assembly([silent])))


def test_a_switch_that_only_the_deploy_decides_is_checked_both_ways() -> None:
    switched = resource("AWS::KMS::Key", EnableKeyRotation={"Fn::If": ["Rotate", True, False]})
    source = stack(
        Resources={"Key": switched},
        Parameters={"Rotate": {"Type": "String"}},
        Conditions={"Rotate": {"Fn::Equals": [{"Ref": "Rotate"}, "yes"]}},
    )
    assert "encryption.keys-rotate" in found(check(source))


def test_a_resource_that_is_not_deployed_breaks_nothing() -> None:
    absent = {**resource("AWS::SQS::Queue"), "Condition": "Never"}
    source = stack(Resources={"Queue": absent}, Conditions={"Never": {"Fn::Equals": ["a", "b"]}})
    assert found(check(source)) == set()


def test_production_is_asked_of_a_foreign_assembly_only_when_strict() -> None:
    source = stack(Resources={"Key": KEY, "T": TABLE})
    assert found(check(source)) == set()
    assert "data-kept.point-in-time-recovery" in found(check(source, policy=STRICT))


def test_a_report_names_path_logical_id_property_and_value() -> None:
    source = stack(Resources={"Key": resource("AWS::KMS::Key", EnableKeyRotation=False)})
    (violation,) = check(source).violations
    assert str(violation) == "encryption.keys-rotate: stack/Key (Key): EnableKeyRotation: must be true, is false"
    assert violation.to_dict()["resource_type"] == "AWS::KMS::Key"


def test_a_day_can_be_given_so_that_a_report_can_be_repeated() -> None:
    entry = {
        "id": "encryption.keys-rotate",
        "reason": "The key is replaced monthly by hand.",
        "expires": "2027-01-31",
    }
    key = {**resource("AWS::KMS::Key"), "Metadata": {"groundwork": {"acknowledge": [entry]}}}
    assembly = Assembly([stack(Resources={"Key": key})])
    assert run(assembly, Facts(today=date(2027, 1, 31))).violations == []
    after = run(assembly, Facts(today=date(2027, 2, 1)))
    assert found(after) == {"encryption.keys-rotate", "exceptions.well-written"}
