"""What the change report says about money."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from infra.assembly import Assembly
from infra.cost import delta, estimate
from tests.cost.conftest import Price
from tests.cost.cost_samples import USAGE, USD, book_of, stack

NAT = ("AWS::EC2::NatGateway", {})
KEY = ("AWS::KMS::Key", {})


def test_an_added_resource_costs_what_it_costs(price: Price) -> None:
    found = delta(price({"K": KEY}), price({"K": KEY, "N": NAT}))
    (resource,) = found.resources
    assert (resource.place.logical_id, resource.change) == ("N", "added")
    assert (round(resource.fixed_usd, 2), round(resource.usage_usd, 2)) == (32.85, 4.50)
    environment = found.environments["test"]
    assert round(environment.fixed_after - environment.fixed_before, 2) == 32.85


def test_a_removed_resource_saves_what_it_cost(price: Price) -> None:
    (resource,) = delta(price({"K": KEY, "N": NAT}), price({"K": KEY})).resources
    assert (resource.change, round(resource.fixed_usd, 2)) == ("removed", -32.85)


def test_a_resource_that_starts_to_cost_money_is_changed_not_added(price: Price) -> None:
    stage = ("AWS::ApiGateway::Stage", {})
    cached = ("AWS::ApiGateway::Stage", {"CacheClusterEnabled": True})
    (resource,) = delta(price({"S": stage}), price({"S": cached})).resources
    assert (resource.change, round(resource.fixed_usd, 2)) == ("changed", 14.60)


def test_a_change_without_a_cent_of_difference_is_silent(price: Price) -> None:
    base = price({"K": ("AWS::KMS::Key", {"Description": "a"}), "R": ("AWS::IAM::Role", {})})
    head = price({"K": ("AWS::KMS::Key", {"Description": "b"})})
    assert delta(base, head).resources == []


def test_an_unpriced_resource_is_named_when_it_comes_and_when_it_goes(price: Price) -> None:
    base, head = price({"K": KEY}), price({"K": KEY, "X": ("AWS::New::Thing", {})})
    (comes,), (goes,) = delta(base, head).resources, delta(head, base).resources
    assert (comes.unpriced_added, comes.fixed_usd) == (("everything",), 0)
    assert goes.unpriced_removed == ("everything",)


def test_the_largest_difference_comes_first(price: Price) -> None:
    found = delta(price({"N": NAT}), price({"K": KEY, "B": ("AWS::CloudWatch::Dashboard", {})}))
    assert [resource.place.logical_id for resource in found.resources] == ["N", "B", "K"]


def test_environments_are_compared_each_with_itself(price: Price) -> None:
    dev = stack({"K": KEY}, name="dev", groundwork={"environment": "dev"})
    prod = stack({"N": NAT}, name="prod", groundwork={"environment": "prod"})
    found = delta(price(dev), price(dev, prod))
    assert set(found.environments) == {"dev", "prod"}
    assert found.environments["dev"].fixed_before == found.environments["dev"].fixed_after
    assert {resource.place.environment for resource in found.resources} == {"prod"}


def test_a_delta_is_plain_data_for_the_report(price: Price) -> None:
    data = json.loads(json.dumps(delta(price({"K": KEY}), price({"N": NAT})).as_dict()))
    assert data["environments"]["test"]["fixed_after"] == 32.85
    assert data["resources"][0]["logical_id"] == "N"
    assert data["resources"][0]["fixed_usd"] == 32.85


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from([NAT, KEY, ("AWS::IAM::Role", {})])))
@settings(deadline=None, max_examples=30)
def test_nothing_differs_from_itself(resources: dict[str, Any]) -> None:
    found = estimate(Assembly([stack(resources)]), USAGE, book_of(USD))
    assert delta(found, found).resources == []
