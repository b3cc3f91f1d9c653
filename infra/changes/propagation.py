"""A replaced resource has a new id: whoever refers to it is updated, or replaced in turn where that is create-only."""

from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from infra.assembly import Opaque, Resource, Target, Text
from infra.changes.consequences import reason_for
from infra.changes.model import Change, Reason, Severity
from infra.changes.schemas import Replaces
from infra.changes.verdicts import answer_for
from infra.changes.world import World

_STRENGTH = {Change.UPDATE: 0, Change.MAY_REPLACE: 1, Change.REPLACE: 2}
Mentions = dict[int, list[tuple[Resource, tuple[str, ...]]]]


def propagate(world: World) -> None:
    """Follow every replacement to the resources that depend on it, and theirs."""
    pending = deque(
        after
        for before, after in world.pairs.kept
        if (change := world.change_of(after)) and change.change in (Change.REPLACE, Change.MAY_REPLACE)
    )
    mentions = _mentions(world) if pending else {}
    while pending:
        replaced = pending.popleft()
        for dependent, path in mentions.get(id(replaced), ()):
            if dependent is not replaced and _follow(world, replaced, dependent, path):
                pending.append(dependent)


def _mentions(world: World) -> Mentions:
    found: Mentions = defaultdict(list)
    for _, after in world.pairs.kept:
        for path, target in _targets(after.resolved, ()):
            found[id(target.resource)].append((after, path))
    return found


def _targets(value: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Target]]:
    if isinstance(value, Target):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _targets(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _targets(item, (*path, str(index)))
    elif isinstance(value, Text):
        for part in value.parts:
            yield from _targets(part, path)
    elif isinstance(value, Opaque):
        for target in value.mentions:
            yield path, target


def _follow(world: World, replaced: Resource, dependent: Resource, path: tuple[str, ...]) -> bool:
    """Whether the dependent is replaced in turn, and was not before."""
    origin, change = world.change_of(replaced), world.change_of(dependent)
    answer = answer_for(dependent, path)
    name = ".".join(answer.path)
    certain = origin is not None and origin.change is Change.REPLACE
    verb = "is" if certain else "may be"
    if answer.replaces is Replaces.NO:
        if change is None or (change.change is Change.UPDATE and name not in change.properties):
            text = f"{replaced.logical_id} {verb} replaced: {name} gets its new id."
            world.note(dependent, Reason(Severity.LOW, text), name)
            if origin is not None and origin.routine and change is None and (new := world.change_of(dependent)):
                new.routine = True
        return False
    verdict = Change.REPLACE if certain and answer.replaces is Replaces.YES else Change.MAY_REPLACE
    if change is not None and _STRENGTH.get(change.change, 2) >= _STRENGTH[verdict]:
        return False
    change = change or world.new(dependent, verdict)
    change.change, change.routine = verdict, False
    change.properties = list(dict.fromkeys((name, *change.properties)))
    reason = reason_for(verdict, dependent, properties=[name], source=answer.source)
    text = f"{replaced.logical_id} {verb} replaced, and {reason.text}"
    change.reasons.append(Reason(reason.severity, text, reason.source))
    return True
