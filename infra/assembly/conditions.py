"""Decides template conditions: true, false, or unknown before the deploy."""

from typing import Any

from infra.assembly.model import Opaque, Stack, Stacks, Target, Text

_MAX_DEPTH = 20


def decide(assembly: Stacks, stack: Stack, expression: Any, *, depth: int = 0) -> bool | None:
    """Whether `expression`, a condition's name or body, holds; None where only the deploy can tell."""
    if isinstance(expression, str):
        expression = (stack.template.get("Conditions") or {}).get(expression)
    if depth > _MAX_DEPTH or not isinstance(expression, dict) or len(expression) != 1:
        return None
    name, argument = next(iter(expression.items()))
    if name == "Condition":
        return decide(assembly, stack, argument, depth=depth + 1)
    if not isinstance(argument, list) or not argument:
        return None
    if name == "Fn::Equals":
        return _equals(*(assembly.resolve(stack, item) for item in argument[:2]))
    parts = [decide(assembly, stack, part, depth=depth + 1) for part in argument]
    return _combine(name, parts)


def _equals(left: Any, right: Any = None) -> bool | None:
    unknown = any(isinstance(side, Opaque | Target | Text) for side in (left, right))
    return None if unknown and left != right else str(left) == str(right)


def _combine(name: str, parts: list[bool | None]) -> bool | None:
    if name == "Fn::Not":
        return None if parts[0] is None else not parts[0]
    if name not in ("Fn::And", "Fn::Or"):
        return None
    decisive = name == "Fn::Or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive
