"""`cost`: what environments cost in a month, from their templates; renews the prices it calculates with."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from infra.cost import Estimate

SECONDS_OF_SILENCE = 30


def cost(
    *,
    environment: Annotated[
        list[str] | None, typer.Option("--environment", "-e", help="Only this environment; may be repeated.")
    ] = None,
    assembly: Annotated[Path | None, typer.Option(help="Price this synthesised assembly instead of the app.")] = None,
    lines: Annotated[bool, typer.Option("--lines", help="Show every line, not the dearest only.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON on stdout.")] = False,
    refresh: Annotated[
        bool, typer.Option("--refresh", help="Renew the price book from AWS's public price list first.")
    ] = False,
) -> None:
    """Show the monthly cost: fixed, at the assumed use, and what has no sourced price."""
    from infra.assembly import NotAnAssemblyError
    from infra.cost import PriceBookError
    from infra.cost.price_list import PriceListError
    from infra.cost.usage import UsageError
    from scripts.synthesis import SynthesisError

    try:
        if refresh:
            _refresh()
        estimates = _of_assembly(assembly, environment) if assembly else _of_app(environment)
    except (NotAnAssemblyError, UsageError) as error:
        fail(str(error), Exit.USAGE)
    except (PriceBookError, PriceListError, SynthesisError) as error:
        fail(str(error))
    if as_json:
        emit({name: estimate.as_dict() for name, estimate in estimates.items()})
        return
    from scripts.cost_tables import show

    show(estimates, every_line=lines)


def _of_assembly(folder: Path, wanted: list[str] | None) -> dict[str, "Estimate"]:
    """The estimates of the environments in an assembly."""
    from infra.assembly import load
    from infra.cost import estimate

    found = estimate(load(folder))
    names = found.environments
    for name in wanted or []:
        if name not in names:
            known = ", ".join(names) or "none"
            fail(f"{folder} holds no environment {name!r}; it holds: {known}", Exit.USAGE)
    return {name: found.only(name) for name in wanted or names}


def _of_app(wanted: list[str] | None) -> dict[str, "Estimate"]:
    """The estimates of configured environments."""
    import config
    from scripts.synthesis import synthesised

    for name in wanted or []:
        if name not in config.names():
            fail(f"no environment is named {name!r}: choose one of {', '.join(config.names())}", Exit.USAGE)
    try:
        # An emulated environment costs nothing; whoever wants to know what it would cost asks for it by name.
        names = wanted or [name for name in config.names() if config.load(name).emulator is None]
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    progress.print(f"synthesising {', '.join(names)}")
    with synthesised(names) as folders:
        return {name: _of_assembly(path, [name])[name] for name, path in folders.items()}


def _refresh() -> None:
    """Renew the committed price book, and say what that changed."""
    from infra.cost import default_book
    from infra.cost.prices import GLOBAL
    from infra.cost.refresh import refresh

    rows = default_book().raw["prices"].values()
    regions = sorted({region for row in rows for region in row["regions"]} - {GLOBAL})
    outcome = refresh(_download, regions=regions, progress=lambda step: progress.print(f"reading {step}"))
    default_book.cache_clear()
    for name in (*outcome.changed, *outcome.added):
        progress.print(f"  {name}")
    for name in outcome.suspicious:
        progress.print(f"[yellow]not taken over, check by hand:[/] {name}")
    progress.print(
        f"{len(outcome.changed)} prices changed, {len(outcome.added)} added, "
        f"{len(outcome.confirmed)} confirmed, {len(outcome.kept)} not in the list and kept"
    )


@contextmanager
def _download(url: str) -> Iterator[Iterable[str]]:
    """The lines of a file on the network, as they arrive."""
    import httpx

    from infra.cost.price_list import NotOfferedError, PriceListError

    try:
        with httpx.stream("GET", url, timeout=SECONDS_OF_SILENCE) as response:
            if response.status_code == httpx.codes.NOT_FOUND:
                raise NotOfferedError(f"{url} does not exist")
            response.raise_for_status()
            yield response.iter_lines()
    except httpx.HTTPError as error:
        raise PriceListError(f"{url} cannot be read ({error}); the prices are unchanged") from None
