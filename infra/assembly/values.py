"""Reads resolved values: flags, numbers and lists, however a template writes them."""

from typing import Any


def is_true(value: Any) -> bool:
    """Whether a flag is on; what cannot be known before the deploy is not."""
    return value is True or (isinstance(value, str) and value.lower() in ("true", "1"))


def is_false(value: Any) -> bool:
    """Whether a flag is off, written out."""
    return value is False or (isinstance(value, str) and value.lower() in ("false", "0"))


def number(value: Any) -> float | None:
    """A number, also where it is written as a string; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value
    try:
        return float(value) if isinstance(value, str) else None
    except ValueError:
        return None


def at_least(value: Any, minimum: float) -> bool:
    """Whether `value` is known and not below `minimum`."""
    found = number(value)
    return found is not None and found >= minimum


def listed(value: Any) -> list[Any]:
    """A list as it is, nothing as an empty one, anything else as a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def mapping(value: Any) -> dict[str, Any]:
    """An object as it is, anything else as an empty one."""
    return value if isinstance(value, dict) else {}


def at(value: Any, path: str) -> list[Any]:
    """Every value at a dotted path; `*` stands for each item of a list. Lists at the end are flattened."""
    here = [value]
    for key in path.split("."):
        if key == "*":
            here = [item for found in here for item in listed(found)]
        else:
            here = [found[key] for found in here if isinstance(found, dict) and key in found]
    return [item for found in here for item in listed(found)]


def keyed(value: Any) -> dict[str, Any]:
    """A list of {Key, Value} pairs (tags, attributes) as an object."""
    pairs = map(mapping, value if isinstance(value, list) else ())
    return {pair["Key"]: pair.get("Value") for pair in pairs if isinstance(pair.get("Key"), str)}
