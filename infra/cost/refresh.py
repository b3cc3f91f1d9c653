"""Renews the price book from AWS's public price list; what the list does not tell stays as it is."""

import json
import os
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from infra.cost.offers import REGIONAL, WORLDWIDE, Offer
from infra.cost.price_list import NotOfferedError, Open, Product, parse, url_of
from infra.cost.prices import FILE, GLOBAL, check, read

SOURCE = "price-list"
SOURCE_TEXT = "AWS price list, offer files of pricing.us-east-1.amazonaws.com; date: the offer's publication"
#: A price that moved further than this was probably read in another unit: it is reported and left as it was.
LARGEST_FACTOR = 5
SIGNIFICANT_DIGITS = 10
#: Sources before us have rounded.
ROUNDING = 1e-4
#: How usage types name their region: USE1-, EU-, us-west-2-; some of us-east-1 do not.
REGION_PREFIX = re.compile(r"^(?:[A-Z]{2,4}\d?|[a-z]{2}(?:-[a-z]+)+-\d)-")


@dataclass
class Outcome:
    """What a refresh did, as `key in region`."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    confirmed: list[str] = field(default_factory=list)
    suspicious: list[str] = field(default_factory=list)
    #: Not in the list, or there with several prices.
    kept: list[str] = field(default_factory=list)


def refresh(
    open_url: Open,
    *,
    regions: Iterable[str],
    file: Path = FILE,
    progress: Callable[[str], None] = lambda _: None,
) -> Outcome:
    """Read the offer files and replace `file` by the renewed book, in one step and only if it is sound."""
    raw = deepcopy(dict(read(file).raw))
    raw["sources"] = {**raw["sources"], SOURCE: SOURCE_TEXT}
    outcome = Outcome()
    for region, offers in [*((region, REGIONAL) for region in regions), (GLOBAL, WORLDWIDE)]:
        for service in dict.fromkeys(offer.service for offer in offers.values()):
            progress(f"{service} in {region}")
            wanted = {key: offer for key, offer in offers.items() if offer.service == service}
            url = url_of(service, None if region == GLOBAL else region)
            try:
                with open_url(url) as lines:
                    offer_file = parse(lines, name=url)
                    found = _matches(offer_file.products, wanted, bare=region == GLOBAL)
            except NotOfferedError:
                outcome.kept += [f"{key} in {region}" for key in wanted]
                continue
            for key, offer in wanted.items():
                usd = _first_paid(found[key])
                row = raw["prices"][key]["regions"]
                _renew(row, (key, region), usd and usd * offer.per, offer_file.published, outcome)
    check(raw)
    replace(file, dump(raw))
    return outcome


def _renew(row: dict[str, Any], where: tuple[str, str], usd: float | None, published: date, outcome: Outcome) -> None:
    name, region = " in ".join(where), where[1]
    old = row.get(region)
    if usd is None:
        outcome.kept.append(name)
        return
    renewed = float(f"{usd:.{SIGNIFICANT_DIGITS}g}")
    before = old["usd"] if old else renewed
    step = f"{name}: {before:g} became {renewed:g}"
    if not 1 / LARGEST_FACTOR <= renewed / before <= LARGEST_FACTOR:
        outcome.suspicious.append(step)
        return
    row[region] = {"usd": renewed, "source": SOURCE, "date": published.isoformat()}
    if not old:
        outcome.added.append(name)
    elif abs(renewed / before - 1) < ROUNDING:
        outcome.confirmed.append(name)
    else:
        outcome.changed.append(step)


def _matches(products: Iterable[Product], wanted: Mapping[str, Offer], *, bare: bool) -> dict[str, list[Product]]:
    """The products of each wanted offer, in one pass; `bare`: usage types carry no region's prefix."""
    by_type: dict[str, list[tuple[str, Offer]]] = {}
    for key, offer in wanted.items():
        by_type.setdefault(offer.usage_type, []).append((key, offer))
    found: dict[str, list[Product]] = {key: [] for key in wanted}
    for product in products:
        names = {product.usage_type}
        if not bare:
            names.add(REGION_PREFIX.sub("", product.usage_type))
        for name in names:
            for key, offer in by_type.get(name, ()):
                if offer.operation in ("", product.operation):
                    found[key].append(product)
    return found


def _first_paid(products: list[Product]) -> float | None:
    """The price of the first tier that is not free; None where there is none, or more than one."""
    paid = [product for product in products if product.usd > 0]
    start = min((product.starts_at for product in paid), default=0)
    prices = {product.usd for product in paid if product.starts_at == start}
    return prices.pop() if len(prices) == 1 else None


def dump(raw: Mapping[str, Any]) -> str:
    """The price book as text, a price a line, so that a change of one is a line in review."""
    rows = ",\n".join(
        f"    {json.dumps(key)}: {{\n"
        f'      "unit": {json.dumps(row["unit"])},\n'
        '      "regions": {\n'
        + ",\n".join(f"        {json.dumps(r)}: {json.dumps(found)}" for r, found in row["regions"].items())
        + "\n      }\n    }"
        for key, row in raw["prices"].items()
    )
    sources = ",\n".join(f"    {json.dumps(name)}: {json.dumps(said)}" for name, said in raw["sources"].items())
    return f'{{\n  "currency": "USD",\n  "sources": {{\n{sources}\n  }},\n  "prices": {{\n{rows}\n  }}\n}}\n'


def replace(file: Path, text: str) -> None:
    """Replace a file in one step: whoever reads meanwhile sees the old one or the new one."""
    check(json.loads(text))
    draft = file.with_name(f"{file.name}.new")
    draft.write_text(text)
    os.replace(draft, file)  # noqa: PTH105 - Path.replace hides that this is the atomic step
