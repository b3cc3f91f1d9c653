"""The cost guard: whether an environment costs more than its config allows before anybody uses it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from infra.assembly import Assembly
from infra.cost.estimating import environment_of, estimate
from infra.cost.model import Estimate, ResourceCost, most_expensive, total_fixed
from infra.cost.prices import PriceBook

WARN_FROM = 0.8
"""Share of the limit from which on a warning is due."""

NAMED = 5
"""How many of the dearest resources are named."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """What an environment costs in a month beside its limit, in USD, and what costs most."""

    environment: str
    limit: float
    fixed: float
    dearest: tuple[ResourceCost, ...]

    @property
    def is_over(self) -> bool:
        """Whether it costs more than it may."""
        return self.fixed > self.limit

    @property
    def is_near(self) -> bool:
        """Whether somebody should know, though it may."""
        return not self.is_over and self.fixed >= WARN_FROM * self.limit

    def __str__(self) -> str:
        """Say it in a sentence, the dearest resources included."""
        named = ", ".join(f"{one.place.construct_path} {one.fixed_usd:.2f}" for one in self.dearest)
        return (
            f"{self.environment} costs {self.fixed:.2f} USD a month before anybody uses it, and "
            f"cost.max_monthly_fixed_usd in config/{self.environment}.py is {self.limit:g}. Most of it: {named}"
        )


def verdicts(assembly: Assembly, prices: PriceBook | None = None) -> Iterator[Verdict]:
    """Each environment of the assembly that has a limit, beside it."""
    limits = {environment_of(stack): limit for stack in assembly.stacks if (limit := _limit(stack.groundwork))}
    if not limits:
        return
    found: Estimate = estimate(assembly, prices=prices)
    for name, limit in limits.items():
        own = found.only(name)
        dearest = tuple(most_expensive(own, NAMED))
        yield Verdict(environment=name, limit=limit, fixed=total_fixed(own, name), dearest=dearest)


def _limit(groundwork: Mapping[str, Any]) -> float | None:
    said = groundwork.get("cost")
    limit = said.get("max_monthly_fixed_usd") if isinstance(said, Mapping) else None
    return float(limit) if isinstance(limit, int | float) else None
