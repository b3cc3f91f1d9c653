"""Containers: how requests reach a service, how a new version takes over, and when a service grows."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import HOST_LABEL, Matches, ResourceId, Section, unique

CONDITION_VALUES = 5
"""Values, and as many wildcards, in the conditions of a rule: quotas of AWS that cannot be raised."""
LONGEST_DEPLOYMENT_MINUTES = 33 * 60
"""CloudFormation refuses a deployment that bakes longer."""
PathPattern = Annotated[
    str, Matches(r"/[A-Za-z0-9_./~\"'@:+&*?=-]{0,127}", "a path such as /orders/*, with * and ? as wildcards")
]
HostPattern = Annotated[
    str, Matches(rf"(\*|{HOST_LABEL})(\.{HOST_LABEL})+", "a host such as api.example.com or *.example.com")
]
ScheduleExpression = Annotated[
    str, Matches(r"(cron|at|rate)\([^()]{1,200}\)", "cron(...), at(...) or rate(...), such as cron(0 7 ? * MON-FRI *)")
]

TimeZone = Annotated[str, Matches(r"[A-Za-z_+-]+(/[A-Za-z0-9_+-]+)*", "a time zone such as Europe/Berlin")]


class Route(Section):
    """Which requests of the load balancer a service gets: those of one of `hosts` and one of `paths`."""

    priority: Annotated[int, Field(ge=1, le=25_000)]
    """Rules are tried in this order. It is written down, so that adding a service renumbers no other one."""

    paths: tuple[PathPattern, ...] = ()
    """Paths, `*` for any characters and `?` for one; none: all."""

    hosts: tuple[HostPattern, ...] = ()
    """Host names; none: all."""

    @model_validator(mode="after")
    def _fits_a_rule(self) -> Self:
        """A rule has conditions, and no more of them than a load balancer takes."""
        values = (*self.paths, *self.hosts)
        wildcards = sum(value.count("*") + value.count("?") for value in values)
        self._require(len(values) > 0, "paths", "must name a path, where hosts names none")
        self._require(
            len(values) <= CONDITION_VALUES, "paths", f"must be at most {CONDITION_VALUES}, together with hosts", values
        )
        self._require(
            wildcards <= CONDITION_VALUES, "paths", f"must have at most {CONDITION_VALUES} wildcards in all", values
        )
        self._require(unique(values), "paths", "must differ from each other", values)
        return self


class Deployment(Section):
    """How a new version takes over. Whatever the way, a version that fails is rolled back."""

    strategy: Literal["rolling", "blue-green", "linear", "canary"] = "rolling"
    """`rolling`: task by task. The others need a route, and shift its requests: `blue-green` all at once, `linear` by
    `step_percent` every `step_minutes`, `canary` `step_percent` for `step_minutes`, then the rest."""

    bake_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    """Minutes that the old version waits, ready to take over again; `rolling` has none."""

    step_percent: Annotated[int, Field(ge=3, le=100)] = 10
    """Share of the requests that moves at a step of `linear`, or first with `canary`."""

    step_minutes: Annotated[int, Field(ge=0, le=1440)] = 5
    """Minutes between steps."""

    @model_validator(mode="after")
    def _ends(self) -> Self:
        """CloudFormation waits for a deployment for a day and a half, not longer."""
        steps = {"linear": -(-100 // self.step_percent) - 1, "canary": 1}.get(self.strategy, 0)
        minutes = self.bake_minutes + steps * self.step_minutes
        self._require(
            minutes <= LONGEST_DEPLOYMENT_MINUTES,
            "step_minutes",
            f"must make the deployment last at most {LONGEST_DEPLOYMENT_MINUTES} minutes, bake_minutes included",
            minutes,
        )
        self._require(self.strategy != "canary" or self.step_percent < 100, "step_percent", "must be < 100 for canary")  # noqa: PLR2004
        return self


class ScheduledCapacity(Section):
    """Other limits from a time on, until the next one."""

    name: ResourceId
    """Name of the schedule, such as `Morning`."""

    schedule: ScheduleExpression
    """When, such as cron(0 7 ? * MON-FRI *)."""

    min_tasks: Annotated[int, Field(ge=0, le=1000)]
    """Fewest tasks from then on."""

    max_tasks: Annotated[int, Field(ge=1, le=1000)]
    """Most tasks from then on."""

    time_zone: TimeZone = "UTC"
    """Where that time is told."""

    @model_validator(mode="after")
    def _limits_fit(self) -> Self:
        """The fewest are no more than the most."""
        self._require(self.max_tasks >= self.min_tasks, "max_tasks", f"must be >= {self.min_tasks} (min_tasks)")
        return self


class Scaling(Section):
    """When a service grows beyond its fewest tasks; each target alone is enough."""

    cpu_percent: Annotated[int, Field(ge=10, le=90)] | None = 60
    """Average use of the processors that scaling holds."""

    memory_percent: Annotated[int, Field(ge=10, le=90)] | None = 75
    """Average use of the memory that scaling holds."""

    requests_per_task: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Requests a minute of each task that scaling holds; for a route of a rolling service."""

    messages_per_task: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Waiting messages for each task that scaling holds; for a service that works off a queue."""

    schedules: tuple[ScheduledCapacity, ...] = ()
    """Other limits at known times."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Schedules are told apart."""
        names = [schedule.name for schedule in self.schedules]
        self._require(unique(names), "schedules", "must have different names", names)
        return self
