"""Compares two folders of cloud assemblies, environment by environment, and joins what is alike."""

import re
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
    """Changes alike in several environments as one; what is named after its environment has another name there."""
    found: dict[Any, list[ResourceChange]] = {}
    for change in changes:
        alike = found.setdefault(_likeness(change), [])
        other = next((each for each in alike if not each.stacks.keys() & change.stacks.keys()), None)
        if other is None:
            alike.append(change)
        else:
            other.stacks |= change.stacks
            other.elsewhere |= dict.fromkeys(change.stacks, change)
    return [change for alike in found.values() for change in alike]


def _likeness(change: ResourceChange) -> Any:
    own_name = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in change.stacks))

    def anywhere(text: str) -> str:
        return own_name.sub("*", text)

    return (
        anywhere(change.construct_path) or change.logical_id,
        change.resource_type,
        change.change,
        tuple(map(anywhere, change.properties)),
        tuple((reason.severity, anywhere(reason.text), reason.source) for reason in change.reasons),
    )
