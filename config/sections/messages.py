"""Messages: queues and who works them off, the event bus, and schedules."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Days, ResourceId, Section, unique
from config.sections.container_traffic import ScheduleExpression, TimeZone

VISIBILITY_FACTOR = 6
"""AWS's advice: a message stays invisible for six times what its function may take."""


class QueueFunction(Section):
    """A function that works a queue off, instead of a service."""

    memory_mib: Annotated[int, Field(ge=128, le=10_240)] = 256
    """Memory; its share of CPU grows with it."""

    timeout_seconds: Annotated[int, Field(ge=1, le=900)] = 30
    """Time limit of a batch."""

    batch_messages: Annotated[int, Field(ge=1, le=10)] = 10
    """Messages at once; only those that fail come back."""

    databases: tuple[ResourceId, ...] = ()
    """Databases that it signs in to as the application's user; DATABASE_<ID>_HOST, _PORT, _NAME and _USER say how."""

    max_concurrency: Annotated[int, Field(ge=2, le=1000)] = 5
    """Executions at once, at most (Lambda accepts 2 to 1,000)."""


class Queue(Section):
    """An SQS queue with a dead-letter queue that keeps what was given up for 14 days."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty queue."""

    visibility_seconds: Annotated[int, Field(ge=1, le=43_200)] = 300
    """Time that a consumer has for a message before it comes back."""

    max_receives: Annotated[int, Field(ge=1, le=1000)] = 3
    """Attempts before a message is given up."""

    retention_days: Annotated[int, Field(ge=1, le=13)] = 4
    """Days that a message waits; fewer than the 14 of the dead-letter queue, which count from its first day."""

    function: QueueFunction | None = None
    """The function that works it off; none: a service does (`works_off`)."""

    @model_validator(mode="after")
    def _function_has_time(self) -> Self:
        """A message stays invisible for six times what its function may take."""
        least = VISIBILITY_FACTOR * self.function.timeout_seconds if self.function else 0
        self._require(
            self.visibility_seconds >= least,
            "visibility_seconds",
            f"must be >= {least} ({VISIBILITY_FACTOR} times function.timeout_seconds)",
        )
        return self


class Schedule(Section):
    """A message that a queue gets at known times."""

    id: ResourceId
    """Construct id and name."""

    schedule: ScheduleExpression
    """When, such as rate(1 day)."""

    time_zone: TimeZone = "UTC"
    """Where that time is told."""

    queue: ResourceId
    """Queue (in `queues`) that gets the message."""

    message: Annotated[str, Field(min_length=1, max_length=4096)]
    """The message."""


class Bus(Section):
    """The event bus of the application, with an archive from which events can be replayed."""

    archive_days: Days = 30
    """Days that every event can be replayed."""

    queues: tuple[ResourceId, ...] = ()
    """Queues (in `queues`) that get every event of the reports."""


class Messages(Section):
    """What happens later, or elsewhere."""

    queues: tuple[Queue, ...] = ()
    """Queues. Order does not matter; ids do."""

    bus: Bus | None = None
    """The event bus; none: there is none. It and the schedules want a queue beside them."""

    schedules: tuple[Schedule, ...] = ()
    """Messages at known times."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """Ids differ, and the queues that are named exist."""
        for field in ("queues", "schedules"):
            ids = [item.id for item in getattr(self, field)]
            self._require(unique(ids), field, "must have different ids", ids)
        known = [queue.id for queue in self.queues]
        self._require(bool(known) or not self.bus, "queues", "must name one where a bus is")
        rule = f"must name queues of compute.messages.queues ({', '.join(known) or 'there is none'})"
        for field, names in (
            ("schedules", [schedule.queue for schedule in self.schedules]),
            ("bus", list(self.bus.queues) if self.bus else []),
        ):
            unknown = sorted(set(names) - set(known))
            self._require(not unknown, field, rule, unknown)
        return self
