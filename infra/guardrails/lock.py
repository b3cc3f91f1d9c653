"""The committed list of stateful logical ids: what exists with data in it, and why the list last changed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Stack
from infra.guardrails.knowledge.stateful import is_stateful

FOLDER = Path(__file__).resolve().parents[2] / "locks"


class LockError(ValueError):
    """A lock file that cannot be read; the message says why."""


@dataclass(frozen=True)
class Lock:
    """Type by logical id by stack name, for one environment."""

    environment: str
    resources: Mapping[str, Mapping[str, str]]
    history: list[dict[str, Any]] = field(default_factory=list)

    def renewed(self, resources: Mapping[str, Mapping[str, str]], *, reason: str, today: date) -> "Lock":
        """The lock after a change made on purpose; the reason and the change join its history."""
        before, after = _flat(self.resources), _flat(resources)
        entry = {
            "date": today.isoformat(),
            "reason": reason,
            "added": sorted(after - before),
            "removed": sorted(before - after),
        }
        return Lock(self.environment, resources, [*self.history, entry])

    def to_json(self) -> str:
        """The committed form."""
        values = {"environment": self.environment, "resources": self.resources, "history": self.history}
        return json.dumps(values, indent=2) + "\n"


def _flat(resources: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {f"{stack}/{logical_id} {kind}" for stack, ids in resources.items() for logical_id, kind in ids.items()}


def stateful_resources(stacks: Iterable[Stack]) -> dict[str, dict[str, str]]:
    """What is to be locked: stateful resources, sorted, in the form of a lock."""
    found: dict[str, dict[str, str]] = {}
    resources = (resource for stack in stacks for resource in stack.resources.values())
    for resource in sorted(resources, key=lambda item: (item.stack.name, item.logical_id)):
        if is_stateful(resource):
            found.setdefault(resource.stack.name, {})[resource.logical_id] = resource.type
    return found


def renew_locks(assembly: Assembly, *, reason: str, today: date, folder: Path = FOLDER) -> list[Lock]:
    """Rewrite the locks of the environments in `assembly` that keep data; return those that changed."""
    changed: list[Lock] = []
    for environment, stacks in _environments(assembly).items():
        before = read_lock(folder / f"{environment}.json")
        after = before.renewed(stateful_resources(stacks), reason=reason, today=today)
        if after.resources != before.resources:
            folder.mkdir(exist_ok=True)
            (folder / f"{environment}.json").write_text(after.to_json())
            changed.append(after)
    return changed


def _environments(assembly: Assembly) -> dict[str, list[Stack]]:
    """Stacks of each environment that keeps its data; a nested stack speaks through its parent."""
    found: dict[str, list[Stack]] = {}
    for stack in assembly.stacks:
        outer = stack
        while outer.parent is not None:
            outer = outer.parent.stack
        policy = outer.groundwork.get("policy")
        if isinstance(policy, dict) and policy.get("retain_data"):
            found.setdefault(str(outer.groundwork.get("environment")), []).append(stack)
    return found


def read_locks(folder: Path = FOLDER) -> dict[str, Lock]:
    """Every committed lock, by environment."""
    return {file.stem: read_lock(file) for file in sorted(folder.glob("*.json"))}


def read_lock(file: Path) -> Lock:
    """One committed lock; an absent file is an empty lock."""
    if not file.is_file():
        return Lock(file.stem, {})
    try:
        values = json.loads(file.read_text())
        return Lock(values["environment"], values["resources"], values["history"])
    except (ValueError, KeyError, TypeError) as error:
        raise LockError(f"{file} is no lock file: {error!r}") from None
