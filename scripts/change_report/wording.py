"""The words that all forms of the report share."""

from collections.abc import Sequence

from infra.changes.model import Change, Finding, ResourceChange, Severity
from scripts.change_report.collecting import Collected

MARKS = {Severity.CRITICAL: "🔴", Severity.HIGH: "🟠", Severity.MEDIUM: "🟡", Severity.LOW: "⚪"}

MEANINGS = {
    Severity.CRITICAL: "Data can be lost, or the deployment must fail",
    Severity.HIGH: "Access is broadened, or a protection goes",
    Severity.MEDIUM: "Something is replaced, or gets new access of its own",
    Severity.LOW: "The rest",
}

VERDICTS = {
    Change.CREATE: "is created",
    Change.UPDATE: "is updated in place",
    Change.MAY_REPLACE: "may be replaced",
    Change.REPLACE: "is replaced",
    Change.DESTROY: "is deleted",
    Change.DESTROY_SNAPSHOT: "is deleted, a snapshot stays",
    Change.RETAIN: "leaves the stack, and stays in the account",
    Change.RENAME: "gets another logical id: deleted and made anew",
}


def verdict_line(collected: Collected) -> str:
    """Say in one line what the change does at its worst."""
    report = collected.report
    severity = report.worst
    if severity is None:
        return "✅ Nothing changes in any environment"
    changes = sum(change.severity is severity for change in report.changes)
    number = f"{changes} change{'s' if changes > 1 else ''}"
    return f"{MARKS[severity]} {severity.word.title()}: {MEANINGS[severity].lower()} ({number})"


def gate_line(collected: Collected) -> str:
    """Say whether the gate lets the change through, and why."""
    if collected.gate is None:
        return "No gate is set."
    if not collected.over_gate:
        return f"Below the gate ({collected.gate.word})."
    if collected.override:
        return f"At or above the gate ({collected.gate.word}), and accepted: {collected.override}"
    return f"At or above the gate ({collected.gate.word}): it needs an override with a reason."


def counts(collected: Collected) -> str:
    """Say how many changes of each severity there are."""
    found = collected.report.summary.by_severity
    return " · ".join(f"{number} {word}" for word, number in found.items() if number) or "no changes"


def findings_line(collected: Collected) -> str:
    """Say how many findings came and went; acknowledgements are none, and counted apart."""
    sides = (("+", collected.report.findings.added), ("−", collected.report.findings.removed))  # noqa: RUF001 - a minus
    joined = [(sign, [one.kind == "acknowledgement" for one, _ in alike(found)]) for sign, found in sides]
    findings = " ".join(f"{sign}{kinds.count(False)}" for sign, kinds in joined)
    accepted = " ".join(f"{sign}{kinds.count(True)}" for sign, kinds in joined)
    return f"findings {findings}" + (f" · acknowledgements {accepted}" if accepted != "+0 −0" else "")  # noqa: RUF001


def usd(amount: float, *, sign: bool = True) -> str:
    """Write an amount of money."""
    if abs(amount) < 0.005:  # noqa: PLR2004 - less than half a cent
        return "±0.00" if sign else "0.00"
    return f"{amount:+,.2f}" if sign else f"{amount:,.2f}"


def places(change: ResourceChange, all_environments: Sequence[str]) -> str:
    """Say where a change happens."""
    names = change.environments
    return "all environments" if len(names) > 1 and len(names) == len(all_environments) else ", ".join(names)


def title(change: ResourceChange) -> str:
    """Return the construct path that people know a resource by; its logical id where it has none."""
    parts = change.construct_path.split("/")
    while len(parts) > 1 and parts[-1] == "Resource":
        parts.pop()
    return "/".join(parts) or change.logical_id


def moved(change: ResourceChange) -> str:
    """Say what a renamed or moved resource is called afterwards."""
    parts = [f"becomes `{change.new_logical_id}`"] if change.new_logical_id else []
    parts += [f"in stack `{change.new_stack}`"] if change.new_stack and change.new_stack != change.stack else []
    return " ".join(parts)


def alike(findings: Sequence[Finding]) -> list[tuple[Finding, list[str]]]:
    """Join findings that are alike in several environments."""
    found: dict[tuple[str, str, str, str], tuple[Finding, list[str]]] = {}
    for one in findings:
        known = found.setdefault((one.kind, one.id, one.construct_path, one.message), (one, []))
        if one.environment not in known[1]:
            known[1].append(one.environment)
    return list(found.values())


def by_reason(findings: Sequence[Finding]) -> list[tuple[Finding, list[str], list[str]]]:
    """Join findings that say the same: each with all rules and all constructs it is said of; findings first."""
    found: dict[tuple[str, ...], tuple[Finding, list[str], list[str]]] = {}
    for one in findings:
        what, rest = (one.kind, one.message), (one.id, one.construct_path)
        known = found.setdefault(what if one.kind == "acknowledgement" else (*what, *rest), (one, [], []))
        for value, values in zip(rest, known[1:], strict=True):
            if value not in values:
                values.append(value)
    return sorted(found.values(), key=lambda each: each[0].kind == "acknowledgement")
