"""How the mutation suite breaks a promise: small steps on the raw templates of a synthesised platform."""

from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from dataclasses import dataclass
from json import dumps
from pathlib import Path
from typing import Any

from infra.assembly import StackSource, read_assembly

Step = Callable[["Platform"], None]


@dataclass(frozen=True)
class Mutant:
    """One way to break one promise. `given` first makes a platform keep it that has nothing of the kind yet."""

    promise: str
    name: str
    step: Step
    on: tuple[str, ...] = ("prod", "reference")
    given: Step | None = None


class Platform:
    """The templates of an assembly, to be changed."""

    def __init__(self, sources: list[StackSource]) -> None:
        self.sources = sources

    @classmethod
    def read(cls, folder: Path) -> "Platform":
        """The templates in a folder."""
        return cls(read_assembly(folder))

    def copied(self) -> "Platform":
        """Another one, to break."""
        return Platform([_copied(source) for source in self.sources])

    def stacks(self) -> Iterator[StackSource]:
        """All of them, nested ones included."""
        pending = list(self.sources)
        while pending:
            source = pending.pop(0)
            pending += source.nested.values()
            yield source

    def find(self, kind: str, like: str = "") -> tuple[StackSource, str, dict[str, Any]]:
        """The first resource of a type whose logical id, or else definition, contains `like`."""
        matches = [
            (source, logical_id, definition)
            for source in self.stacks()
            for logical_id, definition in source.template["Resources"].items()
            if definition["Type"] == kind
        ]
        by_id = (match for match in matches if like in match[1])
        by_text = (match for match in matches if like in dumps(match[2]))
        found = next(by_id, None) or next(by_text, None)
        assert found is not None, f"the platform has no {kind} {like}"
        source, logical_id, definition = found
        source.template["Resources"][logical_id] = own = deepcopy(definition)
        return source, logical_id, own


def _copied(source: StackSource) -> StackSource:
    """A copy that shares what it holds with the first: sections are its own, and each resource once it was found."""
    other = copy(source)
    other.template = {name: copy(section) for name, section in source.template.items()}
    other.nested = {logical_id: _copied(nested) for logical_id, nested in source.nested.items()}
    return other


def _keys(path: str) -> list[str | int]:
    return [int(key) if key.isdigit() else key for key in path.split(".")]


def put(kind: str, path: str, value: Any, like: str = "") -> Step:
    """Set a property; `path` is dotted, numbers are places in lists."""

    def step(platform: Platform) -> None:
        here: Any = platform.find(kind, like)[2].setdefault("Properties", {})
        *way, last = _keys(path)
        for key in way:
            here = here.setdefault(key, {}) if isinstance(here, dict) else here[int(key)]
        here[last] = value

    return step


def drop(kind: str, path: str, like: str = "") -> Step:
    """Take a property away."""

    def step(platform: Platform) -> None:
        here: Any = platform.find(kind, like)[2]["Properties"]
        *way, last = _keys(path)
        for key in way:
            here = here[key]
        del here[last]

    return step


def append(kind: str, path: str, value: Any, like: str = "") -> Step:
    """Add to a list."""

    def step(platform: Platform) -> None:
        here: Any = platform.find(kind, like)[2].setdefault("Properties", {})
        *way, last = _keys(path)
        for key in way:
            here = here.setdefault(key, {}) if isinstance(here, dict) else here[int(key)]
        here[last] = [*here.get(last, []), _filled(platform, value)]

    return step


def mark(kind: str, name: str, value: Any, like: str = "") -> Step:
    """Set an attribute beside the properties, such as DeletionPolicy; None takes it away."""

    def step(platform: Platform) -> None:
        definition = platform.find(kind, like)[2]
        if value is None:
            definition.pop(name, None)
        else:
            definition[name] = value

    return step


def remove(kind: str, like: str = "") -> Step:
    """Take a resource away."""

    def step(platform: Platform) -> None:
        source, logical_id, _ = platform.find(kind, like)
        del source.template["Resources"][logical_id]

    return step


def remove_all(*kinds: str) -> Step:
    """Take every resource of these types away."""

    def step(platform: Platform) -> None:
        for source in platform.stacks():
            resources = source.template["Resources"]
            for logical_id in [name for name, item in resources.items() if item["Type"] in kinds]:
                del resources[logical_id]

    return step


def rename(kind: str, new: str, like: str = "") -> Step:
    """Give a resource another logical id."""

    def step(platform: Platform) -> None:
        source, logical_id, _ = platform.find(kind, like)
        source.template["Resources"][new] = source.template["Resources"].pop(logical_id)

    return step


def add(logical_id: str, kind: str, beside: str = "", **properties: Any) -> Step:
    """Add a resource, to the first stack or beside one of the type `beside`."""

    def step(platform: Platform) -> None:
        source = platform.find(beside)[0] if beside else platform.sources[0]
        source.template["Resources"][logical_id] = {"Type": kind, "Properties": properties}

    return step


def section(name: str, key: str, value: Any) -> Step:
    """Add to a section of the first template: Parameters, Outputs, Metadata."""

    def step(platform: Platform) -> None:
        platform.sources[0].template.setdefault(name, {})[key] = value

    return step


def manifest(**fields: Any) -> Step:
    """Change what the manifest says of the first stack."""

    def step(platform: Platform) -> None:
        for name, value in fields.items():
            setattr(platform.sources[0], name, value)

    return step


def both(*steps: Step) -> Step:
    """Several steps, one after the other."""

    def step(platform: Platform) -> None:
        for each in steps:
            each(platform)

    return step


def ref(kind: str, like: str = "") -> "Reference":
    """A reference to be filled in by `linked`."""
    return Reference(kind, like)


@dataclass(frozen=True)
class Reference:
    """A resource that a step refers to without knowing its logical id."""

    kind: str
    like: str = ""
    attribute: str = "Ref"

    def att(self, name: str) -> "Reference":
        """The same, by an attribute."""
        return Reference(self.kind, self.like, name)


def linked(logical_id: str, kind: str, **properties: Any) -> Step:
    """Add a resource beside the first one that its properties refer to, with the references filled in."""

    def step(platform: Platform) -> None:
        first = next(_references(properties))
        source = platform.find(first.kind, first.like)[0]
        source.template["Resources"][logical_id] = {
            "Type": kind,
            "Properties": _filled(platform, properties),
        }

    return step


def point(kind: str, path: str, value: Any, like: str = "") -> Step:
    """Set a property to something with references."""

    def step(platform: Platform) -> None:
        put(kind, path, _filled(platform, value), like)(platform)

    return step


def _references(value: Any) -> Iterator[Reference]:
    if isinstance(value, Reference):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _filled(platform: Platform, value: Any) -> Any:
    if isinstance(value, Reference):
        logical_id = platform.find(value.kind, value.like)[1]
        return {"Ref": logical_id} if value.attribute == "Ref" else {"Fn::GetAtt": [logical_id, value.attribute]}
    if isinstance(value, dict):
        return {key: _filled(platform, item) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(platform, item) for item in value]
    return value
