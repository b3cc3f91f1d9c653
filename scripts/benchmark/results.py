"""The results of a benchmark: ratios against their targets, the committed figures, and the page that shows them."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

from config.wording import table
from infra.pages import with_generated
from scripts.benchmark.processes import ROOT

COMMITTED = ROOT / "docs" / "performance.json"
PAGE = ROOT / "docs" / "performance.md"

CHECKED, UNCHECKED, NO_LEVERS = "checked", "unchecked", "checked, without levers"
ALL_LEVERS = "with all levers"
FLOOR, FLOOR_CHECKED = "floor", "floor, checked"

Parts = dict[str, dict[str, dict[str, float]]]


@dataclass(frozen=True)
class Ratio:
    """One time divided by another of the same part, and the most that it may be."""

    name: str
    part: str
    above: str
    below: str
    target: float
    #: Taken from what is above, and from what is below: what grows is the difference of two runs.
    less: str | None = None
    less_below: str | None = None

    def of(self, parts: Parts) -> float | None:
        """Return the ratio, or None where its times were not measured."""
        times = {name: figures["wall_s"] for name, figures in parts.get(self.part, {}).items()}
        if not {self.above, self.below, self.less or self.below, self.less_below or self.below} <= times.keys():
            return None
        above = times[self.above] - (times[self.less] if self.less else 0)
        return above / (times[self.below] - (times[self.less_below] if self.less_below else 0))


def ratios(environments: list[str]) -> Iterator[Ratio]:
    """The ratios that are promised."""
    for name in environments:
        part, checks = f"synth {name}", "with five packs and guardrails, of the floor with five packs"
        yield Ratio(f"{name}: {checks}", part, CHECKED, FLOOR_CHECKED, 1.4)
        yield Ratio(f"{name}: without packs, of the floor", part, UNCHECKED, FLOOR, 1.6)
        yield Ratio(f"{name}: of the same app without our levers", part, CHECKED, NO_LEVERS, 0.4)
    yield Ratio("first synth after set-up, of a warm one", "first synth", "first", "warm", 1.5)
    one, two = "1 in one process", "2 in one process"
    yield Ratio("a further environment in one process, of the first", "environments", two, one, 0.2, less=one)
    slope, last = "from 1 to 100 services, of the floor's growth", "100 services"
    yield Ratio(slope, "growth", last, f"floor, {last}", 2.0, less="1 service", less_below="floor, 1 service")


def record(parts: Parts) -> dict[str, Any]:
    """Return the figures with what they were measured on."""
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": _commit(),
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": platform.platform()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in ("aws-cdk-lib", "jsii")}},
        "parts": parts,
    }


def committed() -> dict[str, Any]:
    """Return the figures last committed; empty where there are none."""
    found: dict[str, Any] = json.loads(COMMITTED.read_text()) if COMMITTED.exists() else {}
    return found


def against(parts: Parts, before: Mapping[str, Any]) -> dict[tuple[str, str], float]:
    """Return each time divided by the one last committed."""
    old = before.get("parts", {})
    return {
        (part, name): figures["wall_s"] / old[part][name]["wall_s"]
        for part, commands in parts.items()
        for name, figures in commands.items()
        if old.get(part, {}).get(name)
    }


def write(found: Mapping[str, Any], environments: list[str]) -> None:
    """Renew docs/performance.json and the generated part of docs/performance.md."""
    COMMITTED.write_text(json.dumps(found, indent=2) + "\n")
    PAGE.write_text(with_generated(PAGE.read_text(), _generated(found, environments), name=PAGE.name))


def _generated(found: Mapping[str, Any], environments: list[str]) -> str:
    machine, versions = found["machine"], found["versions"]
    where = (
        f"Measured {found['date']} at commit {found['commit']} on {machine['processor']}, {machine['cores']} cores, "
        f"{machine['system']}; " + ", ".join(f"{name} {number}" for name, number in versions.items()) + "."
    )
    promised = [(ratio, ratio.of(found["parts"])) for ratio in ratios(environments)]
    measured = [(one.name, f"{value:.2f}", f"{one.target:.2f}") for one, value in promised if value is not None]
    times = [
        (f"{part}: {name}", f"{figures['wall_s']:.2f}", f"{figures['cpu_s']:.2f}", f"{figures['memory_mib']:.0f}")
        for part, commands in found["parts"].items()
        for name, figures in commands.items()
    ]
    tables = (
        table(("ratio", "measured", "at most"), measured),
        table(("a synthesis of prod without", "takes times as long"), _levers(found["parts"])),
        table(("more services", "seconds for each", "of the floor"), _growth(found["parts"])),
        table(("what", "seconds", "CPU seconds", "MiB"), times),
    )
    return "\n".join((f"{where}\n", *tables))


def _levers(parts: Parts) -> Iterator[tuple[str, str]]:
    times = {name: figures["wall_s"] for name, figures in parts.get("levers", {}).items()}
    for name, seconds in times.items():
        if name != ALL_LEVERS:
            yield name, f"{seconds / times[ALL_LEVERS]:.2f}"


def _growth(parts: Parts) -> Iterator[tuple[str, str, str]]:
    """What a service takes, from one size to the next: it grows linearly while this stays the same."""
    times = {name: figures["wall_s"] for name, figures in parts.get("growth", {}).items()}
    sizes = [name for name in times if not name.startswith(FLOOR)]
    for before, after in pairwise(sizes):
        more = int(after.split()[0]) - int(before.split()[0])
        ours, floors = ((times[f"{of}{after}"] - times[f"{of}{before}"]) / more for of in ("", f"{FLOOR}, "))
        yield f"{before} to {after}", f"{ours:.3f}", f"{floors:.3f}"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
