"""docs/cost.md says what the templates of today cost."""

import pytest

from config.sections.usage import Usage
from config.tree import descriptions
from infra.cost import PriceBook
from infra.cost.egress import egress_costs


@pytest.mark.parametrize(
    ("zones", "name", "fixed"),
    [
        (2, "none", 0.00),
        (2, "single-nat", 36.50),
        (2, "nat-per-zone", 73.00),
        (3, "nat-per-zone", 109.50),
        (3, "regional-nat", 109.50),
        (3, "each interface endpoint", 21.90),
    ],
)
def test_ways_out_cost_gateways_addresses_and_zones(zones: int, name: str, fixed: float, prices: PriceBook) -> None:
    found = dict(egress_costs(zones, prices))[name]
    assert found.total("fixed") == pytest.approx(fixed)


def test_every_assumption_is_described_with_a_default_that_is_an_amount() -> None:
    assert descriptions(Usage).keys() == Usage.model_fields.keys()
    assert all(value >= 0 for value in Usage().model_dump().values())
