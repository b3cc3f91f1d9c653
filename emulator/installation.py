"""Turns stock ministack into the emulator: more resource types, completed handlers, the fixes."""

from typing import Any

from emulator import fixes, limits, schemas
from emulator import handlers as _handlers  # noqa: F401 (registers them)
from emulator import ministack_internals as ministack
from emulator.handler import COMPLETIONS, HANDLERS, complete, entry
from emulator.placeholders import Placeholder

_placeholders: set[str] = set()


class MinistackMovedError(Exception):
    """The installed ministack lacks private names that the emulator uses."""


def install() -> None:
    """Add to ministack's tables, in this process.

    Raises:
        MinistackMovedError: the installed ministack is not the one that the emulator was written for.
    """
    if problems := ministack.moved():
        raise MinistackMovedError("; ".join(problems))
    table = ministack.HANDLERS.get()
    for resource_type, handler in HANDLERS.items():
        table[resource_type] = entry(resource_type, handler)
    for resource_type, completion in COMPLETIONS.items():
        complete(table[resource_type], completion)
    for apply in fixes.ALL:
        apply()
    for resource_type in schemas.types():
        if resource_type not in table and resource_type.startswith("AWS::"):
            table[resource_type] = entry(resource_type, Placeholder())
            _placeholders.add(resource_type)
    calls_back = set(HANDLERS) | set(COMPLETIONS) | {"AWS::CloudWatch::Alarm"}
    ministack.replace(ministack.OFF_THE_LOOP, lambda stock_says: lambda kind: kind in calls_back or stock_says(kind))


def resources(stack: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the resources of a stack's record: id, type, and what does not happen for it, if anything."""
    return [
        {
            "logical_id": logical_id,
            "type": record["ResourceType"],
            "physical_id": record["PhysicalResourceId"],
            "limit": limits.of(
                record["ResourceType"],
                record.get("Properties") or {},
                placeholder=record["ResourceType"] in _placeholders,
            ),
        }
        for logical_id, record in stack.get("_resources", {}).items()
    ]
