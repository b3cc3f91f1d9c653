"""`redrive`: brings what lies in a dead-letter queue back to where it failed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.delivery.dead_letters import DeadLetters


def redrive(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    queue: Annotated[str | None, typer.Option(help="Name of a dead-letter queue, or a part of it; none: list.")] = None,
    at_most: Annotated[int, typer.Option(min=1, help="Bring back no more messages than these.")] = 1_000_000,
    per_second: Annotated[int, typer.Option(min=1, max=500, help="No more messages a second.")] = 50,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 30,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show some messages, and leave them.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """List dead-letter queues, or send the messages of one again. Repair what failed first, or they come back."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.delivery import dead_letters

    with told_plainly():
        aws = Aws(config.load(environment), port=port)
        aws.check_account()
        found = dead_letters.find(aws)
        if queue is None:
            _list(found, as_json=as_json)
            return
        chosen = [one for one in found if queue in one.name]
        if len(chosen) != 1:
            names = ", ".join(one.name for one in chosen or found) or "there is none"
            fail(f"--queue must name one dead-letter queue ({names}), got {queue}", Exit.USAGE)
        (one,) = chosen
        _show_samples(aws, one)
        if dry_run or not one.messages:
            return
        confirm(aws.environment, f"send up to {min(one.messages, at_most)} messages to {one.goes_to}", yes=yes)
        sent = dead_letters.send_again(
            aws, one, at_most=at_most, per_second=per_second, seconds=time_limit_minutes * 60
        )
        left = dead_letters.count(aws, one.url)
    progress.print(f"[green]✓[/] {sent} messages sent again; {left} are left in {one.name}", soft_wrap=True)
    if as_json:
        emit({"queue": one.name, "target": one.target, "sent": sent, "left": left})


def _list(found: "list[DeadLetters]", *, as_json: bool) -> None:
    for one in found:
        colour = "red" if one.messages else "green"
        progress.print(f"  [{colour}]{one.messages:>6}[/] {one.name} <- {one.goes_to}", soft_wrap=True)
    if not found:
        progress.print("The environment has no dead-letter queue.")
    if as_json:
        emit([_plain(one) for one in found])


def _plain(one: "DeadLetters") -> dict[str, Any]:
    return {"queue": one.name, "kind": one.kind, "target": one.target, "messages": one.messages}


def _show_samples(aws: "Aws", one: "DeadLetters") -> None:
    from scripts.delivery import dead_letters

    progress.print(f"{one.name}: {one.messages} messages, of {one.goes_to}", markup=False, soft_wrap=True)
    for body in dead_letters.samples(aws, one) if one.messages else ():
        progress.print(f"    {body[:200]}", markup=False, soft_wrap=True)
