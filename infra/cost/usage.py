"""The usage assumptions of an environment: those its templates carry, configured defaults for the rest."""

from collections.abc import Mapping
from functools import cache
from typing import Any


class UsageError(Exception):
    """An assumption that is no number; the message names it."""


class Assumptions:
    """Looks assumptions up, and remembers which of them an estimate used."""

    def __init__(self, given: Mapping[str, Any] | object | None = None) -> None:
        """`given` is a mapping, or an object with the assumptions as attributes; the rest are defaults."""
        self._given = given
        self.used: dict[str, float] = {}

    def get(self, name: str) -> float:
        """The value of an assumption."""
        given = self._given
        value = given.get(name) if isinstance(given, Mapping) else getattr(given, name, None)
        if value is None:
            value = default_usage()[name]
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise UsageError(f"usage.{name} must be a number of at least 0, got {value!r}")
        self.used[name] = float(value)
        return float(value)


@cache
def default_usage() -> dict[str, float]:
    """The defaults, read from the configuration's own model, and only when an assembly lacks one."""
    from config.sections.usage import Usage

    return Usage().model_dump()
