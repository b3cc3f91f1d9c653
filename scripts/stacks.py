"""`stacks`: a page for each stack in docs/stacks, from the templates; what is above the mark is written by hand."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, fail, progress

if TYPE_CHECKING:
    from infra.assembly import Assembly

PAGES = Path(__file__).parent.parent / "docs" / "stacks"


def stacks(
    write: Annotated[bool, typer.Option("--write", help="Renew docs/stacks.")] = False,
) -> None:
    """Print the pages of all stacks, or renew them."""
    import sys
    from concurrent.futures import ThreadPoolExecutor
    from tempfile import TemporaryDirectory

    import config
    from infra.assembly import load
    from scripts.synthesis import SynthesisError, synthesise

    try:
        with TemporaryDirectory() as folder, ThreadPoolExecutor(2) as pool:
            progress.print(f"synthesising {', '.join(config.names())}")
            built = pool.map(lambda name: synthesise(name, Path(folder) / name), config.names())
            pages = render({name: load(path) for name, path in zip(config.names(), built, strict=True)})
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    except SynthesisError as error:
        fail(str(error))
    if not write:
        sys.stdout.write("\n".join(pages.values()))
        return
    for path in set(PAGES.glob("*.md")) - set(pages):
        path.unlink()
    for path, text in pages.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    progress.print(f"{PAGES.relative_to(PAGES.parent.parent)} is current")


def render(platforms: Mapping[str, "Assembly"]) -> dict[Path, str]:
    """Return what each page must hold, by its path."""
    import config
    from config.reference import flat
    from config.wording import value
    from infra.stack_pages import names, page

    settings = {name: {path: value(given) for path, given in flat(config.load(name)).items()} for name in platforms}
    found = {}
    for name in names(platforms):
        path = PAGES / f"{name.lower()}.md"
        written = path.read_text(encoding="utf-8") if path.exists() else None
        found[path] = page(name, written, platforms, settings)
    return found
