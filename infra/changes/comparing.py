"""Compares two folders of cloud assemblies, environment by environment, and joins what is alike."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from infra.changes.engine import changes_between
from infra.changes.environments import Environments, read_both
from infra.changes.model import Report, ResourceChange


def compare(base: Path, head: Path, environments: Sequence[str] | None = None) -> Report:
    """What deploying `head` does to what `base` deployed, in the environments named, or in all of them."""
    return between(*read_both(base, head, environments))


def between(before: Environments, after: Environments) -> Report:
    """The same for stacks that were read already."""
    names = list(dict.fromkeys((*before, *after)))
    found: list[ResourceChange] = []
    for name in names:
        for change in changes_between(before.get(name, []), after.get(name, [])):
            change.stacks = {name: change.stack}
            found.append(change)
    return Report(
        environments=names,
        changes=sorted(_joined(found), key=lambda change: change.rank),
        added_environments=[name for name in names if name not in before],
        removed_environments=[name for name in names if name not in after],
    )


def _joined(changes: Iterable[ResourceChange]) -> list[ResourceChange]:
    """Changes alike in several environments as one; where the stack has another name there, it is the same one."""
    found: dict[Any, list[ResourceChange]] = {}
    for change in changes:
        alike = found.setdefault(_likeness(change), [])
        other = next((each for each in alike if not each.stacks.keys() & change.stacks.keys()), None)
        if other is None:
            alike.append(change)
        else:
            other.stacks |= change.stacks
    return [change for alike in found.values() for change in alike]


def _likeness(change: ResourceChange) -> Any:
    return (
        change.construct_path,
        change.logical_id,
        change.new_logical_id,
        change.resource_type,
        change.change,
        tuple(change.properties),
        tuple(change.reasons),
    )
