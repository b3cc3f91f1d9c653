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
            names = depends if isinstance(depends, list) else [depends]
            yield from (name for name in names if isinstance(name, str))
        if len(value) == 1:
            yield from _function(*next(iter(value.items())))
        for item in value.values():
            yield from _names(item)


def _function(name: str, argument: Any) -> Iterator[str]:
    if name == "Ref" and isinstance(argument, str):
        yield argument
    elif name == "Fn::GetAtt":
        parts = argument.split(".") if isinstance(argument, str) else argument
        if isinstance(parts, list) and parts and isinstance(parts[0], str):
            yield parts[0]
    elif name == "Fn::Sub":
        text, own = _template(argument)
        for match in _SUBSTITUTION.finditer(text):
            variable = match.group(1).strip().split(".")[0]
            if variable not in own:
                yield variable


def _template(argument: Any) -> tuple[str, dict[str, Any]]:
    """The text of a Fn::Sub, and the variables that it brings along."""
    text, *rest = argument if isinstance(argument, list) and argument else [argument]
    own = rest[0] if rest and isinstance(rest[0], dict) else {}
    return (text if isinstance(text, str) else ""), own
