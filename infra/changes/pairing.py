"""Finds which resource of the new assembly is which of the old one: by logical id, or renamed, or moved."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from infra.assembly import Assembly, Opaque, Resource, Stack, Target, Text
from infra.changes import overlay, schemas
from infra.changes.values import canonical, resource_key

#: Types whose names are one space.
_SHARED_NAMES = {"AWS::DynamoDB::GlobalTable": "AWS::DynamoDB::Table"}
#: Below this share of equal properties, two resources of one type are not the same thing renamed.
_ALIKE = 0.6
#: Comparing everything with everything is pointless where a whole application was exchanged.
_MOST_PAIRS = 20_000
_SOME = 100
_UNTELLING = ("Tags", "TagList", "HostedZoneTags")


class Pair(NamedTuple):
    """A resource before and after."""

    before: Resource
    after: Resource


@dataclass
class Pairs:
    """Every resource of both assemblies, exactly once."""

    kept: list[Pair] = field(default_factory=list)
    renamed: list[Pair] = field(default_factory=list)
    removed: list[Resource] = field(default_factory=list)
    added: list[Resource] = field(default_factory=list)

    @cached_property
    def old_names(self) -> dict[str, str]:
        """The old key of every resource that got a new one."""
        return {resource_key(after): resource_key(before) for before, after in self.renamed}


def pair(base: Assembly, head: Assembly, renames: Mapping[str, str]) -> Pairs:
    """Join the deployed resources of two assemblies; `renames` gives the old key of those that have a new one."""
    old, new = _by_key(base.deployed), _by_key(head.deployed)
    pairs = Pairs(kept=[Pair(old[key], new[key]) for key in old if key in new])
    both = [(before, after) for after, before in renames.items() if before in old and after in new]
    pairs.renamed = [Pair(old[before], new[after]) for before, after in both]
    gone, come = {before for before, _ in both}, {after for _, after in both}
    pairs.removed = [resource for key, resource in old.items() if key not in new and key not in gone]
    pairs.added = [resource for key, resource in new.items() if key not in old and key not in come]
    return pairs


def find_renames(base: Assembly, head: Assembly) -> dict[str, str]:
    """The old key of each resource that looks like one that is gone, under another id or in another stack."""
    old, new = _by_key(base.resources), _by_key(head.resources)
    removed = [resource for key, resource in old.items() if key not in new]
    added = [resource for key, resource in new.items() if key not in old]
    found = _renames(removed, added, old.keys() & new.keys())
    return {resource_key(renamed.after): resource_key(renamed.before) for renamed in found}


def _by_key(resources: Iterable[Resource]) -> dict[str, Resource]:
    found: dict[str, Resource] = {}
    for resource in resources:
        found.setdefault(resource_key(resource), resource)
    return found


class _Candidate:
    """A resource that exists on one side, in the form in which it can be recognised."""

    def __init__(self, resource: Resource, kept: set[str]) -> None:
        self.resource = resource
        shape = _anonymous(resource.resolved, resource.stack, kept)
        self.leaves = frozenset(_leaves({key: shape[key] for key in shape if key not in _UNTELLING}))
        self.group = (resource.type, resource.stack.account, resource.stack.region)
        self.names = identities(resource)

    def likeness(self, other: "_Candidate") -> float:
        """How much of the two resources is equal, from 0 to 1; explicit names that differ tell them apart."""
        if any(self.names.get(key, value) != value for key, value in other.names.items() if len(key) == 1):
            return 0.0
        if any(self.names.get(key) == value for key, value in other.names.items()):
            return 1.0
        total = len(self.leaves) + len(other.leaves)
        return 2 * len(self.leaves & other.leaves) / total if total else 1.0

    def nearness(self, other: "_Candidate") -> float:
        """How much of the two construct paths is equal, from 0 to 1: decides between equals."""
        ours, theirs = (each.resource.construct_path.split("/") for each in (self, other))
        shared = sum(1 for one, two in zip(ours, theirs, strict=False) if one == two)
        shared += sum(1 for one, two in zip(ours[::-1], theirs[::-1], strict=False) if one == two)
        return shared / (len(ours) + len(theirs))


def _renames(removed: list[Resource], added: list[Resource], kept: set[str]) -> Iterator[Pair]:
    groups: dict[tuple[str, str, str], tuple[list[_Candidate], list[_Candidate]]] = {}
    for side, resources in enumerate((removed, added)):
        for resource in resources:
            candidate = _Candidate(resource, kept)
            groups.setdefault(candidate.group, ([], []))[side].append(candidate)
    for old, new in groups.values():
        for some, others in [(old, new)] if len(old) * len(new) <= _MOST_PAIRS else _equals(old, new):
            yield from _matches(some, others)


def _equals(
    old: list["_Candidate"], new: list["_Candidate"]
) -> Iterator[tuple[list["_Candidate"], list["_Candidate"]]]:
    """Those that say the same, where there are too many to compare everything with everything."""
    alike: dict[frozenset[tuple[str, str]], tuple[list[_Candidate], list[_Candidate]]] = {}
    for side, candidates in enumerate((old, new)):
        for candidate in candidates:
            alike.setdefault(candidate.leaves, ([], []))[side].append(candidate)
    yield from ((some[:_SOME], others[:_SOME]) for some, others in alike.values())


def _matches(old: list[_Candidate], new: list[_Candidate]) -> Iterator[Pair]:
    """The best pairs first, each resource once."""
    scored = (
        (likeness, one.nearness(two), -index, one, two)
        for index, one in enumerate(old)
        for two in new
        if (likeness := one.likeness(two)) >= _ALIKE
    )
    taken: set[int] = set()
    for _, _, _, one, two in sorted(scored, key=lambda row: row[:3], reverse=True):
        if not taken.intersection((id(one), id(two))):
            taken |= {id(one), id(two)}
            yield Pair(one.resource, two.resource)


def identities(resource: Resource) -> dict[tuple[str, ...], str]:
    """The physical identities that the template chose: sets of properties, and their values as text."""
    sets = [tuple(paths) for paths in schemas.names(resource.type)]
    found = {}
    for paths in (*sets, *overlay.COLLIDING.get(resource.type, ())):
        values = [_at(resource.resolved, path) for path in paths]
        if values[0] is not None:
            shown = canonical(values, resource.stack)
            found[paths] = json.dumps(shown, sort_keys=True, default=str)
    return found


def names_taken(base: Iterable[Resource]) -> dict[Any, Resource]:
    """Who has each physical name, with what else was given for good, of which the name may be a part."""
    return {key: resource for resource in base for key, _ in _names(resource)}


def name_taken(resource: Resource, taken: Mapping[Any, Resource]) -> tuple[Resource, str] | None:
    """Who of those before has the name that a new resource wants, and the property that names it."""
    return next(((taken[key], name) for key, name in _names(resource) if key in taken), None)


def _names(resource: Resource) -> Iterator[tuple[Any, str]]:
    kind = _SHARED_NAMES.get(resource.type, resource.type)
    for paths, value in identities(resource).items():
        if len(paths) == 1:
            fixed = {
                key: item for key, item in resource.resolved.items() if schemas.replaces(resource.type, (key,)).replaces
            }
            fixed = {key: item for key, item in fixed.items() if isinstance(item, Target | Opaque)}
            beside = json.dumps(canonical(fixed, resource.stack), sort_keys=True)
            yield (kind, resource.stack.account, resource.stack.region, paths, value, beside), paths[0]


def collisions(before: Resource, after: Resource) -> tuple[str, ...]:
    """The properties by which the old and the new physical resource would be the same one, so only one can exist."""
    if schemas.deleted_first(after.type):
        return ()
    old, new = identities(before), identities(after)
    return next((paths for paths in new if old.get(paths) == new[paths]), ())


def _at(value: Any, path: str) -> Any:
    for key in path.split("/"):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _anonymous(value: Any, stack: Stack, kept: set[str]) -> Any:
    """Canonical form in which references to what itself came or went are known by their type only."""
    if isinstance(value, dict):
        return {key: _anonymous(item, stack, kept) for key, item in value.items()}
    if isinstance(value, list):
        return [_anonymous(item, stack, kept) for item in value]
    if isinstance(value, Text):
        return "".join(str(_anonymous(part, stack, kept)) for part in value.parts)
    if isinstance(value, Target) and resource_key(value.resource) not in kept:
        return f"${{{value.resource.type}.{value.attribute}}}"
    if isinstance(value, Opaque):
        return value.expression.rpartition(":Fn::")[2]
    return canonical(value, stack)


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(item, f"{path}/{key}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}/{index}")
    else:
        yield path, str(value)
