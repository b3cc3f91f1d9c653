"""From the stacks of one environment, before and after, to its changes: verdicts, propagation, rules, in each world."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from infra.assembly import Assembly, StackSource
from infra.changes.exports import judge_exports
from infra.changes.model import MAYBE, Change, Reason, ResourceChange, Severity
from infra.changes.naming import judge_names
from infra.changes.pairing import find_renames
from infra.changes.propagation import propagate
from infra.changes.rules import RULES
from infra.changes.stack_level import judge_conditions, judge_stacks
from infra.changes.verdicts import judge
from infra.changes.world import World

_DESTRUCTIVE = (
    Change.CREATE,
    Change.UPDATE,
    Change.RETAIN,
    Change.MAY_REPLACE,
    Change.REPLACE,
    Change.DESTROY_SNAPSHOT,
    Change.DESTROY,
    Change.RENAME,
)


def changes_between(base: list[StackSource], head: list[StackSource]) -> list[ResourceChange]:
    """Every change of one environment, each resource once."""
    found: dict[tuple[str, ...], list[ResourceChange]] = {}
    worlds = list(_worlds(base, head))
    for world in worlds:
        for change in world.changes:
            found.setdefault((change.stack, change.logical_id, change.construct_path), []).append(change)
    merged = [_merged(each, len(worlds)) for each in found.values()]
    arrived = {(each.new_stack or each.stack, each.new_logical_id) for each in merged if each.new_logical_id}
    return [each for each in merged if each.change is not Change.CREATE or (each.stack, each.logical_id) not in arrived]


def _worlds(base: list[StackSource], head: list[StackSource]) -> Iterator[World]:
    """What changes, for either answer to the conditions that the templates leave open, or leave to a parameter."""
    renames = find_renames(Assembly(base), Assembly(head))

    def world(base: list[StackSource], head: list[StackSource], *, undecided: bool) -> World:
        return _judged(World.of(Assembly(base, undecided=undecided), Assembly(head, undecided=undecided), renames))

    usual = world(base, head, undecided=True)
    yield _told(usual, usual)
    if usual.guessed:
        yield _told(world(base, head, undecided=False), usual)
    flipped = _flipped(base, head)
    if flipped or any(_deciding(source) for source in (*base, *head)):
        open_base, open_head = ([_undecided(source, flipped) for source in side] for side in (base, head))
        for answer in (True, False):
            yield _told(world(open_base, open_head, undecided=answer), usual)


def _told(world: World, usual: World) -> World:
    """With what happens to the stacks as their templates are: a world that leaves parameters open knows no default."""
    judge_stacks(world, usual)
    return world


def _judged(world: World) -> World:
    judge(world)
    propagate(world)
    judge_names(world)
    for rule in RULES:
        rule(world)
    judge_exports(world)
    judge_conditions(world)
    return world


def _deciding(source: StackSource) -> set[str]:
    """Parameters with a default that conditions ask for: whoever deploys may give another value."""
    parameters = source.template.get("Parameters") or {}
    asked = set(_references(source.template.get("Conditions")))
    return {name for name in asked & parameters.keys() if "Default" in parameters[name]}


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("Ref"), str):
            yield value["Ref"]
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _flipped(base: list[StackSource], head: list[StackSource]) -> set[tuple[str, str]]:
    """Stack and name of each parameter that gets another default: what is deployed may keep the value it has."""
    old, new = (
        {
            (source.name, name): declared["Default"]
            for source in side
            for name, declared in (source.template.get("Parameters") or {}).items()
            if isinstance(declared, dict) and "Default" in declared
        }
        for side in (base, head)
    )
    return {key for key in old.keys() & new.keys() if old[key] != new[key]}


def _undecided(source: StackSource, flipped: set[tuple[str, str]]) -> StackSource:
    """The same stack without the defaults that would decide its conditions, and without those that change."""
    names = _deciding(source) | {name for stack, name in flipped if stack == source.name}
    parameters = {
        name: {key: value for key, value in declared.items() if key != "Default" or name not in names}
        for name, declared in (source.template.get("Parameters") or {}).items()
    }
    return replace(source, template={**source.template, "Parameters": parameters})


def _rank(change: ResourceChange) -> int:
    return _DESTRUCTIVE.index(change.change)


def _merged(alternatives: list[ResourceChange], worlds: int) -> ResourceChange:
    """One change out of what it is in each world: the worst, and only possible where it is not so in all of them."""
    worst = max(alternatives, key=lambda change: (bool(change.new_logical_id), change.severity, _rank(change)))
    if worst.change is Change.REPLACE and (
        len({each.change for each in alternatives}) > 1 or len(alternatives) < worlds
    ):
        worst.change = Change.MAY_REPLACE
    often = Counter(reason for change in alternatives for reason in set(change.reasons))
    reasons = dict.fromkeys(reason for change in (worst, *alternatives) for reason in change.reasons)
    worst.reasons = [reason if often[reason] == worlds else _possible(reason) for reason in reasons]
    for other in alternatives:
        worst.properties += [name for name in other.properties if name not in worst.properties]
        worst.routine = worst.routine and other.routine
    return worst


def _possible(reason: Reason) -> Reason:
    """A reason that holds in some worlds only; one of no consequence needs no such care."""
    if reason.severity is Severity.LOW or reason.text.startswith(MAYBE):
        return reason
    return reason._replace(text=f"{MAYBE} {reason.text}")
