"""What a change costs: two estimates compared, by environment and by resource."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from infra.cost.model import Estimate, Place, ResourceCost, by_resource

Change = Literal["added", "removed", "changed"]
CENT = 0.005


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceDelta:
    """A resource whose cost differs; USD a month before and after, and what of it nobody can price."""

    place: Place
    change: Change
    fixed_before: float
    fixed_after: float
    usage_before: float
    usage_after: float
    unpriced_added: tuple[str, ...]
    unpriced_removed: tuple[str, ...]

    @property
    def fixed_usd(self) -> float:
        """How much more it costs while it exists."""
        return self.fixed_after - self.fixed_before

    @property
    def usage_usd(self) -> float:
        """How much more it costs at the assumed use."""
        return self.usage_after - self.usage_before

    def as_dict(self) -> dict[str, Any]:
        """As plain data, the place flattened into it."""
        found = asdict(self)
        sums = {"fixed_usd": round(self.fixed_usd, 2), "usage_usd": round(self.usage_usd, 2)}
        return {**found.pop("place"), **found, **sums}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentDelta:
    """An environment's totals, before and after."""

    fixed_before: float
    fixed_after: float
    usage_before: float
    usage_after: float
    unpriced_before: int
    unpriced_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """The difference between two estimates; resources with the largest difference first."""

    environments: dict[str, EnvironmentDelta]
    resources: list[ResourceDelta]

    def as_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "environments": {
                name: {key: round(value, 2) for key, value in asdict(found).items()}
                for name, found in self.environments.items()
            },
            "resources": [resource.as_dict() for resource in self.resources],
        }


def delta(base: Estimate, head: Estimate) -> Delta:
    """Compare two estimates. A resource is the same one by environment, region, stack name and logical id."""
    names = dict.fromkeys([*base.environments, *head.environments])
    return Delta(
        environments={name: _environment(base, head, name) for name in names},
        resources=sorted(
            _resources(base, head),
            key=lambda found: (-abs(found.fixed_usd) - abs(found.usage_usd), found.place.key),
        ),
    )


def _environment(base: Estimate, head: Estimate, name: str) -> EnvironmentDelta:
    return EnvironmentDelta(
        fixed_before=base.total("fixed", name),
        fixed_after=head.total("fixed", name),
        usage_before=base.total("usage", name),
        usage_after=head.total("usage", name),
        unpriced_before=len(base.of("unpriced", name)),
        unpriced_after=len(head.of("unpriced", name)),
    )


def _resources(base: Estimate, head: Estimate) -> Iterable[ResourceDelta]:
    before, after = by_resource(base.lines), by_resource(head.lines)
    # What is free has no lines, but it is there: a resource that starts to cost money is changed, not added.
    existed = {resource.place.key for resource in base.free}
    exists = {resource.place.key for resource in head.free}
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        some = new or old
        assert some is not None  # noqa: S101 - the key is from one of the two
        found = ResourceDelta(
            place=some.place,
            change=_change(bool(old) or key in existed, bool(new) or key in exists),
            fixed_before=old.fixed_usd if old else 0.0,
            fixed_after=new.fixed_usd if new else 0.0,
            usage_before=old.usage_usd if old else 0.0,
            usage_after=new.usage_usd if new else 0.0,
            unpriced_added=_missing(new, old),
            unpriced_removed=_missing(old, new),
        )
        differs = abs(found.fixed_usd) >= CENT or abs(found.usage_usd) >= CENT
        if differs or found.unpriced_added or found.unpriced_removed:
            yield found


def _change(existed: bool, exists: bool) -> Change:
    if existed and exists:
        return "changed"
    return "added" if exists else "removed"


def _missing(there: ResourceCost | None, here: ResourceCost | None) -> tuple[str, ...]:
    """Labels of unpriced lines that only `there` has."""
    known = here.unpriced if here else ()
    return tuple(label for label in (there.unpriced if there else ()) if label not in known)
