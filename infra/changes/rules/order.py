"""The order of a listener's rules: one that asks nobody, moved before one that authenticates, answers in its place."""

from collections.abc import Iterator, Mapping
from itertools import groupby, product
from typing import Any

from infra.assembly import Resource
from infra.assembly.values import listed, number
from infra.changes.model import Reason, Severity
from infra.changes.rules.patterns import includes
from infra.changes.world import World

RULES = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html"
KIND = "AWS::ElasticLoadBalancingV2::ListenerRule"
_ASKING = ("authenticate-oidc", "authenticate-cognito", "jwt-validation")
#: Where a condition may keep its values, besides `Values`.
_CONFIG = "Config"


def keep_order(world: World) -> None:
    """Add a reason to every rule that now lets in, unasked, whom a later rule would have asked."""
    rules = [rule for rule in world.head.of_type(KIND) if number(rule.get("Priority")) is not None]
    if not any(world.change_of(rule) for rule in rules):
        return
    shown = sorted(((str(world.values(rule).get("ListenerArn")), rule) for rule in rules), key=lambda pair: pair[0])
    for _, group in groupby(shown, key=lambda pair: pair[0]):
        own = [rule for _, rule in group]
        for first, guarded in product(own, own):
            if _is_open(first) and _asks(guarded) and _before(first, guarded):
                _compare(world, first, guarded)


def _compare(world: World, first: Resource, guarded: Resource) -> None:
    was, asked = world.before.get(id(first)), world.before.get(id(guarded))
    if asked is None or not _asks(asked):
        return  # nobody was asked before, either
    if was is not None and _is_open(was) and _before(was, asked) and _meet(was, asked):
        return
    if not _meet(first, guarded):
        return
    verb = "answers" if _covers(first, guarded) else "may answer"
    text = (
        f"Nobody asks who is calling: the rule now {verb} before {guarded.logical_id}, which authenticates "
        f"(priority {first.get('Priority')} against {guarded.get('Priority')})."
    )
    moved = first if world.change_of(first) is not None else guarded
    world.note(moved, Reason(Severity.HIGH, text, RULES), "Priority")


def _before(one: Resource, two: Resource) -> bool:
    first, second = number(one.get("Priority")), number(two.get("Priority"))
    return first is not None and second is not None and first < second


def _kinds(rule: Resource) -> list[Any]:
    return [action.get("Type") for action in listed(rule.get("Actions")) if isinstance(action, dict)]


def _asks(rule: Resource) -> bool:
    return any(kind in _ASKING for kind in _kinds(rule))


def _is_open(rule: Resource) -> bool:
    return "forward" in _kinds(rule) and not _asks(rule)


def _conditions(rule: Resource) -> Iterator[tuple[str, list[str]]]:
    for condition in listed(rule.get("Conditions")):
        if isinstance(condition, Mapping):
            config = next((value for key, value in condition.items() if key.endswith(_CONFIG)), condition)
            config = config if isinstance(config, Mapping) else {}
            field = f"{condition.get('Field')} {config.get('HttpHeaderName', '')}"
            yield field, [value.lower() if isinstance(value, str) else "*" for value in listed(config.get("Values"))]


def _covers(outer: Resource, inner: Resource) -> bool:
    """Whether every request that meets the conditions of `inner` meets those of `outer`, as far as can be told."""
    known = dict(_conditions(inner))
    return all(
        all(any(includes(pattern, value) for pattern in values) for value in known.get(field) or ("*",))
        for field, values in _conditions(outer)
    )


def _meet(one: Resource, two: Resource) -> bool:
    """Whether a request may meet the conditions of both."""
    known = dict(_conditions(two))
    return all(
        field not in known or any(_overlap(a, b) for a, b in product(values, known[field]))
        for field, values in _conditions(one)
        if not field.startswith(("source-ip", "query-string"))  # in doubt they do
    )


def _overlap(one: str, two: str) -> bool:
    if includes(one, two) or includes(two, one):
        return True
    if not all(any(star in text for star in "*?") for text in (one, two)):
        return False
    heads, tails = ([_literal(text[::step]) for text in (one, two)] for step in (1, -1))
    return all(a.startswith(b) or b.startswith(a) for a, b in (heads, tails))


def _literal(pattern: str) -> str:
    """What stands before the first wildcard."""
    return pattern.replace("?", "*").partition("*")[0]
