"""An environment that costs more than its config allows is told so, with what costs most."""

from typing import Any

import pytest

from infra.assembly import Assembly
from infra.cost import PriceBook
from infra.cost.guard import Verdict, verdicts
from tests.cost.cost_samples import stack

BOARDS: dict[str, Any] = {f"Board{number}": ("AWS::CloudWatch::Dashboard", {}) for number in range(7)}
"""Seven dashboards at 3 USD a month each."""


def verdict_of(prices: PriceBook, limit: float | None) -> list[Verdict]:
    said: dict[str, Any] = {"environment": "dev"}
    if limit is not None:
        said["cost"] = {"max_monthly_fixed_usd": limit}
    return list(verdicts(Assembly([stack(BOARDS, groundwork=said)]), prices))


@pytest.mark.parametrize(
    ("limit", "is_near", "is_over"),
    [(20.99, False, True), (21.0, True, False), (26.25, True, False), (26.26, False, False), (1000.0, False, False)],
)
def test_it_warns_from_80_percent_of_the_limit_on_and_refuses_above_it(
    prices: PriceBook, limit: float, is_near: bool, is_over: bool
) -> None:
    (verdict,) = verdict_of(prices, limit)
    assert verdict.fixed == pytest.approx(21)
    assert (verdict.is_near, verdict.is_over) == (is_near, is_over)


def test_the_five_dearest_resources_are_named_with_the_limit_and_where_it_stands(prices: PriceBook) -> None:
    (verdict,) = verdict_of(prices, 20)
    assert len(verdict.dearest) == 5
    assert "dev costs 21.00 USD a month" in str(verdict)
    assert "cost.max_monthly_fixed_usd in config/dev.py is 20" in str(verdict)
    assert str(verdict).count("3.00") == 5


def test_an_environment_without_a_limit_is_not_priced(prices: PriceBook) -> None:
    assert verdict_of(prices, None) == []
