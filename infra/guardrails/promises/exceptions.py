"""Exceptions: each is about something, says why, and ends when it said it would."""

from collections.abc import Iterator

from infra.guardrails.acknowledgements import find_acknowledgements
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

PLACE = "Metadata.groundwork.acknowledge"


@promise(
    "exceptions.well-written",
    "Every acknowledgement names a promise, gives a reason of at least a sentence, and has not expired.",
)
def well_written(context: Context) -> Iterator[Finding]:
    """One that is not, accepts nothing."""
    for entry in find_acknowledgements(context.assembly):
        if problem := entry.problem(context.today):
            yield Finding(entry.where, PLACE, problem)


@promise(
    "exceptions.still-needed",
    "Every acknowledgement still matches a finding: what was repaired needs no exception.",
)
def still_needed(context: Context) -> Iterator[Finding]:
    """Otherwise it would accept the next mistake in the same place, unseen."""
    for entry in find_acknowledgements(context.assembly):
        well_formed = entry.problem(context.today) is None
        if well_formed and not any(entry.matches(promise_id, finding) for promise_id, finding in context.found):
            about = f" about {entry.about!r}" if entry.about else ""
            yield Finding(entry.where, PLACE, f"{entry.id}{about}: nothing to accept here any more")
