"""Reads AWS's public price list: CSV offer files, line by line, however large they are."""

import csv
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from itertools import islice
from typing import NamedTuple, Protocol

BASE = "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws"
PREAMBLE_LINES = 5
COLUMNS = ("TermType", "StartingRange", "PricePerUnit", "Currency", "usageType")


class PriceListError(Exception):
    """The price list cannot be reached or read; the message says what and where."""


class NotOfferedError(PriceListError):
    """The price list has no offer file for that service there."""


class Product(NamedTuple):
    """An on-demand price of an offer file: of one usage type, from one quantity on."""

    usage_type: str
    operation: str
    starts_at: float
    usd: float


class OfferFile(NamedTuple):
    """The day on which AWS published an offer file, and its prices as they arrive."""

    published: date
    products: Iterator[Product]


class Open(Protocol):
    """Opens an address and gives its lines."""

    def __call__(self, url: str) -> AbstractContextManager[Iterable[str]]:
        """Open `url`; NotOfferedError where there is no such file, PriceListError where it cannot be read."""


def url_of(service: str, region: str | None) -> str:
    """Address of a service's offer file: of one region, or of all."""
    return f"{BASE}/{service}/current/{region + '/' if region else ''}index.csv"


def parse(lines: Iterable[str], *, name: str) -> OfferFile:
    """The offer file in `lines`: five lines about it, a header, and a line for each price."""
    rows = csv.reader(lines)
    about = {row[0]: row[1] for row in islice(rows, PREAMBLE_LINES) if len(row) > 1}
    try:
        published = date.fromisoformat(about["Publication Date"][:10])
    except (KeyError, ValueError):
        raise PriceListError(f"{name} is no offer file: it tells no Publication Date") from None
    header = next(rows, [])
    if missing := [column for column in COLUMNS if column not in header]:
        raise PriceListError(f"{name} is no offer file: it has no column {', '.join(missing)}")
    return OfferFile(published, _products(rows, {column: index for index, column in enumerate(header)}))


def _products(rows: Iterator[list[str]], at: dict[str, int]) -> Iterator[Product]:
    operation = at.get("operation")
    for row in rows:
        if len(row) < len(at) or row[at["TermType"]] != "OnDemand" or row[at["Currency"]] != "USD":
            continue
        try:
            starts_at, usd = float(row[at["StartingRange"]] or 0), float(row[at["PricePerUnit"]])
        except ValueError:
            continue
        named = "" if operation is None else row[operation]
        yield Product(row[at["usageType"]], named, starts_at, usd)
