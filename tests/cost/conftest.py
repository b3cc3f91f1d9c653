"""Estimates of small assemblies, at prices that no refresh changes."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from infra.assembly import Assembly, StackSource
from infra.cost import Estimate, PriceBook, estimate
from tests.cost.cost_samples import USAGE, USD, book_of, stack

Price = Callable[..., Estimate]


@pytest.fixture
def prices() -> PriceBook:
    """The prices of this suite."""
    return book_of(USD)


@pytest.fixture
def price(prices: PriceBook) -> Price:
    """Estimate resources of one stack, or whole stacks, with the usage and the prices of this suite."""

    def estimate_them(*stacks: StackSource | Mapping[str, Any], usage: Mapping[str, Any] = USAGE) -> Estimate:
        sources = [one if isinstance(one, StackSource) else stack(one) for one in stacks]
        return estimate(Assembly(sources), usage, prices)

    return estimate_them
