"""From the stacks of one environment, before and after, to the changes: pairs, verdicts, reasons."""

from collections.abc import Iterator

from infra.assembly import Assembly, Resource, StackSource
from infra.changes import schemas
from infra.changes.lifecycle import on_removal
from infra.changes.model import Change, Reason, ResourceChange, Severity
from infra.changes.pairing import pair
from infra.changes.values import differences, properties
from infra.guardrails.knowledge.stateful import is_stateful


def changes_between(base: list[StackSource], head: list[StackSource]) -> Iterator[ResourceChange]:
    """Every change of one environment."""
    pairs = pair(Assembly(base), Assembly(head))
    for before, after in pairs.kept:
        if before is not None and after is not None:
            yield from _kept(before, after)
    for before, after in pairs.renamed:
        if before is not None and after is not None:
            found = _change(before, Change.RENAME, Reason(Severity.MEDIUM, "The logical id changes."))
            found.new_logical_id = after.logical_id
            yield found
    for removed in pairs.removed:
        yield _change(removed, on_removal(removed), Reason(Severity.MEDIUM, "It leaves the template."))
    for added in pairs.added:
        yield _change(added, Change.CREATE, Reason(Severity.LOW, "It is new."))


def _kept(before: Resource, after: Resource) -> Iterator[ResourceChange]:
    found = list(differences(properties(before), properties(after)))
    if not found:
        return
    answers = [schemas.replaces(after.type, difference.path) for difference in found]
    worst = max(answers, key=lambda answer: answer.replaces)
    change = (Change.UPDATE, Change.MAY_REPLACE, Change.REPLACE)[worst.replaces]
    severity = Severity.LOW if change is Change.UPDATE else Severity.MEDIUM
    if severity and is_stateful(before):
        severity = Severity.CRITICAL
    yield ResourceChange(
        stack=after.stack.name,
        logical_id=after.logical_id,
        resource_type=after.type,
        construct_path=after.construct_path,
        change=change,
        properties=list(dict.fromkeys(difference.name for difference in found)),
        stateful=is_stateful(before),
        reasons=[Reason(severity, f"{worst.path[0]} changes.", worst.source)],
        differences=found,
    )


def _change(resource: Resource, change: Change, reason: Reason) -> ResourceChange:
    return ResourceChange(
        stack=resource.stack.name,
        logical_id=resource.logical_id,
        resource_type=resource.type,
        construct_path=resource.construct_path,
        change=change,
        stateful=is_stateful(resource),
        reasons=[reason],
    )
