"""`failover --plan`: what comes up in the recovery region when the region is lost, in which order, with which data."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail

if TYPE_CHECKING:
    from scripts.recovery.region import Step


def failover(
    *,
    environment: Annotated[str, typer.Option(help="Which environment lost its region.")],
    plan: Annotated[bool, typer.Option("--plan", help="Print the plan; nothing is done.")] = False,
    name: Annotated[str | None, typer.Option(help="What takes over is called; default: the old name and dr.")] = None,
    assembly: Annotated[Path | None, typer.Option(help="Read this synthesised assembly instead of the app.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON on stdout.")] = False,
) -> None:
    """Print, from the templates, how the environment comes up again in its recovery region. It changes nothing."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from infra.recovery import protections
    from scripts.recovery.region import steps
    from scripts.synthesis import SynthesisError, synthesised

    if not plan:
        fail("--plan must be given: people give a region up step by step, and this prints the steps", Exit.USAGE)
    try:
        lost = config.load(environment)
        with synthesised([] if assembly else [environment]) as folders:
            found = load(assembly or folders[environment])
    except (config.ConfigError, NotAnAssemblyError) as error:
        fail(str(error), Exit.USAGE)
    except SynthesisError as error:
        fail(str(error))
    stacks = [stack for stack in found.stacks if not stack.nested and not stack.stage]
    stores = [one for one in protections(found) if not one.store.stack.stage]
    planned = list(steps(lost, name or f"{environment}dr", stacks, stores))
    if as_json:
        emit({"environment": environment, "region": lost.recovery_region, "steps": [asdict(step) for step in planned]})
    else:
        typer.echo(_page(f"{environment}: from {lost.region} to {lost.recovery_region}", planned))


def _page(title: str, planned: "Sequence[Step]") -> str:
    lines = [f"# {title}", ""]
    for number, step in enumerate(planned, start=1):
        lines.append(f"{number}. {step.does}")
        body = step.content.splitlines() or step.commands
        if body:
            lines += ["", "   ```", *(f"   {line}".rstrip() for line in body), "   ```"]
        lines.append("")
    return "\n".join(lines).rstrip()
