"""The price book: one committed file, every price with its source and its day."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("prices.json")
GLOBAL = "global"
STALE_AFTER_DAYS = 90


class PriceBookError(Exception):
    """The price book cannot be used; the message names the row and the rule."""


@dataclass(frozen=True, slots=True)
class Price:
    """USD for one unit in one region; `day` is the last day for which the source vouches."""

    key: str
    unit: str
    usd: float
    source: str
    day: date

    def __str__(self) -> str:
        """The price as a person writes it."""
        return f"{self.usd:g} USD/{self.unit}"


@dataclass(frozen=True)
class PriceBook:
    """All prices. A region without a sourced price has none: nothing is derived from another region."""

    raw: Mapping[str, Any]

    def find(self, key: str, region: str) -> Price | None:
        """The price of `key` in `region`; that of a global service where the region has no row of its own."""
        row = self.raw["prices"].get(key)
        if row is None:
            return None
        found = row["regions"].get(region) or row["regions"].get(GLOBAL)
        if found is None:
            return None
        source = self.raw["sources"].get(found["source"], found["source"])
        return Price(key, row["unit"], float(found["usd"]), source, day(found["date"]))

    def keys(self) -> list[str]:
        """Every key, priced or not."""
        return list(self.raw["prices"])


def stale(days: Mapping[str, date], today: date) -> dict[str, date]:
    """Of prices with their days, those too old to be believed without a look; the oldest first."""
    old = {key: found for key, found in days.items() if (today - found).days > STALE_AFTER_DAYS}
    return dict(sorted(old.items(), key=lambda item: (item[1], item[0])))


def day(text: str) -> date:
    """A day, from YYYY-MM-DD or, where the source knows no more, YYYY-MM: its first day."""
    return date.fromisoformat(text if text.count("-") > 1 else f"{text}-01")


@cache
def default_book() -> PriceBook:
    """The committed price book."""
    return read(FILE)


def read(file: Path) -> PriceBook:
    """Read and check a price book."""
    try:
        raw = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise PriceBookError(f"{file} cannot be read as JSON: {error}") from None
    check(raw)
    return PriceBook(raw)


def check(raw: Any) -> None:
    """Refuse a price book with a row that nobody could trace or use."""
    if not isinstance(raw, dict) or not isinstance(raw.get("prices"), dict):
        raise PriceBookError("the price book holds no object `prices`")
    sources = raw.get("sources") or {}
    for key, row in raw["prices"].items():
        if not isinstance(row, dict) or not row.get("unit") or not isinstance(row.get("regions"), dict):
            raise PriceBookError(f"{key}: needs a unit and regions")
        for region, found in row["regions"].items():
            if found is not None:
                _check_row(f"{key} in {region}", found, sources)


def _check_row(name: str, found: Any, sources: Mapping[str, str]) -> None:
    if not isinstance(found, dict) or set(found) != {"usd", "source", "date"}:
        raise PriceBookError(f"{name}: needs usd, source and date, or null")
    usd = found["usd"]
    if isinstance(usd, bool) or not isinstance(usd, int | float) or not usd > 0:
        raise PriceBookError(f"{name}: usd must be above 0, got {usd!r}")
    if found["source"] not in sources:
        raise PriceBookError(f"{name}: source must be one of the listed sources, got {found['source']!r}")
    try:
        day(found["date"])
    except (ValueError, AttributeError):
        raise PriceBookError(f"{name}: date must be YYYY-MM-DD or YYYY-MM, got {found['date']!r}") from None
