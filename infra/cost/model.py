"""What an estimate is made of: lines in three buckets, what is free and why, and sums over them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal

Bucket = Literal["fixed", "usage", "unpriced"]
BUCKETS: tuple[Bucket, ...] = ("fixed", "usage", "unpriced")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A resource, named so that the same one is found again in another assembly."""

    environment: str
    stack: str
    region: str
    logical_id: str
    type: str
    construct_path: str

    @property
    def service(self) -> str:
        """The service that bills it, as its type names it."""
        return self.type.split("::")[1] if self.type.startswith("AWS::") else self.type

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What stays the same when the resource changes."""
        return self.environment, self.region, self.stack, self.logical_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One charge of one resource; a resource has as many as its price has parts."""

    place: Place
    label: str
    bucket: Bucket
    #: None in the bucket `unpriced`, and only there.
    monthly_usd: float | None
    #: The calculation, or why there is none.
    formula: str
    price_keys: tuple[str, ...] = ()
    #: Where the price is from, and the last day for which that source vouches.
    source: str = ""
    price_day: date | None = None
    #: The usage assumptions that the quantity depends on.
    assumptions: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The line as plain data, the place flattened into it."""
        found = asdict(self)
        day = self.price_day and self.price_day.isoformat()
        return {**found.pop("place"), **found, "price_day": day}


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeResource:
    """A resource that costs nothing by itself, and the reason."""

    place: Place
    reason: str


@dataclass(kw_only=True)
class Estimate:
    """What an assembly costs in a month."""

    lines: list[Line] = field(default_factory=list)
    free: list[FreeResource] = field(default_factory=list)
    #: Stacks that the assembly holds twice (in the App and in a pipeline's Stage): counted once.
    repeated_stacks: list[str] = field(default_factory=list)
    #: The assumptions that lines use, by environment.
    assumptions: dict[str, dict[str, float]] = field(default_factory=dict)
    #: Stacks without a region of their own, priced as if they were in the default one.
    regionless_stacks: list[str] = field(default_factory=list)

    @property
    def environments(self) -> list[str]:
        """Names of the environments, in the order in which the assembly has them."""
        places = [line.place for line in self.lines] + [resource.place for resource in self.free]
        return list(dict.fromkeys(place.environment for place in places))

    def total(self, bucket: Bucket, environment: str | None = None) -> float:
        """USD a month in a bucket, of one environment or of all."""
        return _usd(line for line in self.of(bucket, environment))

    def of(self, bucket: Bucket, environment: str | None = None) -> list[Line]:
        """The lines of a bucket, of one environment or of all."""
        return [line for line in self.lines if line.bucket == bucket and environment in (None, line.place.environment)]

    @property
    def price_days(self) -> dict[str, date]:
        """The day of every price that the estimate uses, by key; the oldest where regions differ."""
        days: dict[str, date] = {}
        for line in self.lines:
            for key in line.price_keys:
                if line.price_day:
                    days[key] = min(days.get(key, line.price_day), line.price_day)
        return days

    def only(self, environment: str) -> "Estimate":
        """The part of the estimate that belongs to one environment."""
        return Estimate(
            lines=[line for line in self.lines if line.place.environment == environment],
            free=[resource for resource in self.free if resource.place.environment == environment],
            repeated_stacks=self.repeated_stacks,
            assumptions={k: v for k, v in self.assumptions.items() if k == environment},
            regionless_stacks=self.regionless_stacks,
        )

    def as_dict(self) -> dict[str, Any]:
        """The estimate as plain data."""
        return {
            "environments": {
                name: {
                    "fixed_usd": round(self.total("fixed", name), 2),
                    "usage_usd": round(self.total("usage", name), 2),
                    "unpriced_lines": len(self.of("unpriced", name)),
                    "assumptions": self.assumptions.get(name, {}),
                }
                for name in self.environments
            },
            "lines": [line.as_dict() for line in self.lines],
            "free": [{**asdict(resource.place), "reason": resource.reason} for resource in self.free],
            "repeated_stacks": self.repeated_stacks,
            "regionless_stacks": self.regionless_stacks,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCost:
    """All lines of one resource together."""

    place: Place
    fixed_usd: float
    usage_usd: float
    unpriced: tuple[str, ...]


def by_resource(lines: Iterable[Line]) -> dict[tuple[str, str, str, str], ResourceCost]:
    """The cost of each resource, by the key of its place."""
    grouped: dict[tuple[str, str, str, str], list[Line]] = {}
    for line in lines:
        grouped.setdefault(line.place.key, []).append(line)
    return {
        key: ResourceCost(
            place=found[0].place,
            fixed_usd=_usd(line for line in found if line.bucket == "fixed"),
            usage_usd=_usd(line for line in found if line.bucket == "usage"),
            unpriced=tuple(line.label for line in found if line.bucket == "unpriced"),
        )
        for key, found in grouped.items()
    }


def most_expensive(estimate: Estimate, count: int) -> list[ResourceCost]:
    """The `count` resources with the highest fixed cost, dearest first."""
    costs = by_resource(estimate.lines).values()
    ranked = sorted(costs, key=lambda cost: (-cost.fixed_usd, cost.place.construct_path))
    return [cost for cost in ranked[:count] if cost.fixed_usd > 0]


def total_fixed(estimate: Estimate, environment: str | None = None) -> float:
    """USD a month that an environment costs before anybody uses it."""
    return estimate.total("fixed", environment)


def _usd(lines: Iterable[Line]) -> float:
    return sum(line.monthly_usd or 0.0 for line in lines)


def usage_of(metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    """The usage assumptions in a template's own metadata block; fractions stand there as texts."""
    found = metadata.get("usage")
    return {name: _number(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _number(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value  # whoever uses it says what is wrong with it
