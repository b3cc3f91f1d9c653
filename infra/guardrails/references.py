"""The names that a template's expressions use, without resolving them."""

import re
from collections.abc import Iterator
from typing import Any

_SUBSTITUTION = re.compile(r"\$\{([^!}][^}]*)\}")


def dangling(value: Any, known: set[str]) -> Iterator[str]:
    """Names that `value` refers to and `known` does not have."""
    for name in _names(value):
        if name not in known and not name.startswith("AWS::"):
            yield name


def _names(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, dict):
        depends = value.get("DependsOn")
        if "Type" in value and depends:
            yield from [depends] if isinstance(depends, str) else depends
        if len(value) == 1:
            yield from _function(*next(iter(value.items())))
        for item in value.values():
            yield from _names(item)


def _function(name: str, argument: Any) -> Iterator[str]:
    if name == "Ref" and isinstance(argument, str):
        yield argument
    elif name == "Fn::GetAtt":
        first = argument.split(".")[0] if isinstance(argument, str) else argument[0]
        if isinstance(first, str):
            yield first
    elif name == "Fn::Sub":
        text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
        for match in _SUBSTITUTION.finditer(text if isinstance(text, str) else ""):
            variable = match.group(1).strip().split(".")[0]
            if variable not in own:
                yield variable
