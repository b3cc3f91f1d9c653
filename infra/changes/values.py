"""Compares resolved property values of two assemblies: what is the same, and where they differ."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from infra.assembly import Opaque, Resource, Stack, Target, Text
from infra.changes.model import Difference
from infra.changes.schemas import KEYS

#: What constructs call the resource that they are about.
_DEFAULT_CHILD = re.compile(r"(/(Resource|Default))+$")
#: A reference in a canonical value: the key of its resource, and the attribute.
REFERENCE = re.compile(r"\$\{([^${}]*/[^/${}.]+)\.([\w.]+)\}")


def stack_key(stack: Stack) -> str:
    """A stack's identity in AWS: the same in both assemblies."""
    return f"{stack.account}/{stack.region}/{stack.name}"


def resource_key(resource: Resource) -> str:
    """A resource's identity in AWS: its stack and logical id."""
    return f"{stack_key(resource.stack)}/{resource.logical_id}"


def label(resource: Resource) -> str:
    """What to call a resource: the path of its construct within its stack, or its logical id where it has none."""
    path = resource.construct_path.removeprefix(f"{resource.stack.construct_path}/")
    return _DEFAULT_CHILD.sub("", path) or resource.logical_id


def canonical(value: Any, stack: Stack, names: Mapping[str, str] | None = None) -> Any:
    """`value`, resolved in `stack`, as plain data that compares across assemblies.

    CloudFormation passes every scalar as a string, so `5` equals `"5"` and `true` equals `"true"`. `names` gives
    the old key of resources that got a new one, where the same thing under another name is to compare equal.
    """
    if isinstance(value, Mapping):
        return {key: canonical(item, stack, names) for key, item in value.items()}
    if isinstance(value, list):
        return [canonical(item, stack, names) for item in value]
    return None if value is None else _scalar(value, stack, names or {})


def _scalar(value: Any, stack: Stack, names: Mapping[str, str]) -> str:
    if isinstance(value, Target):
        key = resource_key(value.resource)
        return f"${{{names.get(key, key)}.{value.attribute}}}"
    if isinstance(value, Text):
        return "".join(_scalar(part, stack, names) for part in value.parts)
    if isinstance(value, Opaque):
        return f"${{{value.expression.removeprefix(stack.construct_path + ':')}}}"
    return str(value).lower() if isinstance(value, bool) else str(value)


def properties(resource: Resource, names: Mapping[str, str] | None = None) -> dict[str, Any]:
    """All properties of a resource in canonical form."""
    found: dict[str, Any] = canonical(resource.resolved, resource.stack, names)
    return found


def differences(before: Any, after: Any, path: tuple[str, ...] = ()) -> Iterator[Difference]:
    """Every place where two canonical values differ, as deep as it goes; None stands for absent."""
    if before == after:
        return
    if _is(dict, before, after) and (before or after):
        before, after = before or {}, after or {}
        for key in dict.fromkeys((*before, *after)):
            yield from differences(before.get(key), after.get(key), (*path, key))
    elif _is(list, before, after) and before and after:
        yield from _in_lists(before, after, path)
    else:
        yield Difference(path, before, after)


def _is(kind: type, *values: Any) -> bool:
    return all(isinstance(value, kind) or value is None for value in values)


def _in_lists(before: list[Any], after: list[Any], path: tuple[str, ...]) -> Iterator[Difference]:
    if all(isinstance(item, str) for item in (*before, *after)):
        yield Difference(path, before, after)  # scalars have no name: the list is the value
        return
    named = _by_name(before, after)
    if named is not None:
        old, new = named
        orders = [key for key in old if key in new], [key for key in new if key in old]
        if orders[0] != orders[1]:
            yield Difference(path, *orders)  # it may matter
        for key in dict.fromkeys((*old, *new)):
            if key in old and key in new:
                yield from differences(old[key], new[key], (*path, key))
            else:
                yield Difference((*path, key), old.get(key), new.get(key))
    elif len(before) == len(after):
        for index, (old_item, new_item) in enumerate(zip(before, after, strict=True)):
            yield from differences(old_item, new_item, (*path, str(index)))
    else:
        yield Difference(path, before, after)


def _by_name(*lists: list[Any]) -> list[dict[str, Any]] | None:
    """Both lists as objects by name, where every item has one and no name repeats."""
    items = [item for each in lists for item in each]
    if not all(isinstance(item, dict) for item in items):
        return None
    for key in KEYS:
        if all(isinstance(item.get(key), str) for item in items):
            found = [{item[key]: item for item in each} for each in lists]
            if [len(each) for each in found] == [len(each) for each in lists]:
                return found
    return None
