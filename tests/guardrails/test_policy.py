"""A policy says effects, travels as plain values, and is never weaker by accident."""

from dataclasses import fields
from typing import Any

import pytest

from infra.guardrails.policy import MILD, STRICT, Policy, PolicyError, strictest


@pytest.mark.parametrize("policy", [MILD, STRICT, Policy(nat="nat-per-zone", backup_lifecycle_days=(35, 90))])
def test_a_policy_survives_the_journey_through_json(policy: Policy) -> None:
    assert Policy.from_dict(policy.to_dict()) == policy


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"retain_dada": True}, "policy.retain_dada is no effect"),
        ({"retain_data": "yes"}, "policy.retain_data must be bool, got 'yes'"),
        ({"min_tasks": True}, "policy.min_tasks must be int, got True"),
        ({"nat": "two"}, "policy.nat must be one of any, none, single-nat, nat-per-zone, regional-nat, got 'two'"),
        ({"backup_lifecycle_days": 35}, "policy.backup_lifecycle_days must be a list of whole numbers, got 35"),
    ],
)
def test_a_bad_policy_is_refused_with_effect_rule_and_value(values: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        Policy.from_dict(values)


def test_an_effect_left_out_is_taken_from_production() -> None:
    assert Policy.from_dict({}) == STRICT


def test_the_strictest_of_several_holds_each_of_them() -> None:
    shared = strictest([MILD, STRICT, Policy(public_load_balancer=False, min_tasks=9, backup_lifecycle_days=(1, 365))])
    assert shared.public_load_balancer is False
    assert shared.min_tasks == 9
    assert shared.backup_lifecycle_days == (1, 365)
    assert shared.retain_data


def test_production_is_at_least_as_strict_as_the_mildest_policy_in_every_effect() -> None:
    assert strictest([MILD, STRICT]) == STRICT


def test_every_effect_says_what_it_means() -> None:
    assert {field.name for field in fields(Policy)} == set(STRICT.to_dict())
