"""`bench`: measures how fast synthesis, tests, the emulator and the verbs are, against plain JavaScript CDK."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from rich.status import Status

CHART = Path(__file__).parent.parent / "docs" / "performance.svg"
DRAWN = "prod"


def bench(
    *,
    part: Annotated[
        list[str] | None, typer.Option("--part", "-p", help="Only this part (see --list); may be repeated.")
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=50, help="Runs of each command; the median counts.")] = 5,
    listed: Annotated[bool, typer.Option("--list", help="List the parts and end.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON on stdout.")] = False,
    page: Annotated[
        bool, typer.Option("--page", help="Renew docs/performance.json and .md, and the chart; other parts stay.")
    ] = False,
) -> None:
    """Measure commands in turns, a cold process each, and compare them with their floor and the committed figures."""
    import config
    from scripts.benchmark import chart, parts, results
    from scripts.benchmark.floor import NotEqualError
    from scripts.benchmark.processes import RunError

    environments = list(config.names())
    available = parts.available(environments)
    if listed:
        emit(list(available))
        return
    if unknown := sorted(set(part or ()) - available.keys()):
        fail(f"--part: no part {', '.join(unknown)}; there are: {', '.join(available)}", Exit.USAGE)
    measured: results.Parts = {}
    with progress.status("measuring") as status:
        for name in part or available:
            try:
                measured[name] = available[name](
                    rounds=rounds, say=lambda text, name=name: status.update(f"{name}: {text}")
                )
            except parts.SkippedError as error:
                progress.print(f"[yellow]skipped[/] {name}: {error}", soft_wrap=True)
            except (RunError, NotEqualError) as error:
                fail(f"{name}: {error}")
    before = results.committed()
    _show(
        measured,
        results.against(measured, before),
        [
            (ratio.name, value, ratio.target)
            for ratio in results.ratios(environments)
            if (value := ratio.of(measured)) is not None
        ],
    )
    if page:
        found = results.record({**before.get("parts", {}), **measured})
        results.write(found, environments)
        if f"synth {DRAWN}" in found["parts"]:
            CHART.write_text(chart.draw(found["parts"], DRAWN))
    if as_json:
        emit(results.record(measured))


def _say(status: "Status", part: str, text: str) -> None:
    status.update(f"{part}: {text}")


def _show(
    measured: "dict[str, dict[str, dict[str, float]]]",
    changes: dict[tuple[str, str], float],
    found: list[tuple[str, float, float]],
) -> None:
    from rich.table import Table

    times = Table("what", "seconds", "CPU seconds", "MiB", "of the committed time", box=None)
    for part, commands in measured.items():
        for name, figures in commands.items():
            change = changes.get((part, name))
            times.add_row(
                f"{part}: {name}",
                f"{figures['wall_s']:.2f}",
                f"{figures['cpu_s']:.2f}",
                f"{figures['memory_mib']:.0f}",
                f"{change:.2f}" if change else "",
            )
    progress.print(times)
    if found:
        ratios = Table("ratio", "measured", "at most", box=None)
        for name, value, target in found:
            colour = "green" if value <= target else "red"
            ratios.add_row(name, f"[{colour}]{value:.2f}[/]", f"{target:.2f}")
        progress.print(ratios)
