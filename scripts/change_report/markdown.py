"""The report as a comment on a pull request: the verdict first, details folded, never too long for GitHub."""

from collections.abc import Iterable, Sequence

from infra.changes.model import ResourceChange, Severity
from scripts.change_report.collecting import Collected
from scripts.change_report.wording import (
    MARKS,
    by_reason,
    counts,
    findings_line,
    gate_line,
    moved,
    places,
    title,
    usd,
    verdict_line,
)

LONGEST = 60_000
"""Characters of a comment; GitHub refuses more than 65,536, and a workflow may add its own."""

LONGEST_REASON = 600
MOST_NAMED = 3
OPEN = (Severity.CRITICAL, Severity.HIGH)
"""Severities whose changes are not folded."""


def render(collected: Collected, *, page: str = "") -> str:
    """Return the comment; `page` is where the whole report is."""
    report = collected.report
    head = [
        f"## {verdict_line(collected)}",
        "",
        f"**{counts(collected)}** in {', '.join(report.environments)} · cost **{usd(collected.cost.fixed_usd)} USD** a "
        f"month fixed, {usd(collected.cost.usage_usd)} at the assumed use · "
        f"{findings_line(collected)}",
        "",
        gate_line(collected),
        "",
    ]
    for said, names in (("New", report.added_environments), ("Gone", report.removed_environments)):
        if names:
            head += [f"{said}: {', '.join(names)}.", ""]
    budget = LONGEST - len("\n".join(head)) - 400
    body: list[str] = []
    for lines in (*_changes(collected, budget // 2), _cost(collected), *_findings(collected)):
        text = "\n".join(lines)
        if lines and len(text) + 1 <= budget:
            body.append(text)
            budget -= len(text) + 1
        elif lines:
            body.append(f"*{lines[0].strip('# ').replace('<details><summary>', '').split('<')[0]}: in the page.*\n")
    return "\n".join([*head, *body, _footer(page)]).rstrip() + "\n"


def _changes(collected: Collected, budget: int) -> Iterable[list[str]]:
    shown = [change for change in collected.report.changes if not change.routine]
    for severity in reversed(Severity):
        rows = [change for change in shown if change.severity is severity]
        if rows:
            table, used = _table(rows, collected.report.environments, budget)
            budget = max(budget - used, 2_000)
            yield _section(
                f"{MARKS[severity]} {severity.word.title()} ({len(rows)})", table, folded=severity not in OPEN
            )
    routine = [change for change in collected.report.changes if change.routine]
    if routine:
        yield [
            f"New code, nothing else, in {len(routine)}: {', '.join(f'`{title(one)}`' for one in routine[:20])}.",
            "",
        ]


def _section(name: str, table: list[str], *, folded: bool) -> list[str]:
    if folded:
        return [f"<details><summary>{name}</summary>", "", *table, "", "</details>", ""]
    return [f"### {name}", "", *table, ""]


def _table(changes: Sequence[ResourceChange], environments: Sequence[str], budget: int) -> tuple[list[str], int]:
    """Return as many rows as fit, and how long they are."""
    lines = ["| verdict | what | where | why |", "|---|---|---|---|"]
    used = 0
    for number, change in enumerate(changes):
        row = _row(change, environments)
        if used + len(row) > budget:
            lines.append(f"| | … and {len(changes) - number} more, in the page | | |")
            break
        lines.append(row)
        used += len(row)
    return lines, used


def _row(change: ResourceChange, environments: Sequence[str]) -> str:
    data = " **holds data**" if change.stateful else ""
    properties = f"<br>`{'`, `'.join(change.properties[:6])}`" if change.properties else ""
    cells = (
        f"**{change.change.value}**",
        f"`{title(change)}`<br>{change.resource_type}{data} {moved(change)}",
        places(change, environments),
        f"{_cut(change.reason)}{properties}",
    )
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").strip()


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON].rsplit(' ', 1)[0]} …"


def _cost(collected: Collected) -> list[str]:
    cost = collected.cost
    if not cost.resources:
        return []
    lines = ["| environment | fixed before | after | change | at the assumed use |", "|---|---:|---:|---:|---:|"]
    lines += [
        f"| {name} | {usd(one.fixed_before, sign=False)} | {usd(one.fixed_after, sign=False)} "
        f"| **{usd(one.fixed_after - one.fixed_before)}** | {usd(one.usage_after - one.usage_before)} |"
        for name, one in cost.environments.items()
    ]
    lines += ["", "| resource | environment | fixed | at the assumed use | no price for |", "|---|---|---:|---:|---|"]
    lines += [
        f"| `{one.place.construct_path}` | {one.place.environment} | {usd(one.fixed_usd)} | {usd(one.usage_usd)} "
        f"| {_cell(', '.join(one.unpriced_added))} |"
        for one in cost.resources[:30]
    ]
    if len(cost.resources) > 30:  # noqa: PLR2004 - as above
        lines.append(f"| … and {len(cost.resources) - 30} more, in the page | | | | |")
    return _section(f"Cost ({usd(cost.fixed_usd)} USD a month fixed)", lines, folded=True)


def _findings(collected: Collected) -> Iterable[list[str]]:
    found = collected.report.findings
    for name, findings in (("Findings and acknowledgements added", found.added), ("gone", found.removed)):
        joined = by_reason(findings)
        if joined:
            lines = ["| kind | rules | where | said |", "|---|---|---|---|"]
            lines += [
                f"| {one.kind} | {_cell(_first(rules))} | {_first([f'`{path}`' for path in places_])} "
                f"| {_cell(_cut(one.message))} |"
                for one, rules, places_ in joined[:60]
            ]
            if len(joined) > 60:  # noqa: PLR2004 - as above
                lines.append(f"| | … and {len(joined) - 60} more, in the page | | |")
            title_ = name if name != "gone" else "Findings and acknowledgements gone"
            yield _section(f"{title_} ({len(joined)})", lines, folded=True)


def _first(values: Sequence[str]) -> str:
    more = f" and {len(values) - MOST_NAMED} more" if len(values) > MOST_NAMED else ""
    return f"{', '.join(values[:MOST_NAMED])}{more}"


def _footer(page: str) -> str:
    where = f"The whole report: {page}. " if page else ""
    return (
        f"<sub>{where}Compared from templates alone, without credentials: what was changed by hand is not seen.</sub>"
    )
