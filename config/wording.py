"""A field's schema in words, for a cell of a table: its type, unit, rule and value."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

UNITS = {
    "_days": "days",
    "_hours": "hours",
    "_minutes": "minutes",
    "_minutes_millions": "million minutes",
    "_seconds": "seconds",
    "_ms": "milliseconds",
    "_mib": "MiB",
    "_gib": "GiB",
    "_gb": "GB",
    "_percent": "percent",
    "_usd": "USD",
    "_thousands": "thousands",
    "_millions": "millions",
    "_per_second": "per second",
    "_per_day": "per day",
    "_per_5_minutes": "per 5 minutes",
}
"""What the end of a field's name says about its unit; the longest end counts. A number without one is a count."""

TYPES = {"string": "`str`", "integer": "`int`", "number": "`float`", "boolean": "`bool`", "null": "`None`"}
BOUNDS = {"imum": "", "Length": " characters", "Items": " items", "Properties": " items"}

LARGE = 10_000
"""From here on digits are grouped."""

Schema = Mapping[str, Any]


def unit(field: str) -> str:
    """The unit in a field's name."""
    return next((UNITS[end] for end in sorted(UNITS, key=len, reverse=True) if field.endswith(end)), "")


def type_(schema: Schema, link: Callable[[str], str]) -> str:
    """The Python type to write; `link` makes a link to the table of a section."""
    if "anyOf" in schema:
        return " or ".join(type_(choice, link) for choice in schema["anyOf"])
    if "$ref" in schema:
        return link(schema["$ref"].rpartition("/")[2])
    if schema["type"] == "array":
        return f"`tuple` of {type_(schema['items'], link)}"
    if schema["type"] == "object":
        return f"`dict` of {type_(schema['additionalProperties'], link)}"
    return TYPES[schema["type"]]


def rule(schema: Schema) -> str:
    """What a value must be, beside its type."""
    return "; ".join(filter(None, _rules(schema)))


def _rules(schema: Schema) -> Iterator[str]:
    yield from (rule(choice) for choice in schema.get("anyOf", ()))
    yield schema.get("rule", "")
    yield ", ".join(value(choice) for choice in schema.get("enum", ()))
    yield from (_bounds(schema, kind, noun) for kind, noun in BOUNDS.items())
    for each, part in {"each": "items", "keys": "propertyNames", "values": "additionalProperties"}.items():
        if part in schema and (inner := rule(schema[part])):
            yield f"{each}: {inner}"


def _bounds(schema: Schema, kind: str, noun: str) -> str:
    low, high = schema.get(f"min{kind}"), schema.get(f"max{kind}")
    if kind == "imum" and "exclusiveMinimum" in schema:
        return f"more than {value(schema['exclusiveMinimum'])}, at most {value(high)}"
    if low is not None and high is not None:
        return f"{value(low)} to {value(high)}{noun}"
    if low is not None:
        return f"at least {value(low)}{noun}"
    return f"at most {value(high)}{noun}" if high is not None else ""


def value(given: Any) -> str:
    """The value as a person reads it."""
    if given is None or given in ([], {}):
        return "none"
    if isinstance(given, list):
        return ", ".join(map(value, given))
    if isinstance(given, int | float) and not isinstance(given, bool):
        return f"{given:,}".removesuffix(".0") if given >= LARGE else f"{given:g}"
    return f"`{given}`"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |\n" for row in lines)
