"""What may differ between environments: `load(name)` returns one frozen, checked object."""

from collections.abc import Mapping
from importlib import import_module
from itertools import combinations

from config.errors import ConfigError, explain
from config.model import Environment

ENVIRONMENTS = ("local", "dev", "staging", "prod")
"""A module of this package each, which defines `environment`; in the order in which a change reaches them."""

__all__ = ["ConfigError", "Environment", "load", "names"]


def names() -> tuple[str, ...]:
    """Names of the environments, in the order in which a change reaches them."""
    return ENVIRONMENTS


def load(name: str | None) -> Environment:
    """Return the environment called `name`, checked by itself and against the others.

    Raises:
        ConfigError: no environment has that name, a value breaks a rule, or two environments collide.
    """
    if name not in ENVIRONMENTS:
        said = f"no environment is named {name!r}" if name else "no environment is selected"
        raise ConfigError(f"{said}: choose one of {', '.join(ENVIRONMENTS)} with -c environment=NAME")
    environments = {module: _read(module) for module in ENVIRONMENTS}
    _check_together(environments)
    return environments[name]


def _read(module: str) -> Environment:
    try:
        environment = getattr(import_module(f"config.{module}"), "environment", None)
    except Exception as error:  # the file is Python: whatever goes wrong in it is its author's to read
        raise ConfigError(explain(error, module)) from error
    if not isinstance(environment, Environment):
        raise ConfigError(f"config/{module}.py: environment: must be an Environment, got {environment!r}")
    return environment


def _check_together(environments: Mapping[str, Environment]) -> None:
    """Check the rules between environments: each under its own name, no addresses shared, no stage unknown."""
    for module, environment in environments.items():
        if environment.name != module:
            raise ConfigError(f"config/{module}.py: name: must be {module!r}, as the file, got {environment.name!r}")
        _check_stages(environment, environments)
    for one, other in combinations(environments.values(), 2):
        if one.network.cidr.overlaps(other.network.cidr):
            raise ConfigError(
                f"config/{other.name}.py: network.cidr: must be disjoint from every other environment's, "
                f"got '{other.network.cidr}', which overlaps '{one.network.cidr}' of {one.name}"
            )


def _check_stages(environment: Environment, environments: Mapping[str, Environment]) -> None:
    """Check that a pipeline delivers to environments that exist and say where they are."""
    for stage in environment.pipeline.stages if environment.pipeline else ():
        place = f"config/{environment.name}.py: pipeline.stages"
        if stage not in environments:
            raise ConfigError(f"{place}: must name environments ({', '.join(environments)}), got {stage!r}")
        # Without them CDK Pipelines would deploy the stage beside the pipeline.
        if environments[stage].account is None or environments[stage].region is None:
            raise ConfigError(f"{place}: must name environments with account and region, got {stage!r}")
