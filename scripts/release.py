"""`release`: records what was deployed by other means, such as the pipeline, so that `rollback` can go back to it."""

import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from scripts.console import emit, progress


def release(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    assembly: Annotated[Path | None, typer.Option(help="Archive this assembly instead of the app's.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be archived.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the release to stdout as JSON.")] = False,
) -> None:
    """Archive the assembly of what is checked out as deployed. Nothing is deployed, and nobody is asked."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from scripts.aws import Aws, told_plainly
    from scripts.delivery.releases import as_publisher, names_of, new_release
    from scripts.delivery.stacks import check_belongs
    from scripts.synthesis import SynthesisError, synthesise

    with told_plainly(SynthesisError, NotAnAssemblyError), tempfile.TemporaryDirectory() as scratch:
        aws = Aws(config.load(environment), port=port)
        archive = as_publisher(aws)
        folder = assembly or synthesise(environment, Path(scratch) / "assembly")
        loaded = load(folder)
        check_belongs(loaded, aws.environment)
        made = replace(new_release(aws, names_of(loaded)), state="deployed")
        if not dry_run:
            archive.keep(made, folder)
        progress.print(f"[green]✓[/] release {made.id} is archived" if not dry_run else f"to be archived: {made.id}")
        if as_json:
            emit(asdict(made))
