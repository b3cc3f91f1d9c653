"""What a pricing function sees, what it may answer, and the table of all of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from infra.assembly import Assembly, Resource, targets_in
from infra.cost.model import Bucket
from infra.cost.usage import Assumptions

#: AWS's own convention: its calculators and price pages take a month for 730 hours (365 days x 24 h / 12).
HOURS = 730
DAYS = HOURS / 24


class Factor(NamedTuple):
    """One number of a quantity, with what it counts; `assumption` names the usage field it comes from."""

    value: float
    unit: str
    assumption: str = ""

    def __str__(self) -> str:
        """As it stands in a formula."""
        between = " x " if self.unit[:1].isdigit() else " "
        return f"{self.value:g}{between}{self.unit}"


@dataclass(frozen=True, slots=True)
class Charge:
    """A price times a quantity. `region` is set where it is not the stack's."""

    bucket: Bucket
    label: str
    price_key: str
    factors: tuple[Factor, ...]
    region: str = ""


@dataclass(frozen=True, slots=True)
class Free:
    """The resource, as it is set up here, costs nothing by itself."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A charge exists that cannot be calculated."""

    label: str
    reason: str


class UnknownValueError(Exception):
    """A property that the price depends on is known only at deploy time."""


Answer = Charge | Free | Unpriced
Rule = Callable[[Resource, "Context"], Iterable[Answer]]
RULES: dict[str, Rule] = {}


def priced(*types: str) -> Callable[[Rule], Rule]:
    """Register a pricing function for resource types."""

    def register(rule: Rule) -> Rule:
        for resource_type in types:
            if resource_type in RULES:
                raise ValueError(f"{resource_type} has two pricing functions")
            RULES[resource_type] = rule
        return rule

    return register


def fixed(label: str, price_key: str, *factors: Factor, region: str = "") -> Charge:
    """A charge that runs while the resource exists."""
    return Charge("fixed", label, price_key, factors, region)


def usage(label: str, price_key: str, *factors: Factor, region: str = "") -> Charge:
    """A charge that grows with use."""
    return Charge("usage", label, price_key, factors, region)


def hours() -> Factor:
    """A month, in hours."""
    return Factor(HOURS, "h")


class Context:
    """The rest of the assembly, and the assumptions of the environment that the resource belongs to."""

    def __init__(self, assembly: Assembly, assumptions: Assumptions) -> None:
        self.assembly = assembly
        self._assumptions = assumptions

    def assume(self, name: str, unit: str, *, divided_by: float = 1) -> Factor:
        """A usage assumption as a factor, in the unit that the price counts."""
        return Factor(self._assumptions.get(name) / divided_by, unit, name)

    def siblings(self, resource: Resource, *types: str) -> list[Resource]:
        """Resources of `types` in the same account and region as `resource`; a Stage's copies are no siblings."""
        home = _home(resource)
        return [other for other in self.assembly.of_type(*types) if _home(other) == home]

    def pointing_at(self, resource: Resource, resource_type: str, *path: str) -> list[Resource]:
        """Resources of a type whose property at `path` mentions `resource`."""
        return [other for other in self.assembly.of_type(resource_type) if resource in mentioned(other.get(*path))]

    @cached_property
    def deploy_time_functions(self) -> set[int]:
        """Functions behind custom resources, and those that they call: they run during deploys only."""
        found: dict[int, Resource] = {}
        waiting = [
            function
            for kind, resources in self.assembly.by_type.items()
            if kind.startswith("Custom::") or kind == "AWS::CloudFormation::CustomResource"
            for resource in resources
            for function in mentioned(resource.get("ServiceToken"))
        ]
        while waiting:
            function = waiting.pop()
            if id(function) not in found and function.type == "AWS::Lambda::Function":
                found[id(function)] = function
                waiting += mentioned(function.get("Environment"))
        return set(found)

    @cached_property
    def dead_letter_queues(self) -> set[int]:
        """Queues that take what another queue, a rule or a function could not deliver: normally empty."""
        return {
            id(queue)
            for resource in self.assembly.deployed
            for path in (
                ("RedrivePolicy",),
                ("DeadLetterConfig",),
                ("Targets",),
                ("Target",),
                ("DestinationConfig",),
            )
            if path[0] in resource.properties
            for queue in _dead_letters(resource.get(*path), inside=path[0])
        }


def _home(resource: Resource) -> tuple[str, str, str]:
    return resource.stack.stage, resource.stack.account, resource.stack.region


def mentioned(value: Any) -> list[Resource]:
    """The resources that a resolved value refers to."""
    return [target.resource for target in targets_in(value)]


def _dead_letters(value: Any, *, inside: str) -> Iterable[Resource]:
    if inside in ("RedrivePolicy", "DeadLetterConfig"):
        yield from mentioned(value)
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _dead_letters(item, inside=str(key) if key in ("DeadLetterConfig", "OnFailure") else inside)
            if key == "OnFailure":
                yield from mentioned(item)
    elif isinstance(value, list):
        for item in value:
            yield from _dead_letters(item, inside=inside)


def number(resource: Resource, *path: str, default: float | None = None) -> float:
    """A numeric property; UnknownValueError where only the deploy will know it."""
    value = resource.get(*path)
    if value is None and default is not None:
        return default
    try:
        return float(value)
    except (TypeError, ValueError):
        raise UnknownValueError(f"{'.'.join(path)} is known only at deploy time") from None


def text(resource: Resource, *path: str, default: str = "") -> str:
    """A literal text property; UnknownValueError where only the deploy will know it."""
    value = resource.get(*path, default=default)
    if not isinstance(value, str | int | float | bool):
        raise UnknownValueError(f"{'.'.join(path)} is known only at deploy time")
    return str(value)


def items(resource: Resource, *path: str) -> list[Any]:
    """A list property; empty where it is not set."""
    value = resource.get(*path, default=[])
    if not isinstance(value, list):
        raise UnknownValueError(f"{'.'.join(path)} is known only at deploy time")
    return value
