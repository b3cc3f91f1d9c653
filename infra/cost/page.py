"""The generated part of docs/cost.md: environments, choices, assumptions, sources. Depends on no clock."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from config.wording import table
from infra.cost.egress import egress_costs
from infra.cost.model import Estimate
from infra.cost.prices import PriceBook, default_book


def render(estimates: Mapping[str, Estimate], descriptions: Mapping[str, str]) -> str:
    """The generated part; `descriptions` says what each usage assumption means."""
    parts = [
        "## Environments\n",
        _environments(estimates),
        "### By service: fixed + at assumed use\n",
        _services(estimates),
        "## Ways out of the private subnets\n",
        _egress(),
        "## Assumptions\n",
        _assumptions(estimates, descriptions),
        "## Unpriced\n",
        _unpriced(estimates),
        "## Where the prices are from\n",
        _sources(estimates, default_book()),
    ]
    return "\n".join(parts)


def _environments(estimates: Mapping[str, Estimate]) -> str:
    rows = []
    for name, found in estimates.items():
        fixed, usage = found.total("fixed"), found.total("usage")
        rows.append((name, usd(fixed), usd(usage), usd(fixed + usage), str(len(found.of("unpriced")))))
    header = ("environment", "fixed USD", "USD at assumed use", "together", "unpriced lines")
    return table(header, rows)


def _services(estimates: Mapping[str, Estimate]) -> str:
    sums: defaultdict[tuple[str, str, str], float] = defaultdict(float)
    for name, found in estimates.items():
        for line in found.lines:
            sums[line.place.service, name, line.bucket] += line.monthly_usd or 0
    services = sorted({service for service, _, _ in sums})
    rows = [
        (
            service,
            *(f"{usd(sums[service, name, 'fixed'])} + {usd(sums[service, name, 'usage'])}" for name in estimates),
        )
        for service in services
    ]
    return table(("service", *estimates), rows)


def _egress() -> str:
    rows = []
    for zones in (2, 3):
        for name, found in egress_costs(zones):
            fixed, usage = found.total("fixed"), found.total("usage")
            unpriced = ", ".join(line.label for line in found.of("unpriced"))
            rows.append((str(zones), f"`{name}`", usd(fixed), usd(usage), unpriced or "-"))
    header = ("zones", "`network.egress`", "fixed USD", "USD for traffic", "unpriced")
    return table(header, rows)


def _assumptions(estimates: Mapping[str, Estimate], descriptions: Mapping[str, str]) -> str:
    amounts = {name: found.assumptions.get(name, {}) for name, found in estimates.items()}
    used = sorted({assumption for found in amounts.values() for assumption in found})
    rows = [
        (
            f"`{assumption}`",
            " ".join(descriptions.get(assumption, "").split()),
            *(f"{found[assumption]:g}" if assumption in found else "" for found in amounts.values()),
        )
        for assumption in used
    ]
    return table(("usage", "what", *estimates), rows)


def _unpriced(estimates: Mapping[str, Estimate]) -> str:
    where: dict[tuple[str, str, str], list[str]] = {}
    for name, found in estimates.items():
        for line in found.of("unpriced"):
            names = where.setdefault((line.place.type, line.label, line.formula), [])
            if name not in names:
                names.append(name)
    rows = [(f"`{kind}`", label, why, ", ".join(names)) for (kind, label, why), names in sorted(where.items())]
    return table(("type", "charge", "why there is no amount", "environments"), rows)


def _sources(estimates: Mapping[str, Estimate], book: PriceBook) -> str:
    used: dict[str, dict[str, date]] = {}
    for found in estimates.values():
        for line in found.lines:
            for key in line.price_keys:
                if line.price_day:
                    days = used.setdefault(line.source, {})
                    days[key] = min(days.get(key, line.price_day), line.price_day)
    rows = [
        (source, str(len(days)), min(days.values()).isoformat(), max(days.values()).isoformat())
        for source, days in sorted(used.items())
    ]
    total = sum(any(row["regions"].values()) for row in book.raw["prices"].values())
    note = f"\n{total} of {len(book.keys())} keys of the price book have a price in some region.\n"
    return table(("source", "prices used here", "oldest", "newest"), rows) + note


def usd(amount: float) -> str:
    """An amount as a person reads it."""
    return f"{amount:,.2f}"
