"""One environment before and after, in one world of undecided conditions: what the rules read and write."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from infra.assembly import Assembly, Resource, Stack
from infra.changes.model import Change, Difference, Reason, ResourceChange
from infra.changes.overlay import REVISIONS
from infra.changes.pairing import Pair, Pairs, pair
from infra.changes.stateful import is_stateful
from infra.changes.values import REFERENCE, differences, label, properties, resource_key, stack_key


@dataclass
class World:
    """Two assemblies, which resource is which, and the changes found so far."""

    base: Assembly
    head: Assembly
    pairs: Pairs
    #: By the identity of the resource before, and of the one after.
    _changes: dict[int, ResourceChange] = field(default_factory=dict)
    _ordered: list[ResourceChange] = field(default_factory=list)

    @classmethod
    def of(cls, base: Assembly, head: Assembly, renames: Mapping[str, str]) -> "World":
        """Join both sides; which resource got another name is the same in every world."""
        return cls(base, head, pair(base, head, renames))

    @property
    def guessed(self) -> bool:
        """Whether a condition was met that the templates do not decide."""
        return self.base.guessed or self.head.guessed

    @property
    def changes(self) -> list[ResourceChange]:
        """Everything found."""
        return self._ordered

    @cached_property
    def same(self) -> list[Pair]:
        """Resources that exist on both sides, under whatever name."""
        return [*self.pairs.kept, *self.pairs.renamed]

    @cached_property
    def revisions(self) -> dict[str, str]:
        """The old key of everything that is immutable by design and got a new one."""
        renamed = [pair for pair in self.pairs.renamed if pair.after.type in REVISIONS]
        return {resource_key(pair.after): resource_key(pair.before) for pair in renamed}

    @cached_property
    def before(self) -> dict[int, Resource]:
        """The old resource by the identity of the new one."""
        return {id(after): before for before, after in self.same}

    @cached_property
    def after(self) -> dict[int, Resource]:
        """The new resource by the identity of the old one."""
        return {id(before): after for before, after in self.same}

    @cached_property
    def base_stacks(self) -> dict[str, Stack]:
        """The old stacks by what identifies them in AWS."""
        return {stack_key(stack): stack for stack in self.base.stacks}

    @cached_property
    def head_stacks(self) -> dict[str, Stack]:
        """The new stacks by what identifies them in AWS."""
        return {stack_key(stack): stack for stack in self.head.stacks}

    def change_of(self, resource: Resource) -> ResourceChange | None:
        """What was found about a resource of either side."""
        return self._changes.get(id(resource))

    def add(self, change: ResourceChange, *resources: Resource) -> ResourceChange:
        """Record a change of `resources`: the one before, the one after, or both."""
        self._ordered.append(change)
        self._changes |= {id(resource): change for resource in resources}
        return change

    def new(self, resource: Resource, change: Change) -> ResourceChange:
        """A change of a resource that has none yet."""
        record = ResourceChange(
            stack=resource.stack.name,
            logical_id=resource.logical_id,
            resource_type=resource.type,
            construct_path=resource.construct_path,
            change=change,
            stateful=is_stateful(resource),
        )
        ends = (self.before.get(id(resource)), resource, self.after.get(id(resource)))
        return self.add(record, *(end for end in ends if end is not None))

    def note(self, resource: Resource, reason: Reason, *properties: str) -> None:
        """Add a reason to the change of a resource; what had none is updated."""
        change = self.change_of(resource) or self.new(resource, Change.UPDATE)
        for name in properties:
            if not any(known == name or known.startswith(f"{name}.") for known in change.properties):
                change.properties.append(name)
        if reason not in change.reasons:
            change.reasons.append(reason)
        change.routine = False

    @cached_property
    def differing(self) -> list[tuple[Resource | None, Resource, list[Difference]]]:
        """Every resource of the new side whose properties differ from before, renames aside; new ones from nothing.

        To be asked once the verdicts are there: what has none does not differ.
        """
        found: list[tuple[Resource | None, Resource, list[Difference]]] = []
        for before, after in self.same:
            if self.change_of(after) is not None and before.type == after.type:
                different = list(differences(properties(before), properties(after, self.pairs.old_names)))
                found += [(before, after, different)] if different else []
        return found + [(None, after, list(differences({}, properties(after)))) for after in self.pairs.added]

    @cached_property
    def _labels(self) -> dict[str, str]:
        sides = [(resource, resource_key(resource)) for resource in self.base.deployed]
        for resource in self.head.deployed:
            key = resource_key(resource)
            sides += [(resource, key), (resource, self.pairs.old_names.get(key, key))]
        return {key: label(resource) for resource, key in sides}

    def readable(self, text: str) -> str:
        """A canonical value as people read it: each reference as the path of the construct that it leads to."""
        return REFERENCE.sub(lambda found: self._labels.get(found[1], found[1].rpartition("/")[2]), text)

    def values(self, resource: Resource) -> Any:
        """The properties of a new resource, where what was only renamed has its old name."""
        return properties(resource, self.pairs.old_names)
