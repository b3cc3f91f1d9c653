"""`alarms`: which alarms there are, how urgent, and from when on; renews the list in their runbook."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from infra.alarm_list import Entry

PAGE = Path(__file__).parent.parent / "docs" / "runbooks" / "alarms.md"


def alarms(
    *,
    environment: Annotated[
        list[str] | None, typer.Option("--environment", "-e", help="Only this environment; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON on stdout.")] = False,
    page: Annotated[bool, typer.Option("--page", help="Renew the list in docs/runbooks/alarms.md.")] = False,
) -> None:
    """List the alarms of the environments, or renew their list in the runbook."""
    from dataclasses import asdict

    from infra import alarm_list
    from scripts.synthesis import SynthesisError

    try:
        found = _of_app(environment)
    except SynthesisError as error:
        fail(str(error))
    if page:
        PAGE.write_text(alarm_list.page(PAGE.read_text(), found))
        progress.print(f"{PAGE.relative_to(PAGE.parents[2])} is current")
    elif as_json:
        emit([asdict(entry) for entry in found])
    else:
        _show(found)


def _of_app(wanted: list[str] | None) -> "list[Entry]":
    """The alarms of configured environments, each synthesised into a folder of its own, two at a time."""
    from concurrent.futures import ThreadPoolExecutor
    from tempfile import TemporaryDirectory

    import config
    from infra.alarm_list import entries
    from infra.assembly import load
    from scripts.synthesis import synthesise

    for name in wanted or []:
        if name not in config.names():
            fail(f"no environment is named {name!r}: choose of {', '.join(config.names())}", Exit.USAGE)
    names = wanted or list(config.names())
    with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
        progress.print(f"synthesising {', '.join(names)}")
        built = pool.map(lambda name: synthesise(name, Path(folder) / name), names)
        # An assembly with a pipeline holds other environments as well; each is taken from its own.
        return [
            entry
            for name, path in zip(names, built, strict=True)
            for entry in entries(load(path))
            if entry.environment == name
        ]


def _show(found: "list[Entry]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("environment", "severity", "alarm", "goes off when", box=None)
    for entry in sorted(found, key=lambda one: (one.environment, one.severity, one.key)):
        table.add_row(entry.environment, entry.severity, entry.key, entry.condition)
    Console().print(table)
