"""docs/cost.md says what the templates of today cost."""

from collections.abc import Callable
from pathlib import Path

import pytest

import config
from config.sections.usage import Usage
from config.tree import descriptions
from infra.assembly import load
from infra.cost import PriceBook, estimate
from infra.cost.egress import egress_costs
from infra.cost.page import BEGIN, END, PageError, render, replace_generated
from scripts.cost import PAGE


def test_the_generated_part_of_the_page_is_current(assembly: Callable[[str], Path]) -> None:
    names = [name for name in config.names() if config.load(name).emulator is None]
    estimates = {name: estimate(load(assembly(name))).only(name) for name in names}
    current = replace_generated(PAGE.read_text(), render(estimates, descriptions(Usage)))
    assert PAGE.read_text() == current, "run `python -m scripts cost --page`"


def test_only_the_generated_part_is_replaced() -> None:
    page = f"# By hand\n\n{BEGIN}\nold\n{END}\n\nAlso by hand.\n"
    renewed = replace_generated(page, "new\n")
    assert renewed == f"# By hand\n\n{BEGIN}\n\nnew\n\n{END}\n\nAlso by hand.\n"
    assert replace_generated(renewed, "new\n") == renewed


@pytest.mark.parametrize("page", ["", BEGIN, END])
def test_a_page_without_a_place_for_the_generated_part_is_refused(page: str) -> None:
    with pytest.raises(PageError, match="needs the lines"):
        replace_generated(page, "new")


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
