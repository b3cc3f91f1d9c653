"""Decides what IAM would, for a role with a permissions boundary: a test's own second opinion."""

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

Statement = Mapping[str, Any]
Request = Mapping[str, str]
"""Keys of the request's context, such as aws:RequestedRegion."""


def allowed(
    action: str, resource: str, request: Request, *, policies: Iterable[Statement], boundary: Iterable[Statement]
) -> bool:
    """Whether `policies` and `boundary` both allow it and neither denies it."""
    return all(_decision(list(said), action, resource, request) for said in (policies, boundary))


def _decision(statements: list[Statement], action: str, resource: str, request: Request) -> bool:
    effects = {
        statement["Effect"]
        for statement in statements
        if _covers(statement, "Action", action.lower(), str.lower)
        and _covers(statement, "Resource", resource, str)
        and _holds(statement.get("Condition", {}), request)
    }
    return effects == {"Allow"}


def _covers(statement: Statement, element: str, value: str, fold: Any) -> bool:
    """Whether `Action` has it, or `NotAction` has not."""
    inverted = f"Not{element}"
    patterns = listed(statement[inverted] if inverted in statement else statement[element])
    return any(fnmatchcase(value, fold(pattern)) for pattern in patterns) != (inverted in statement)


def _holds(conditions: Mapping[str, Mapping[str, Any]], request: Request) -> bool:
    return all(
        _meets(operator, request.get(key), listed(wanted))
        for operator, pairs in conditions.items()
        for key, wanted in pairs.items()
    )


def _meets(operator: str, value: str | None, wanted: list[str]) -> bool:
    """Compare as IAM does: a negated operator is also met by a key that the request does not have."""
    if operator not in ("StringEquals", "StringNotEquals", "StringLike", "ArnLike", "ArnNotLike"):
        raise NotImplementedError(operator)
    same = value is not None and any(
        value == one if operator.endswith("Equals") else fnmatchcase(value, one) for one in wanted
    )
    return same != ("Not" in operator)


def listed(value: Any) -> list[Any]:
    """A list of one, where the policy has just the one."""
    return value if isinstance(value, list) else [value]
