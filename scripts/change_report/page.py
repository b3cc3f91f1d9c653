"""The report as one page that needs nothing else: filters, values before and after, cost, findings."""

import json
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from infra.changes.model import Difference, Finding, ResourceChange, Severity
from scripts.change_report.collecting import Collected
from scripts.change_report.wording import (
    VERDICTS,
    alike,
    findings_line,
    gate_line,
    moved,
    places,
    title,
    usd,
    verdict_line,
)

TEMPLATE = Path(__file__).with_name("page.html")
CONTEXT_LINES, LONGEST_DIFFERENCE = 2, 60
"""Lines around what differs in a value, and lines of it that are shown at most."""

_TONES = {"-": "gone", "+": "come", "@": "place"}

OPEN_AT_ONCE = 1
"""Changes that are unfolded when the page opens: the worst one. The others say why, too."""


def render(collected: Collected) -> str:
    """Return the page."""
    report = collected.report
    worst = report.worst
    verdict = verdict_line(collected).partition(" ")[2]  # the page has a dot of its own colour
    return Template(TEMPLATE.read_text(encoding="utf-8")).substitute(
        title=escape(f"Change report: {verdict}"),
        tone=worst.word if worst is not None else "none",
        verdict=escape(verdict),
        lead=escape(f"What this change does to {_listed(report.environments)}.{_arrivals(collected)}"),
        gate=escape(gate_line(collected)),
        figures=_figures(collected),
        changes=_changes(collected),
        cost=_cost(collected),
        findings=_findings(collected),
    )


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)


def _arrivals(collected: Collected) -> str:
    report = collected.report
    parts = [f" New: {', '.join(report.added_environments)}." if report.added_environments else ""]
    parts += [f" Gone: {', '.join(report.removed_environments)}." if report.removed_environments else ""]
    return "".join(parts)


def _figures(collected: Collected) -> str:
    report = collected.report
    figures = [
        *((str(report.summary.by_severity[severity.word]), severity.word) for severity in reversed(Severity)),
        (usd(collected.cost.fixed_usd), "USD a month, fixed"),
        (usd(collected.cost.usage_usd), "USD at the assumed use"),
        *(tuple(reversed(part.split(" ", 1))) for part in findings_line(collected).split(" · ")),
    ]
    return "".join(f"<li><b>{escape(value)}</b><span>{escape(name)}</span></li>" for value, name in figures)


def _changes(collected: Collected) -> str:
    report = collected.report
    if not report.changes:
        return '<p class="empty" id="nothing">Both sides are the same.</p>' + _no_filters()
    shown = "".join(
        _change(change, report.environments, unfolded=number < OPEN_AT_ONCE and change.severity >= Severity.HIGH)
        for number, change in enumerate(report.changes)
    )
    return (
        f'<h2>Changes</h2>{_filters(report.changes, report.environments)}<p class="lead" id="seen" aria-live="polite">'
        f'</p>{shown}<p class="empty" id="nothing" hidden>No change fits these filters.</p>'
    )


def _no_filters() -> str:
    hidden = "".join(f'<input id="{name}" hidden>' for name in ("text", "environment", "verdict", "stack"))
    return f'{hidden}<span id="seen"></span>'


def _filters(changes: Sequence[ResourceChange], environments: Sequence[str]) -> str:
    present = sorted({change.severity for change in changes}, reverse=True)
    chips = "".join(
        f'<button type="button" class="chip {one.word}" data-severity="{one.word}" aria-pressed="true">{one.word} '
        f"{sum(change.severity is one for change in changes)}</button>"
        for one in present
    )
    choices = {
        "environment": ("Every environment", environments),
        "verdict": ("Every verdict", sorted({change.change.value for change in changes})),
        "stack": ("Every stack", sorted({stack for change in changes for stack in change.stacks.values()})),
    }
    selects = "".join(_select(name, label, values) for name, (label, values) in choices.items())
    return (
        f'<div class="bar" role="search"><input id="text" type="search" placeholder="Search ( / )" '
        f'aria-label="Search the changes">{chips}{selects}</div>'
    )


def _select(name: str, label: str, values: Iterable[str]) -> str:
    options = "".join(f"<option>{escape(value)}</option>" for value in values)
    return f'<select id="{name}" aria-label="{label}"><option value="">{label}</option>{options}</select>'


