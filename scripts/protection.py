"""`protection`: what protects each store, how old its data is after a loss, and how long recovery took."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, emit, fail

if TYPE_CHECKING:
    from infra.recovery import Protection, Way

RECORDS = Path(__file__).parent.parent / "docs" / "drills"
Protections = Mapping[str, "list[Protection]"]
Records = Mapping[tuple[str, str], Mapping[str, Any]]


def protection(
    *,
    environment: Annotated[
        list[str] | None, typer.Option("--environment", "-e", help="Only this environment; may be repeated.")
    ] = None,
    assembly: Annotated[Path | None, typer.Option(help="Read this synthesised assembly instead of the app.")] = None,
    records: Annotated[Path, typer.Option(help="Folder of the records that drills wrote.")] = RECORDS,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON on stdout.")] = False,
) -> None:
    """Show the ways back to the data of every store: after a mistake, and after the loss of the region."""
    from infra.assembly import NotAnAssemblyError
    from scripts.synthesis import SynthesisError

    try:
        found = _read(environment, assembly)
    except NotAnAssemblyError as error:
        fail(str(error), Exit.USAGE)
    except SynthesisError as error:
        fail(str(error))
    if as_json:
        emit({name: [as_data(one) for one in stores] for name, stores in found.items()})
    else:
        typer.echo(render(found, newest(records)))


def _read(names: list[str] | None, assembly: Path | None) -> dict[str, "list[Protection]"]:
    """By environment: those of one assembly, or those of the app."""
    import config
    from infra.assembly import load
    from infra.recovery import protections
    from scripts.synthesis import synthesised

    if assembly:
        return {assembly.name: protections(load(assembly))}
    try:
        wanted = names or [name for name in config.names() if config.load(name).emulator is None]
        for name in wanted:
            config.load(name)
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    with synthesised(wanted) as folders:
        return {name: own(protections(load(folder))) for name, folder in folders.items()}


def own(found: "list[Protection]") -> "list[Protection]":
    """Return those outside of a pipeline's Stages, which are environments of their own."""
    return [one for one in found if not one.store.stack.stage]


def as_data(one: "Protection") -> dict[str, Any]:
    """Return a protection as plain data."""

    def ways(some: "tuple[Way, ...]") -> list[dict[str, Any]]:
        return [vars(way) for way in some]

    return {
        "store": one.name,
        "kind": one.kind,
        "stack": one.store.stack.name,
        "after_a_mistake": ways(one.after_a_mistake),
        "after_a_region": ways(one.after_a_region),
    }


def newest(folder: Path) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the newest record of each store by environment and store, from a folder of drill records."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for record in sorted(
        (json.loads(file.read_text()) for file in folder.glob("drill-*.json")), key=lambda r: r["begun"]
    ):
        for store in record["stores"]:
            found[record["environment"], store["store"]] = {**store, "begun": record["begun"]}
    return found


def render(found: Protections, records: Records) -> str:
    """Return the tables in Markdown."""
    from config.wording import table

    header = ("store", "kind", "after a mistake: data as old as", "reaches back", "after the region: data as old as")
    parts = []
    for name, stores in found.items():
        rows = [
            (one.name, one.kind, _age(one.after_a_mistake), _reach(one.after_a_mistake), _age(one.after_a_region))
            for one in stores
        ]
        parts += [f"### {name}\n", table(header, rows)]
    parts += ["### Recovery, as last measured\n", table(*_measured(records))]
    return "\n".join(parts)


def _measured(
    records: Mapping[tuple[str, str], Mapping[str, Any]],
) -> tuple[tuple[str, ...], Iterator[tuple[str, ...]]]:
    header = ("environment", "store", "kind", "records", "differences", "recovery", "data age", "drill of")
    rows = (
        (
            environment,
            store,
            str(one["kind"]),
            f"{one['written']:,}",
            str(one["differences"]),
            f"{one['recovery_seconds']:.1f} s",
            f"{one['data_age_seconds']:.1f} s",
            str(one["begun"])[:10],
        )
        for (environment, store), one in sorted(records.items())
    )
    return header, rows


def _age(ways: "tuple[Way, ...]") -> str:
    from infra.recovery import duration

    return f"{duration(ways[0].data_age_minutes)} ({ways[0].means})" if ways else "**lost**"


def _reach(ways: "tuple[Way, ...]") -> str:
    """How far back each of them goes, the longest last."""
    reaches: dict[str, float] = {}
    for way in sorted(ways, key=lambda way: way.reaches_days):
        reaches[way.means] = way.reaches_days
    return ", ".join(
        f"{means} {days:,.0f} d" if days != float("inf") else f"{means} for good" for means, days in reaches.items()
    )
