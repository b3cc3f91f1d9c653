"""What a cloud assembly is made of: stacks, their resources, and what a template expression resolves to."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol


@dataclass(eq=False, kw_only=True)
class Stack:
    """A stack or a nested stack: one template, and what the manifest says about it."""

    name: str
    construct_path: str
    template: Mapping[str, Any]
    template_file: Path
    account: str
    region: str
    termination_protection: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)
    dependencies: tuple[str, ...] = ()
    #: Construct path of the Stage that holds the stack; empty directly under the App.
    stage: str = ""
    #: The `AWS::CloudFormation::Stack` resource that deploys it; None for a stack of its own.
    parent: "Resource | None" = None
    resources: dict[str, "Resource"] = field(default_factory=dict)

    @property
    def nested(self) -> bool:
        """Whether another stack deploys this one."""
        return self.parent is not None

    @property
    def groundwork(self) -> Mapping[str, Any]:
        """The block that our own apps leave in each template: environment and policy."""
        found = (self.template.get("Metadata") or {}).get("groundwork")
        return found if isinstance(found, dict) else {}

    @property
    def parameters(self) -> Mapping[str, Any]:
        """Declared template parameters."""
        return self.template.get("Parameters") or {}

    @property
    def outputs(self) -> Mapping[str, Any]:
        """Declared template outputs."""
        return self.template.get("Outputs") or {}

    def __repr__(self) -> str:
        """Short, for messages and failing tests."""
        return f"<Stack {self.construct_path}>"


@dataclass(eq=False, kw_only=True)
class Resource:
    """A resource of a template. Identity is the object: two loads give different resources."""

    stack: Stack
    logical_id: str
    type: str
    properties: Mapping[str, Any]
    construct_path: str
    deletion_policy: str | None = None
    update_replace_policy: str | None = None
    condition: str | None = None
    depends_on: tuple[str, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)
    #: Everything the template says about it, policies and attributes included.
    definition: Mapping[str, Any] = field(default_factory=dict)
    _resolve: Callable[[Stack, Any], Any] = field(repr=False)

    @cached_property
    def resolved(self) -> Mapping[str, Any]:
        """The properties with every expression replaced by what it stands for; `AWS::NoValue` is gone."""
        found = self._resolve(self.stack, self.properties)
        return found if isinstance(found, dict) else {}

    def get(self, *path: str, default: Any = None) -> Any:
        """The resolved property at `path`, or `default` where nothing is there."""
        here: Any = self.resolved
        for key in path:
            if not isinstance(here, dict) or key not in here:
                return default
            here = here[key]
        return here

    def __repr__(self) -> str:
        """Short, for messages and failing tests."""
        return f"<{self.type} {self.construct_path}>"


class Target(NamedTuple):
    """A reference that was followed to its resource: `attribute` is `Ref` or the attribute's name."""

    resource: Resource
    attribute: str


@dataclass(frozen=True)
class Text:
    """A string of which some parts are known only at deploy time."""

    parts: tuple[Any, ...]

    def __str__(self) -> str:
        """As Fn::Sub would write it."""
        return "".join(part if isinstance(part, str) else "${" + describe(part) + "}" for part in self.parts)


@dataclass(frozen=True)
class Opaque:
    """What cannot be known before the deploy: `expression` is canonical, so equal ones compare equal."""

    expression: str
    #: A parameter with NoEcho, or a value behind one.
    secret: bool = False
    #: The references inside the expression.
    mentions: tuple["Target", ...] = field(default=(), compare=False)


def describe(value: Any) -> str:
    """A resolved value as a person would write it in a message."""
    if value is None or isinstance(value, bool):
        return {None: "missing", True: "true", False: "false"}[value]
    if isinstance(value, Target):
        suffix = "" if value.attribute == "Ref" else f".{value.attribute}"
        return f"{value.resource.logical_id}{suffix}"
    if isinstance(value, Opaque):
        return value.expression
    if isinstance(value, list):
        return "[" + ", ".join(describe(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {describe(item)}" for key, item in value.items()) + "}"
    return str(value)


def targets_in(value: Any) -> Iterator[Target]:
    """Every resource that a resolved value mentions, however deep."""
    if isinstance(value, Target):
        yield value
    elif isinstance(value, Text):
        for part in value.parts:
            yield from targets_in(part)
    elif isinstance(value, Opaque):
        yield from value.mentions
    elif isinstance(value, dict):
        for item in value.values():
            yield from targets_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from targets_in(item)


class Stacks(Protocol):
    """What following an expression asks of the assembly that it stands in."""

    stacks: list[Stack]

    def of_type(self, *types: str) -> Iterator[Resource]:
        """Deployed resources of any of `types`."""

    def nested_stack(self, resource: Resource) -> Stack | None:
        """The stack that a resource deploys."""

    def holds(self, stack: Stack, condition: str) -> bool:
        """Whether a condition holds."""

    def resolve(self, stack: Stack, value: Any) -> Any:
        """What an expression stands for."""
