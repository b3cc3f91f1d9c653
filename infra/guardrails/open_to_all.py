"""Whether a policy statement lets everybody in."""

from typing import Any

from infra.assembly.model import Opaque, Target, Text, describe
from infra.guardrails.addresses import is_world, parse
from infra.guardrails.statements import Statement

NARROWING_KEYS = {
    "aws:principalaccount",
    "aws:principalarn",
    "aws:principalorgid",
    "aws:principalorgpaths",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "aws:sourceorgid",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:userid",
    "elasticfilesystem:accesspointarn",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
    "s3:dataaccesspointarn",
}
"""Condition keys that say who, or from where; others only say how."""

POSITIVE = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike")


def is_open_to_all(statement: Statement) -> bool:
    """Whether an Allow names everybody, without a condition that says who."""
    if not statement.allows:
        return False
    everybody = any(_is_everybody(value) for _, value in statement.principals)
    return (everybody or "NotPrincipal" in statement.body) and not narrows(statement)


def _is_everybody(value: Any) -> bool:
    return "*" in describe(value)


def narrows(statement: Statement) -> bool:
    """Whether a condition limits who may use an Allow."""
    return any(_narrows(operator, key, values) for operator, key, values in statement.conditions)


def _narrows(operator: str, key: str, values: list[Any]) -> bool:
    operator = operator.removeprefix("ForAnyValue:")
    if operator == "IpAddress" and key == "aws:sourceip":
        ranges = [parse(value) for value in values]
        return bool(ranges) and all(found is not None and not is_world(found) for found in ranges)
    if operator == "Bool" and key == "elasticfilesystem:accessedviamounttarget":
        return [str(value).lower() for value in values] == ["true"]
    # `...IfExists` and `ForAllValues:` hold where the key is absent: they narrow nothing.
    return operator in POSITIVE and key in NARROWING_KEYS and bool(values) and all(map(_names_somebody, values))


def _names_somebody(value: Any) -> bool:
    if isinstance(value, Target | Text | Opaque):
        return True
    text = str(value)
    if text.startswith("arn:"):
        return bool("".join(text.split(":")[3:]).replace("*", "").replace("?", "").replace("/", ""))
    return bool(text.replace("*", "").replace("?", ""))
