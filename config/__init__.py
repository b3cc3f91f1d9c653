"""What may differ between environments: `load(name)` returns one frozen, checked object."""

import os
from collections.abc import Mapping
from importlib import import_module
from itertools import combinations

from pydantic import ValidationError

from config.cutovers import cut_over
from config.errors import ConfigError, explain, shown
from config.model import Environment

ENVIRONMENTS = ("local", "dev", "staging", "prod", "everything")
"""A module of this package each, which defines `environment`; in the order in which a change reaches them, `everything`
last, which is for checking alone."""

CREDENTIALS = {"account": "CDK_DEFAULT_ACCOUNT", "region": "CDK_DEFAULT_REGION"}
"""What an environment may leave open, and the variable by which the CDK command line then says it."""

__all__ = ["ConfigError", "Environment", "load", "names"]


def names() -> tuple[str, ...]:
    """Names of the environments, in the order in which a change reaches them."""
    return ENVIRONMENTS


def load(name: str | None) -> Environment:
    """Return the environment called `name`, checked by itself and against the others, with its region known.

    Raises:
        ConfigError: no environment has that name, a value breaks a rule, or two environments collide.
    """
    if name not in ENVIRONMENTS:
        said = f"no environment is named {name!r}" if name else "no environment is selected with -c environment=NAME"
        raise ConfigError(f"{said}: choose one of {', '.join(ENVIRONMENTS)}")
    environments = {module: _read(module) for module in ENVIRONMENTS}
    _check_together(environments)
    return _placed(cut_over(environments[name]))


def _read(module: str) -> Environment:
    try:
        environment = getattr(import_module(f"config.{module}"), "environment", None)
        if isinstance(environment, Environment):
            return Environment.model_validate(environment)  # a copy, or one changed since, is not checked yet
    except (Exception, SystemExit) as error:  # the file is Python: whatever goes wrong in it is its author's to read
        raise ConfigError(explain(error, module)) from error
    raise ConfigError(f"config/{module}.py: environment: must be an Environment, got {shown(environment)}")


def _placed(environment: Environment) -> Environment:
    """Fill in what the environment leaves to the credentials in use; the rules about regions hold for it too."""
    open_fields = [field for field in CREDENTIALS if getattr(environment, field) is None]
    said = {field: os.environ.get(CREDENTIALS[field]) or None for field in open_fields}
    try:
        placed = Environment.model_validate(environment.model_copy(update=said))
    except ValidationError as error:
        raise ConfigError(explain(error, environment.name)) from error
    if placed.region is None:
        raise ConfigError(f"config/{placed.name}.py: region: must be given, there or as CDK_DEFAULT_REGION, got None")
    if placed.account is None and any(bucket.replicated for bucket in placed.data.buckets):
        raise ConfigError(
            f"config/{placed.name}.py: account: must be given, there or as CDK_DEFAULT_ACCOUNT, where a bucket is "
            "replicated: its copy is named after it, got None"
        )
    return placed


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
        _check_singletons(one, other)


def _check_singletons(one: Environment, other: Environment) -> None:
    """Check that two environments in one account and region do not both make what AWS has once."""
    place = (other.account, other.region)
    if (one.account, one.region) != place or None in place or other.emulator:
        return
    for service, owner in other.security.detection.owners.items():
        if owner == "account" == one.security.detection.owners[service]:
            raise ConfigError(
                f"config/{other.name}.py: security.detection.{service}: must be off or organisation, since "
                f"{one.name} makes it in the same account and region, got {owner!r}"
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
        if bool(environments[stage].emulator) != bool(environment.emulator):
            rule = "must be on the emulator, as the pipeline" if environment.emulator else "must be on AWS"
            raise ConfigError(f"{place}: {rule}, got {stage!r}")
        if environment.pipeline and stage in environment.pipeline.load_tested and environments[stage].production:
            raise ConfigError(f"{place.removesuffix('stages')}load_tested: must not name production, got {stage!r}")
        _check_images(environment, environments[stage])


def _check_images(host: Environment, stage: Environment) -> None:
    """Check that a stage runs those versions of the pipeline's images that the pipeline builds."""
    registry = f"{host.account}.dkr.ecr.{host.region}.amazonaws.com/{host.project}-{host.name}-pipeline/"
    built = [f"{image.id.lower()}:{image.version}" for image in host.pipeline.images] if host.pipeline else []
    compute = stage.compute
    runs = {one.image for one in compute.containers.services} | {one.image for one in compute.batch.jobs}
    runs |= {compute.load_test.image} if compute.load_test else set()
    for image in sorted(image for image in runs if image.startswith(registry)):
        if image.removeprefix(registry) not in built:
            raise ConfigError(
                f"config/{stage.name}.py: compute: must name images that the pipeline of {host.name} builds "
                f"({', '.join(built) or 'it builds none'}), got {image!r}"
            )