def _change(change: ResourceChange, environments: Sequence[str], *, unfolded: bool) -> str:
    data = '<span class="data">holds data</span>' if change.stateful else ""
    attributes = {
        "severity": change.severity.word,
        "verdict": change.change.value,
        "environments": " ".join(change.environments),
        "stacks": " ".join(dict.fromkeys(change.stacks.values())),
    }
    said = "".join(f' data-{name}="{escape(value)}"' for name, value in attributes.items())
    return (
        f'<details class="change {change.severity.word}"{said}{" open" if unfolded else ""}><summary>'
        f'<span class="verdict" title="It {VERDICTS[change.change]}.">{change.change.value}</span>'
        f'<span class="what">{escape(title(change))}{data}<small>{escape(change.resource_type)}</small></span>'
        f'<span class="where">{escape(places(change, environments))}</span>'
        f'<span class="why">{escape(change.reason)}</span></summary>{_inside(change)}</details>'
    )


def _inside(change: ResourceChange) -> str:
    rows = [
        ("In words", f"It {VERDICTS[change.change]}."),
        ("Logical id", f"{change.logical_id} {moved(change).replace('`', '')}".strip()),
        ("Stacks", ", ".join(f"{stack} ({name})" for name, stack in change.stacks.items())),
        ("Sources", "; ".join(change.sources)),
    ]
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in rows if value)
    return f'<div class="inside"><dl>{listed}{"".join(map(_difference, change.differences))}</dl></div>'


def _difference(difference: Difference) -> str:
    old, new = (_text(side).splitlines() for side in (difference.before, difference.after))
    lines = list(unified_diff(old, new, n=CONTEXT_LINES, lineterm=""))[
        3:
    ]  # without the names of files and the first place
    shown, rest = lines[:LONGEST_DIFFERENCE], len(lines) - LONGEST_DIFFERENCE
    body = "".join(f'<span class="{_TONES.get(line[0], "")}">{escape(line)}\n</span>' for line in shown)
    more = f"<span>… and {rest} more lines</span>" if rest > 0 else ""
    return f"<dt><code>{escape(difference.name)}</code></dt><dd><pre>{body}{more}</pre></dd>"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, indent=1, default=str)


def _cost(collected: Collected) -> str:
    cost = collected.cost
    if not cost.resources:
        return "<h2>Cost</h2><p class='empty'>It costs what it did.</p>"
    totals = _table(
        ("environment", "fixed before", "after", "change", "at the assumed use"),
        (
            (
                name,
                usd(one.fixed_before, sign=False),
                usd(one.fixed_after, sign=False),
                _money(one.fixed_after - one.fixed_before),
                _money(one.usage_after - one.usage_before),
            )
            for name, one in cost.environments.items()
        ),
    )
    resources = _table(
        ("resource", "environment", "fixed", "at the assumed use", "no price for"),
        (
            (
                f"{escape(one.place.construct_path)}<br><small>{escape(one.place.type)}</small>",
                escape(one.place.environment),
                _money(one.fixed_usd),
                _money(one.usage_usd),
                escape(", ".join(one.unpriced_added)),
            )
            for one in cost.resources
        ),
    )
    return f"<h2>Cost, USD a month</h2>{totals}<h2>By resource</h2>{resources}"


def _money(amount: float) -> str:
    tone = "more" if amount >= 0.005 else "less" if amount <= -0.005 else ""  # noqa: PLR2004 - half a cent
    return f'<span class="number {tone}">{usd(amount)}</span>'


def _findings(collected: Collected) -> str:
    sides = (("added", collected.report.findings.added), ("gone", collected.report.findings.removed))
    return "".join(
        f"<h2>Findings and acknowledgements {name}</h2>{_finding_table(alike(found))}" for name, found in sides if found
    )


def _finding_table(found: Sequence[tuple[Finding, list[str]]]) -> str:
    return _table(
        ("kind", "rule", "where", "environments", "said"),
        (
            (one.kind, escape(one.id), escape(one.construct_path), escape(", ".join(names)), escape(one.message))
            for one, names in found
        ),
    )


def _table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{name}</th>" for name in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
