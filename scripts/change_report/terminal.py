"""The report for a person at a terminal."""

from collections.abc import Sequence

from rich.padding import Padding
from rich.text import Text

from infra.changes.model import ResourceChange, Severity
from scripts.change_report.collecting import Collected
from scripts.change_report.wording import counts, findings_line, gate_line, places, title, usd, verdict_line
from scripts.console import progress

COLOURS = {Severity.CRITICAL: "bold red", Severity.HIGH: "dark_orange", Severity.MEDIUM: "yellow", Severity.LOW: "dim"}
MOST_SHOWN = 40
LONGEST_REASON = 240


def show(collected: Collected) -> None:
    """Print the verdict, the worst changes, and the sums."""
    report, cost = collected.report, collected.cost
    progress.print(f"[bold]{verdict_line(collected)}[/]", soft_wrap=True)
    progress.print(f"{counts(collected)} in {', '.join(report.environments)}", soft_wrap=True)
    for change in report.changes[:MOST_SHOWN]:
        progress.print(_line(change, report.environments), soft_wrap=True)
        progress.print(Padding(Text(_cut(change.reason or ", ".join(change.properties))), (0, 0, 0, 4)))
    if len(report.changes) > MOST_SHOWN:
        progress.print(f"[dim]… and {len(report.changes) - MOST_SHOWN} more: --html FILE shows all[/]")
    progress.print(
        f"cost: {usd(cost.fixed_usd)} USD a month fixed, {usd(cost.usage_usd)} at the assumed use; "
        f"{findings_line(collected)}",
        soft_wrap=True,
    )
    progress.print(gate_line(collected), soft_wrap=True, markup=False)


def _line(change: ResourceChange, environments: Sequence[str]) -> Text:
    return Text.assemble(
        (f"{change.severity.word:<9}", COLOURS[change.severity]),
        f"{change.change.value:<12} ",
        (title(change), "bold"),
        (f"  {change.resource_type}{', holds data' if change.stateful else ''}", "dim"),
        f"  in {places(change, environments)}",
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON].rsplit(' ', 1)[0]} …"
