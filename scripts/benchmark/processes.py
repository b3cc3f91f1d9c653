"""Runs commands in turns, a fresh process each, and says what they took."""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[2]


class RunError(Exception):
    """A command did not do what is measured; the message is what it said last."""


@dataclass(frozen=True)
class Command:
    """A process to measure; `prepare` runs before each, unmeasured."""

    name: str
    arguments: Sequence[str]
    settings: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    accepted_codes: frozenset[int] = frozenset({0})
    folder: Path = ROOT


@dataclass(frozen=True)
class Run:
    """What one process took: seconds on the clock, seconds of CPU of it and its children, and memory at the most."""

    wall_s: float
    cpu_s: float
    memory_mib: float


def interleave(
    commands: Sequence[Command], *, rounds: int, say: Callable[[str], None], warm_up: bool = True
) -> dict[str, dict[str, float]]:
    """Return the medians of `rounds` runs of each command, taken in turns: what disturbs one disturbs all."""
    runs: dict[str, list[Run]] = {command.name: [] for command in commands}
    for number in range(0 if warm_up else 1, rounds + 1):
        for command in commands:
            say(f"{command.name} ({number}/{rounds})" if number else f"{command.name} (warming up)")
            run = measure(command)
            if number:
                runs[command.name].append(run)
    return {
        name: {
            "wall_s": round(median(run.wall_s for run in taken), 3),
            "cpu_s": round(median(run.cpu_s for run in taken), 3),
            "memory_mib": round(max(run.memory_mib for run in taken)),
        }
        for name, taken in runs.items()
    }


def measure(command: Command) -> Run:
    """Run `command` once.

    Raises:
        RunError: it ended with another code than it should.
    """
    command.prepare()
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    process = subprocess.Popen(
        list(command.arguments),
        cwd=command.folder,
        env=environment | dict(command.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    output = process.stdout.read() if process.stdout else b""
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in command.accepted_codes:
        raise RunError(f"{command.name}: exit code {process.returncode}: {output.decode(errors='replace')[-800:]}")
    return Run(wall_s=wall, cpu_s=usage.ru_utime + usage.ru_stime, memory_mib=usage.ru_maxrss / 1024)
