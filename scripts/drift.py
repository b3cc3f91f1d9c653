"""`drift`: what was changed by hand since it was deployed."""

from typing import Annotated

import typer

from scripts.console import Exit, emit, fail, progress


def drift(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    stack: Annotated[list[str] | None, typer.Option(help="Name of a stack; all: none.")] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 30,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write what drifted to stdout as JSON.")] = False,
) -> None:
    """Compare every deployed stack with its template, in its account or by the look-up role there. Exit code 3 where
    something drifted."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.delivery.drift import detect, show
    from scripts.delivery.stacks import stacks_of

    with told_plainly():
        aws = Aws(config.load(environment), port=port).in_own_account()
        known = stacks_of(aws)
        if unknown := sorted(set(stack or []) - {one.name for one in known}):
            names = ", ".join(one.name for one in known) or "none is deployed"
            fail(f"--stack must be one of {names}, got {unknown[0]}", Exit.USAGE)
        chosen = [one for one in known if (not stack or one.name in stack) and one.verdict == "ready"]
        for one in known:
            if one.verdict != "ready":
                progress.print(f"not compared: {one.name} is {one.status}", markup=False, soft_wrap=True)
        found = detect(aws, chosen, seconds=time_limit_minutes * 60)
    if as_json:
        emit([one.to_dict() for one in found])
    show(found)
    progress.print(f"{len(chosen)} stacks compared: {len(found)} resources differ from their templates")
    if found:
        raise typer.Exit(Exit.FINDINGS)
