"""The report for a person at a terminal."""

from rich.table import Table

from infra.changes.model import Severity
from scripts.change_report.collecting import Collected
from scripts.change_report.wording import alike, counts, gate_line, places, title, usd, verdict_line
from scripts.console import progress

COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "dark_orange", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}
LONGEST_TABLE = 40
LONGEST_REASON = 240


def show(collected: Collected) -> None:
    """Print the verdict, the worst changes, and the sums."""
    report, cost = collected.report, collected.cost
    progress.print(f"[bold]{verdict_line(collected)}[/]", soft_wrap=True)
    progress.print(f"{counts(collected)} in {', '.join(report.environments)}", soft_wrap=True)
    if report.changes:
        table = Table(box=None, header_style="bold", pad_edge=False)
        for name, least in (("severity", 8), ("verdict", 8), ("what", 24), ("where", 8), ("why", 30)):
            table.add_column(name, overflow="fold", min_width=least)
        for change in report.changes[:LONGEST_TABLE]:
            said = f"{change.resource_type}{', holds data' if change.stateful else ''}"
            table.add_row(
                f"[{COLOURS[change.severity]}]{change.severity.word}[/]",
                change.change.value,
                f"{title(change)}\n[dim]{said}[/]",
                places(change, report.environments),
                _cut(change.reason or ", ".join(change.properties)),
            )
        progress.print(table)
        if len(report.changes) > LONGEST_TABLE:
            progress.print(f"[dim]… and {len(report.changes) - LONGEST_TABLE} more: --html FILE shows all[/]")
    progress.print(
        f"cost: {usd(cost.fixed_usd)} USD a month fixed, {usd(cost.usage_usd)} at the assumed use; findings: "
        f"+{len(alike(report.findings.added))} -{len(alike(report.findings.removed))}",
        soft_wrap=True,
    )
    progress.print(gate_line(collected), soft_wrap=True, markup=False)


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON].rsplit(' ', 1)[0]} …"
