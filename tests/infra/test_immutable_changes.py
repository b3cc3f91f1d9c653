"""The runbook says how to change every property that is fixed when AWS makes a store."""

import json
import re
from pathlib import Path

from infra.changes import schemas
from tests.conftest import ROOT

PAGE = ROOT / "docs" / "runbooks" / "immutable-changes.md"
SNAPSHOTS = Path(__file__).parent / "__snapshots__" / "test_snapshots"
ROW = re.compile(r"^\| `(AWS::[A-Za-z0-9:]+)` \| (.*?) \|", re.MULTILINE)


def test_the_runbook_names_every_fixed_property_of_every_store_that_is_locked() -> None:
    said: dict[str, set[str]] = {}
    for kind, properties in ROW.findall(PAGE.read_text()):
        said.setdefault(kind, set()).update(re.findall(r"`(\w+)`", properties))
    missing = {
        kind: fixed - said.get(kind, set())
        for kind, fixed in fixed_properties().items()
        if fixed - said.get(kind, set())
    }
    assert missing == {}


def test_the_page_links_only_sections_that_it_has() -> None:
    page = PAGE.read_text()
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^##+ (.*)$", page, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", page)) <= headings


def fixed_properties() -> dict[str, set[str]]:
    """Properties that our templates give to stores, and that AWS only takes when it makes them."""
    locked = {
        kind
        for lock in (ROOT / "locks").glob("*.json")
        for resources in json.loads(lock.read_text())["resources"].values()
        for kind in resources.values()
    }
    known = json.loads(schemas.FILE.read_text())["types"]
    found: dict[str, set[str]] = {}
    for file in SNAPSHOTS.glob("*.json"):
        for resource in json.loads(file.read_text())["Resources"].values():
            if (kind := resource["Type"]) in locked:
                fixed = {path.split("/")[0] for path in known[kind].get("create_only", [])}
                found.setdefault(kind, set()).update(fixed & set(resource.get("Properties", {})))
    return found
