"""Answers, per resource type and property, whether a change replaces the resource, and who says so."""

import json
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

#: Properties that name the items of a list, in order of preference: lists of such objects compare by name.
KEYS = (
    "Key",
    "Name",
    "Id",
    "IndexName",
    "AttributeName",
    "Sid",
    "RuleName",
    "Region",
    "PathPattern",
    "Field",
    "OptionName",
)
FILE = Path(__file__).with_name("schemas.json")


class Replaces(IntEnum):
    """What a source says of a changed property."""

    NO = 0
    MAYBE = 1
    YES = 2


class Answer(NamedTuple):
    """The verdict on one changed property: the property that the sources know, and their names."""

    replaces: Replaces
    path: tuple[str, ...]
    source: str


_WORDS = {"no": Replaces.NO, "maybe": Replaces.MAYBE, "yes": Replaces.YES}


@cache
def _data() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(FILE.read_text())
    return found


#: A resource whose physical name the template gives can exist only once.
CUSTOM_NAMES = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html"


def registry() -> str:
    """The name of the first source."""
    return f"CloudFormation registry schema ({_data()['sources']['registry']})"


def known(resource_type: str) -> bool:
    """Whether any source describes this type."""
    return resource_type in _data()["types"]


def names(resource_type: str) -> list[list[str]]:
    """The sets of properties that give a resource of this type its physical identity."""
    return _entry(resource_type).get("names", [])  # type: ignore[no-any-return]


def deleted_first(resource_type: str) -> bool:
    """Whether a replacement deletes the old resource before it creates the new one."""
    return bool(_entry(resource_type).get("delete_first"))


def replaces(resource_type: str, path: Sequence[str]) -> Answer:
    """Whether a change of the property at `path` replaces a resource of this type."""
    entry, sources = _entry(resource_type), _data()["sources"]
    first = registry()
    second = f"service specification ({sources['second']})"
    if not entry:
        return _unknown(resource_type, path)
    if entry.get("no_update"):
        return Answer(Replaces.YES, (path[0],), f"{first}: {resource_type} has no update handler")
    first_answer, first_rule = _first(entry, path)
    other_answer, other_rule = _second(entry, path)
    if other_answer is None or other_answer == first_answer:
        where = {Replaces.YES: "createOnlyProperties", Replaces.MAYBE: "conditionalCreateOnlyProperties"}
        named = f"{first}: {where[first_answer]}/{first_rule}" if first_rule else first
        return Answer(first_answer, _shown(first_rule, path), named)
    words = ("in place", "may replace", "replaces")
    disagreement = f"{first}: {words[first_answer]}; {second}: {words[other_answer]}"
    return Answer(Replaces.MAYBE, _shown(other_rule or first_rule, path), disagreement)


def _unknown(resource_type: str, path: Sequence[str]) -> Answer:
    """A type that nobody describes: a custom resource is updated by its own handler, the rest is anybody's guess."""
    if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
        return Answer(Replaces.NO, tuple(path), "custom resource: its own handler updates it")
    if known(resource_type):
        return Answer(Replaces.NO, tuple(path), registry())
    return Answer(Replaces.MAYBE, tuple(path), f"no source describes {resource_type}")


def _entry(resource_type: str) -> dict[str, Any]:
    found: dict[str, Any] = _data()["types"].get(resource_type, {})
    return found


def _first(entry: dict[str, Any], path: Sequence[str]) -> tuple[Replaces, str]:
    for key, answer in (("create_only", Replaces.YES), ("conditional", Replaces.MAYBE)):
        for rule in entry.get(key, ()):
            if covers(rule, path):
                return answer, rule
    return Replaces.NO, ""


def _second(entry: dict[str, Any], path: Sequence[str]) -> tuple[Replaces | None, str]:
    for rule, word in entry.get("second", {}).items():
        if covers(rule, path) or covers_key(rule, path):
            return _WORDS[word], rule
    return None, ""


def covers_key(rule: str, path: Sequence[str]) -> bool:
    """Whether `path` names an item of a list by the property that `rule` is about: another name is another value."""
    return rule.rpartition("/")[2] in KEYS and covers(rule.rpartition("/")[0], path) and len(path) == rule.count("/")


def covers(rule: str, path: Sequence[str]) -> bool:
    """Whether `path` lies at or under the property that `rule` names."""
    parts = rule.split("/")
    return len(parts) <= len(path) and all(part in ("*", here) for part, here in zip(parts, path, strict=False))


def _shown(rule: str, path: Sequence[str]) -> tuple[str, ...]:
    return tuple(path[: len(rule.split("/"))]) if rule else tuple(path)


def opinion(resource_type: str, path: str) -> str:
    """What the second source says of a property where it differs from the first: no, maybe or yes; else nothing."""
    return str(_entry(resource_type).get("second", {}).get(path, ""))
