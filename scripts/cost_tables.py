"""Estimates for people: totals first, then what costs most, what was assumed, and what nobody could price."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from infra.cost import Estimate, most_expensive
from infra.cost.page import usd
from infra.cost.prices import STALE_AFTER_DAYS, stale

WIDTH = 100
DEAREST = 10


def show(estimates: Mapping[str, Estimate], *, every_line: bool, today: date | None = None) -> None:
    """Print the estimates on stdout."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH)
    _print(console, "Monthly cost in USD: 730 hours, list prices, free tiers not deducted", _totals(estimates))
    for name, estimate in estimates.items():
        console.print()
        console.rule(f"[bold]{escape(name)}", align="left")
        _print(console, "By service", _services(estimate))
        if every_line:
            _print(console, "Every line", _lines(estimate))
        else:
            _print(console, f"The {DEAREST} resources that cost most unused", _dearest(estimate))
        _print(console, "Assumed use in a month (config: usage)", _assumed(name, estimate))
        if estimate.of("unpriced"):
            title = "Unpriced: these cost something, and no sourced price says how much"
            _print(console, title, _unpriced(estimate))
        for note in _notes(estimate, today or date.today()):
            console.print(note)


def _print(console: Console, title: str, table: Table) -> None:
    console.print(f"\n[bold]{title}")
    console.print(table)


def _totals(estimates: Mapping[str, Estimate]) -> Table:
    table = _table()
    table.add_column("environment")
    for column in ("fixed", "at assumed use", "together", "unpriced lines"):
        table.add_column(column, justify="right")
    for name, estimate in estimates.items():
        fixed, usage = estimate.total("fixed"), estimate.total("usage")
        unpriced = str(len(estimate.of("unpriced")))
        table.add_row(escape(name), usd(fixed), usd(usage), f"[bold]{usd(fixed + usage)}", unpriced)
    return table


def _services(estimate: Estimate) -> Table:
    sums: dict[str, defaultdict[str, float]] = {}
    for line in estimate.lines:
        amount = 1 if line.monthly_usd is None else line.monthly_usd
        sums.setdefault(line.place.service, defaultdict(float))[line.bucket] += amount
    ranked = sorted(sums.items(), key=lambda item: (-item[1]["fixed"] - item[1]["usage"], item[0]))
    table = _table()
    table.add_column("service")
    for column in ("fixed", "at assumed use", "unpriced lines"):
        table.add_column(column, justify="right")
    for name, found in ranked:
        unpriced = str(int(found["unpriced"]) or "")
        table.add_row(escape(name), usd(found["fixed"]), usd(found["usage"]), unpriced)
    return table


def _dearest(estimate: Estimate) -> Table:
    table = _table()
    table.add_column("resource", overflow="fold")
    table.add_column("fixed", justify="right")
    table.add_column("how", overflow="fold")
    for cost in most_expensive(estimate, DEAREST):
        how = [line.formula for line in estimate.of("fixed") if line.place.key == cost.place.key]
        table.add_row(escape(cost.place.construct_path), usd(cost.fixed_usd), escape("\n".join(how)))
    return table


def _lines(estimate: Estimate) -> Table:
    table = _table()
    table.add_column("resource", overflow="fold", ratio=4)
    table.add_column("charge", ratio=2)
    table.add_column("bucket")
    table.add_column("USD", justify="right")
    table.add_column("how", overflow="fold", ratio=4)
    for line in sorted(estimate.lines, key=lambda one: -(one.monthly_usd or 0)):
        amount = "?" if line.monthly_usd is None else usd(line.monthly_usd)
        table.add_row(escape(line.place.construct_path), escape(line.label), line.bucket, amount, escape(line.formula))
    return table


def _assumed(name: str, estimate: Estimate) -> Table:
    table = _table()
    found = list(estimate.assumptions.get(name, {}).items())
    half = (len(found) + 1) // 2
    for _ in range(2):
        table.add_column("assumption")
        table.add_column("amount", justify="right")
    for index in range(half):
        left, right = found[index], found[half + index] if half + index < len(found) else ("", None)
        table.add_row(left[0], f"{left[1]:g}", right[0], "" if right[1] is None else f"{right[1]:g}")
    return table


def _unpriced(estimate: Estimate) -> Table:
    counted = Counter((line.place.type, f"{line.label}: {line.formula}") for line in estimate.of("unpriced"))
    table = _table()
    table.add_column("resources", justify="right")
    table.add_column("type")
    table.add_column("what", overflow="fold")
    for (resource_type, why), count in sorted(counted.items()):
        table.add_row(str(count), escape(resource_type), escape(why))
    return table


def _notes(estimate: Estimate, today: date) -> list[str]:
    notes = [f"{len(estimate.free)} resources cost nothing by themselves (--json lists them with reasons)."]
    days = estimate.price_days
    if old := stale(days, today):
        key, day = next(iter(old.items()))
        notes.append(
            f"[yellow]warning:[/] {len(old)} of {len(days)} prices are older than {STALE_AFTER_DAYS} days, "
            f"the oldest ({key}) of {day}: renew them with --refresh"
        )
    if estimate.regionless_stacks:
        notes.append(f"Priced as in us-east-1, having no region: {', '.join(estimate.regionless_stacks)}")
    return notes


def _table() -> Table:
    return Table(box=None, pad_edge=False)
