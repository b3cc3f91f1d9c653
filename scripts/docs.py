"""`docs`: writes every generated page of docs/ anew, from the configuration and one synthesis of each environment."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from scripts.console import Exit, fail, progress

if TYPE_CHECKING:
    from infra.assembly import Assembly

DOCS = Path(__file__).parent.parent / "docs"
DRAWN = "prod"
"""The environment in the picture."""


def docs() -> None:
    """Write the generated pages of docs/ anew. Whatever people wrote around the generated parts stays."""
    import config
    from infra.assembly import load
    from infra.pages import PageError
    from scripts.synthesis import SynthesisError, synthesised

    try:
        progress.print(f"synthesising {', '.join(config.names())}")
        with synthesised(config.names()) as folders:
            found = dict(pages({name: load(folder) for name, folder in folders.items()}))
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    except (PageError, SynthesisError) as error:
        fail(str(error))
    for path in set((DOCS / "stacks").glob("*.md")) - set(found):
        path.unlink()
    for path, text in found.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    progress.print(f"{len(found)} pages of docs/ are current")


def pages(platforms: "Mapping[str, Assembly]") -> "Iterator[tuple[Path, str]]":
    """What each generated page must hold, from the assembly of each environment."""
    import config
    from config.reference import flat
    from config.sections.usage import Usage
    from config.tree import descriptions
    from config.wording import value
    from infra import alarm_list, stack_pages
    from infra.cost import estimate
    from infra.cost import page as cost_page
    from infra.diagram.mermaid import mermaid
    from infra.diagram.model import picture_of
    from infra.diagram.svg import Drawing
    from infra.recovery import protections
    from scripts import protection
    from scripts.config import render_page, render_schema

    yield DOCS / "configuration.md", render_page()
    yield DOCS / "config.schema.json", render_schema()

    picture = picture_of(platforms[DRAWN])
    yield DOCS / "architecture.svg", Drawing(picture).svg()
    yield _around("architecture.md", f"```mermaid\n{mermaid(picture)}```")

    on_aws = {name: platform for name, platform in platforms.items() if config.load(name).emulator is None}
    estimates = {name: estimate(platform).only(name) for name, platform in on_aws.items()}
    yield _around("cost.md", cost_page.render(estimates, descriptions(Usage)))

    stores = {name: protection.own(protections(platform)) for name, platform in on_aws.items()}
    yield _around("recovery.md", protection.render(stores, protection.newest(DOCS / "drills")))

    # An assembly with a pipeline holds other environments as well; each is taken from its own.
    entries = [
        one for name, platform in platforms.items() for one in alarm_list.entries(platform) if one.environment == name
    ]
    yield _around("runbooks/alarms.md", alarm_list.render(entries))

    settings = {name: {path: value(given) for path, given in flat(config.load(name)).items()} for name in platforms}
    for stack in stack_pages.names(platforms):
        generated = stack_pages.render(stack, platforms, settings)
        yield _around(f"stacks/{stack.lower()}.md", generated, new=stack_pages.introduction(stack))


def _around(name: str, generated: str, *, new: str = "") -> tuple[Path, str]:
    """A page with its generated part; one that is not there yet begins with `new`."""
    from infra.pages import BEGIN, END, with_generated

    path = DOCS / name
    text = path.read_text(encoding="utf-8") if path.exists() else f"{new}\n\n{BEGIN}\n{END}\n"
    return path, with_generated(text, generated, name=name)
