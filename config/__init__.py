"""What may differ between environments: `load(name)` returns one frozen, checked object."""

from collections.abc import Mapping
from importlib import import_module
from itertools import combinations

from pydantic import ValidationError

from config.model import Environment

ENVIRONMENTS = ("local", "dev", "staging", "prod")
"""A module of this package each, which defines `environment`; in the order in which a change reaches them."""

__all__ = ["ConfigError", "Environment", "load", "names"]


class ConfigError(Exception):
    """A value that breaks a rule; the message names the field, the rule and the value."""


def names() -> tuple[str, ...]:
    """Names of the environments, in the order in which a change reaches them."""
    return ENVIRONMENTS


def load(name: str | None) -> Environment:
    """Return the environment called `name`, checked by itself and against the others.

    Raises:
        ConfigError: no environment has that name, a value breaks a rule, or two environments overlap.
    """
    if name not in ENVIRONMENTS:
        said = f"no environment is named {name!r}" if name else "no environment is selected"
        raise ConfigError(f"{said}: choose one of {', '.join(ENVIRONMENTS)} with -c environment=NAME")
    try:
        environments = {module: import_module(f"config.{module}").environment for module in ENVIRONMENTS}
    except ValidationError as error:
        raise ConfigError(explain(error)) from None
    check_together(environments)
    return environments[name]  # type: ignore[no-any-return]


def check_together(environments: Mapping[str, Environment]) -> None:
    """Check the rules between environments: each under its own name, no addresses shared.

    Raises:
        ConfigError: a rule is broken.
    """
    for module, environment in environments.items():
        if environment.name != module:
            raise ConfigError(f"config/{module}.py: name: must be the file's name {module!r}, got {environment.name!r}")
    for one, other in combinations(environments.values(), 2):
        if one.network.cidr.overlaps(other.network.cidr):
            raise ConfigError(
                f"config/{other.name}.py: network.cidr: must be disjoint from every other environment's, "
                f"got {other.network.cidr}, which overlaps {one.network.cidr} of {one.name}"
            )


def explain(error: ValidationError) -> str:
    """Return one line per broken rule: the field's path, the rule, the value."""
    return "\n".join(_line(detail) for detail in error.errors())


def _line(detail: Mapping[str, object]) -> str:
    path = ".".join(str(part) for part in detail["loc"]) or "environment"  # type: ignore[attr-defined]
    rule = str(detail["msg"]).removeprefix("Value error, ")
    value = "" if "got" in rule or detail["type"] == "missing" else f", got {detail['input']!r}"
    return f"{path}: {rule}{value}"
