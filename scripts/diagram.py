"""`diagram`: draws an environment from its templates, as Mermaid or SVG."""

import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal

import typer

from scripts.console import Exit, fail


def diagram(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")] = "prod",
    assembly: Annotated[Path | None, typer.Option(help="Draw this assembly, of any app, instead.")] = None,
    form: Annotated[Literal["mermaid", "svg"], typer.Option(help="What goes to stdout.")] = "mermaid",
) -> None:
    """Draw stacks, resources and the ways that requests, data, backups and alarms take. Needs no credentials."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from infra.diagram.mermaid import mermaid
    from infra.diagram.model import picture_of
    from infra.diagram.svg import Drawing
    from scripts.synthesis import SynthesisError, synthesise

    with tempfile.TemporaryDirectory() as scratch:
        try:
            if not assembly:
                config.load(environment)
            picture = picture_of(load(assembly or synthesise(environment, Path(scratch) / "assembly")))
        except (NotAnAssemblyError, config.ConfigError) as error:
            fail(str(error), Exit.USAGE)
        except SynthesisError as error:
            fail(str(error))
    sys.stdout.write(mermaid(picture) if form == "mermaid" else Drawing(picture).svg())
