"""Physical names that a replacement cannot have: its own, which the old resource still has, or that of another one."""

from collections.abc import Sequence

from infra.assembly import Resource, targets_in
from infra.changes import schemas
from infra.changes.model import Change, Reason, Severity
from infra.changes.pairing import collisions, name_taken, names_taken
from infra.changes.world import World

_REPLACED = (Change.REPLACE, Change.MAY_REPLACE)


def judge_names(world: World) -> None:
    """Add a reason to everything that is replaced under a name that is taken. To be asked after the propagation."""
    replaced = [
        (before, after, change)
        for before, after in world.pairs.kept
        if (change := world.change_of(after)) and change.change in _REPLACED and before.type == after.type
    ]
    taken = names_taken(world.base.deployed) if replaced else {}
    for before, after, change in replaced:
        kept = collisions(before, after)
        if kept and not _is_about_replaced(world, after, kept):
            change.reasons.append(_stays(change.change, kept))
        elif (found := name_taken(after, taken)) and found[0] is not before:
            holder, name = found
            text = f"{name} is that of {holder.logical_id}, which still has it when the new resource is made."
            change.reasons.append(_fails(change.change, text))


def stay(names: Sequence[str]) -> str:
    """The verb that fits."""
    return "stays" if len(names) == 1 else "stay"


def _is_about_replaced(world: World, resource: Resource, names: Sequence[str]) -> bool:
    """Whether a part of the name is the id of something that is replaced as well, so that it is another name."""
    targets = (target for name in names for target in targets_in(resource.get(*name.split("/"))))
    changes = (world.change_of(target.resource) for target in targets)
    return any(change is not None and change.change is Change.REPLACE for change in changes)


def _stays(change: Change, names: Sequence[str]) -> Reason:
    certain = "so the new resource cannot be made beside the old" if change is Change.REPLACE else ""
    text = f"{', '.join(names)} {stay(names)} the same"
    return _fails(change, f"{text}, {certain}." if certain else f"{text}.")


def _fails(change: Change, text: str) -> Reason:
    if change is Change.REPLACE:
        return Reason(Severity.CRITICAL, f"The deploy fails: {text}", schemas.CUSTOM_NAMES)
    return Reason(Severity.MEDIUM, f"If it is replaced, the deploy fails: {text}", schemas.CUSTOM_NAMES)
