"""Runs every promise over an assembly: per environment, per world of undecided conditions, failing closed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from infra.assembly import Assembly, StackSource
from infra.guardrails import promises  # noqa: F401 - registers them
from infra.guardrails.acknowledgements import find_acknowledgements
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.lock import Lock
from infra.guardrails.policy import MILD, Policy, strictest
from infra.guardrails.registry import PROMISES, Promise
from infra.guardrails.report import Report, Violation, violation

CRASH = "(guardrail)"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is true beside the templates."""

    #: Overrules what templates state of themselves.
    policy: Policy | None = None
    #: For templates that state nothing.
    otherwise: Policy = MILD
    locks: Mapping[str, Lock] = field(default_factory=dict)
    runbooks: frozenset[str] | None = None
    today: date = field(default_factory=date.today)


def run(assembly: Assembly, facts: Facts | None = None) -> Report:
    """Check every promise. Each Stage is an environment of its own, held to the policy that it states."""
    facts = facts or Facts()
    report = Report(len(PROMISES), len(assembly.stacks), len(assembly.resources))
    for sources in _environments(assembly):
        _report(list(_worlds(sources, facts)), report)
    return report


def _environments(assembly: Assembly) -> Iterator[list[StackSource]]:
    stages: dict[str, list[StackSource]] = {}
    for source in assembly.sources:
        stages.setdefault(source.stage, []).append(source)
    yield from stages.values()


def _worlds(sources: list[StackSource], facts: Facts) -> Iterator[Context]:
    """A condition that only the deploy decides makes two worlds; the promises must hold in both."""
    for undecided in (True, False):
        assembly = Assembly(sources, undecided=undecided)
        context = _context(assembly, facts)
        for promise in PROMISES.values():
            context.found += [(promise.id, finding) for finding in _check(promise, context)]
        yield context
        if not assembly.guessed:
            return


def _context(assembly: Assembly, facts: Facts) -> Context:
    stated = [stack.groundwork for stack in assembly.stacks if stack.groundwork]
    policies = [Policy.from_dict(block["policy"]) for block in stated if "policy" in block]
    environment = min((str(block["environment"]) for block in stated if "environment" in block), default="")
    return Context(
        assembly=assembly,
        policy=facts.policy or (strictest(policies) if policies else facts.otherwise),
        lock=facts.locks.get(environment),
        environment=environment,
        runbooks=facts.runbooks if environment else None,
        today=facts.today,
    )


def _check(promise: Promise, context: Context) -> list[Finding]:
    try:
        return list(promise.check(context))
    except Exception as error:  # whatever went wrong, the promise was not shown to hold
        message = f"the guardrail itself failed, so the promise is not shown to hold: {error!r}"
        return [Finding(next(iter(context.assembly.resources), context.home), CRASH, message)]


def _report(worlds: list[Context], report: Report) -> None:
    seen: set[Violation] = set()
    for context in worlds:
        written = find_acknowledgements(context.assembly)
        valid = [entry for entry in written if entry.problem(context.today) is None]
        for promise_id, finding in context.found:
            entries = (entry for entry in valid if entry.matches(promise_id, finding))
            accepted = next(entries, None) if finding.property != CRASH else None
            found = violation(promise_id, finding, accepted)
            if found not in seen:
                seen.add(found)
                (report.acknowledged if accepted else report.violations).append(found)
