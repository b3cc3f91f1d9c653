"""`alarms`: which alarms there are, how urgent, and from when on."""

from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from infra.alarm_list import Entry


def alarms(
    *,
    environment: Annotated[
        list[str] | None, typer.Option("--environment", "-e", help="Only this environment; may be repeated.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the list as JSON on stdout.")] = False,
) -> None:
    """List the alarms of the environments."""
    from dataclasses import asdict

    from scripts.synthesis import SynthesisError

    try:
        found = _of_app(environment)
    except SynthesisError as error:
        fail(str(error))
    if as_json:
        emit([asdict(entry) for entry in found])
    else:
        _show(found)


def _of_app(wanted: list[str] | None) -> "list[Entry]":
    import config
    from infra.alarm_list import entries
    from infra.assembly import load
    from scripts.synthesis import synthesised

    for name in wanted or []:
        if name not in config.names():
            fail(f"no environment is named {name!r}: choose one of {', '.join(config.names())}", Exit.USAGE)
    names = wanted or list(config.names())
    progress.print(f"synthesising {', '.join(names)}")
    with synthesised(names) as folders:
        # An assembly with a pipeline holds other environments as well; each is taken from its own.
        return [entry for name, path in folders.items() for entry in entries(load(path)) if entry.environment == name]


def _show(found: "list[Entry]") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("environment", "severity", "alarm", "goes off when", box=None)
    for entry in sorted(found, key=lambda one: (one.environment, one.severity, one.key)):
        table.add_row(entry.environment, entry.severity, entry.key, entry.condition)
    Console().print(table)
