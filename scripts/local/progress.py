"""Live progress of a deployment: a bar for each stack, or a line for each where there is no terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from emulator.client import Client
from infra.assembly import Assembly
from scripts.console import progress as console
from scripts.local.cdk import Command


@contextmanager
def step(name: str, *, spinner: bool = True) -> Iterator[list[str]]:
    """Show a step while it runs, and a line with its time when it is done; append to the list what it did."""
    started = time.monotonic()
    said: list[str] = []
    with console.status(f"{name} ...") if spinner else nullcontext():
        yield said
    console.print(f"[green]✓[/] {name:<11} {' '.join(said)} [dim]({time.monotonic() - started:.1f} s)[/]")


def follow(deployment: Command, client: Client, assembly: Assembly, *, since: float) -> None:
    """Show the stacks of `assembly` until the deployment ends."""
    sizes = {(stack.name, stack.region): len(stack.resources) for stack in assembly.stacks if not stack.stage}
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        tasks = {key: bars.add_task(key[0], total=size, start=False) for key, size in sizes.items()}
        ended: set[tuple[str, str]] = set()
        while True:
            running = deployment.running()
            for stack in client.progress():
                key = (stack["name"], stack["region"])
                if key not in tasks or stack["started"] < since:
                    continue
                bars.start_task(tasks[key])
                bars.update(tasks[key], completed=min(stack["done"], sizes[key]))
                if not stack["status"].endswith("_IN_PROGRESS") and key not in ended:
                    ended.add(key)
                    bars.stop_task(tasks[key])
                    _say_ended(stack["name"], stack["status"], stack["seconds"])
            if not running:
                return
            time.sleep(0.2)


def _say_ended(name: str, status: str, seconds: float) -> None:
    good = status in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    mark = "[green]✓[/]" if good else "[red]✗[/]"
    said = status.removesuffix("_COMPLETE").lower().replace("_", " ")
    console.print(f"  {mark} {name} {said} [dim]({seconds:.1f} s)[/]")
