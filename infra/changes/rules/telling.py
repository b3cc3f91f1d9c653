"""Tells who may do more: what one principal gets by one change is one sentence."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from infra.assembly import Resource
from infra.changes.model import Reason, Severity
from infra.changes.rules.grants import Grant
from infra.changes.values import label
from infra.changes.world import World

IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"
_LISTED = 4
#: A condition by which a statement for everybody names whom it means.
_PRINCIPAL = "aws:principalarn"
_NAMING = ("ArnEquals", "ArnLike", "StringEquals", "StringLike")


class More(NamedTuple):
    """What a statement lets through and none did before."""

    resource: Resource
    property: str
    severity: Severity
    who: str
    actions: tuple[str, ...]
    where: str
    #: The conditions under which it does, and those that it had and has no more.
    limits: str
    lifted: str


def describe(
    grant: Grant, added: Sequence[Grant], known: Sequence[Grant], resource: Resource, severity: Severity
) -> More:
    """The atoms of a grant that are new, in words; `known` are the grants that its holder had."""
    written = {action.lower(): action for action in grant.statement.actions}
    actions = tuple(written.get(each, each) for each in _once(atom.actions.patterns for atom in added))
    if grant.actions.negated:
        actions = (f"everything but {shown(actions)}",)
    keys = {key: key for _, key in grant.conditions}
    where = ""
    if grant.statement.kind in ("trust", "resource"):
        principals = _once(atom.principals.patterns for atom in added)
        named = [value for (op, key), values in grant.conditions.items() if _names(op, key) for value in values]
        if named and principals == ["*:*"]:
            principals = [f"AWS:{value}" for value in named]
            keys.pop(_PRINCIPAL)
        who = shown("Everybody" if each == "*:*" else _plain(each) for each in principals)
    else:
        where = shown(_once(atom.resources.patterns for atom in added))
        who = label(grant.owner) if grant.owner is not None else grant.holder.partition(" ")[2].rpartition("/")[2]
    return More(
        resource, property_of(grant, resource), severity, who, actions, where, ", ".join(keys), _lifted(grant, known)
    )


def tell(world: World, found: Sequence[More]) -> None:
    """Add one reason for each principal, resource and severity."""
    groups: dict[tuple[int, Severity, str, str], list[More]] = {}
    for more in found:
        groups.setdefault((id(more.resource), more.severity, more.who, more.lifted), []).append(more)
    for (_, severity, who, lifted), each in groups.items():
        parts: dict[str, list[str]] = {}
        for more in each:
            on = f" on {more.where}" if more.where else ""
            under = f", under conditions on {more.limits}" if more.limits else ""
            parts.setdefault(f"{on}{under}", []).extend(more.actions)
        may = [f"{shown(dict.fromkeys(actions))}{rest}" for rest, actions in parts.items()]
        rest = f"; and {len(may) - _LISTED} more such" if len(may) > _LISTED else ""
        lead = f"The condition on {lifted} goes: " if lifted else ""
        text = world.readable(f"{lead}{who} may now {'; '.join(may[:_LISTED])}{rest}.")
        for name in dict.fromkeys(more.property for more in each):
            world.note(each[0].resource, Reason(severity, text, IAM), name)


def shown(patterns: Iterable[str]) -> str:
    """The first few of a list."""
    found = list(patterns)
    more = len(found) - _LISTED
    return ", ".join(found[:_LISTED]) + (f" and {more} more" if more > 0 else "")


def property_of(grant: Grant, resource: Resource) -> str:
    """The property of a resource that says so; of a holder whose policy stands elsewhere, its policies."""
    return grant.statement.place.split(".")[0].split("[")[0] if resource is grant.statement.resource else "Policies"


def _once(patterns: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(pattern for some in patterns for pattern in some))


def _names(operator: str, key: str) -> bool:
    return key == _PRINCIPAL and operator.rpartition(":")[2] in _NAMING


def _plain(principal: str) -> str:
    """Whom a principal names, without the kind that it is."""
    return principal.partition(":")[2]


def _lifted(grant: Grant, known: Sequence[Grant]) -> str:
    """The conditions that an old statement of the same content had, and this one has not."""
    for each in known:
        if (each.actions, each.resources, each.principals) == (grant.actions, grant.resources, grant.principals):
            gone = [key for (operator, key) in each.conditions if (operator, key) not in grant.conditions]
            if gone and grant.conditions.keys() <= each.conditions.keys():
                body = each.statement.body.get("Condition") or {}
                written = {key.lower(): key for pairs in body.values() for key in pairs}
                return ", ".join(dict.fromkeys(written.get(key, key) for key in gone))
    return ""
