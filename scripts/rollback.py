"""`rollback`: goes back to a release that worked, and frees stacks that are stuck in a failed state."""

import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.delivery.releases import Archive, Release

NOT_DATA = (
    "A roll back changes resources and code. Data is not rolled back: rows, objects, messages and schemas stay as they "
    "are now. `restore` brings data back."
)


def rollback(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    to: Annotated[str | None, typer.Option(help="Release: its id, or an unmistakable part, such as a commit.")] = None,
    recover: Annotated[
        bool, typer.Option("--recover", help="Free the stacks that are stuck in a failed state.")
    ] = False,
    skip: Annotated[
        list[str] | None, typer.Option(help="With --recover: logical id of a resource that is left as it is.")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Functions and services only, at once, past CloudFormation.")
    ] = False,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting for a stack after this long.")] = 120,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change, and leave it.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """List the releases that there are, or go back to one of them. Data is never rolled back."""
    import config
    from infra.assembly import NotAnAssemblyError
    from infra.guardrails.lock import LockError
    from scripts.aws import Aws, told_plainly
    from scripts.delivery.releases import archive_of

    if sum((bool(to), recover, fast)) > 1:
        fail("--to, --recover and --fast are three ways: give one of them", Exit.USAGE)
    if skip and not recover:
        fail("--skip goes with --recover", Exit.USAGE)
    seconds = time_limit_minutes * 60
    with told_plainly(NotAnAssemblyError, LockError):
        aws = Aws(config.load(environment), port=port)
        archive = archive_of(aws, aws.check_account())
        if recover:
            _recover(aws, archive, skip=skip or [], seconds=seconds, yes=yes, dry_run=dry_run)
        elif fast:
            _fast(aws, yes=yes, dry_run=dry_run)
        elif to:
            done = _go_back(aws, archive, archive.get(to), seconds=seconds, yes=yes, dry_run=dry_run)
            if as_json and done:
                emit(asdict(done))
        else:
            releases = archive.list()
            _show(releases)
            if as_json:
                emit([asdict(one) for one in releases])


def _show(releases: "list[Release]") -> None:
    if not releases:
        progress.print("Nothing is archived: `deploy` archives what it deploys.")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("release", "made", "commit", "state"):
        table.add_column(title, overflow="fold")
    now = datetime.now(UTC)
    in_use = next((one.id for one in releases if one.state == "deployed"), None)
    for one in releases:
        table.add_row(one.id, one.age(now), one.commit[:12], one.state + (" (in use)" if one.id == in_use else ""))
    progress.print(table)
    progress.print(f"\n{NOT_DATA}")


def _go_back(
    aws: "Aws", archive: "Archive", wanted: "Release", *, seconds: float, yes: bool, dry_run: bool
) -> "Release | None":
    """Deploy an archived assembly as a release of its own: the way back can be gone back too."""
    from dataclasses import replace

    from infra.assembly import load
    from scripts.delivery import change_sets, rollout
    from scripts.delivery.releases import names_of, new_release
    from scripts.delivery.stacks import in_order, stacks_of

    with tempfile.TemporaryDirectory() as scratch:
        folder = archive.fetch(wanted, Path(scratch) / "assembly")
        assembly = load(folder)
        release = replace(new_release(aws, names_of(assembly)), commit=wanted.commit)
        run = rollout.Rollout(aws, archive, release, assembly, folder, seconds)
        run.wait_until_ready()
        progress.print(
            f"Back to {wanted.id}, made {wanted.age(datetime.now(UTC))}. {NOT_DATA}", markup=False, soft_wrap=True
        )
        for stack in stacks_of(aws):
            if stack.name not in release.stacks:
                progress.print(f"stays, and is not of that release: {stack.name}", markup=False, soft_wrap=True)
        if dry_run:
            ready, later = run.prepare(in_order(assembly))
            rollout.show(ready, later=later)
            change_sets.discard(aws, ready)
            return None
        archive.keep(release, folder)
        done = run.run(yes=yes)
    progress.print(f"[green]✓[/] {aws.environment.name} is as {wanted.id} has it", soft_wrap=True)
    return done


def _recover(aws: "Aws", archive: "Archive", *, skip: list[str], seconds: float, yes: bool, dry_run: bool) -> None:
    from scripts.delivery.recover import recover
    from scripts.delivery.stacks import stacks_of

    stuck = [one for one in stacks_of(aws) if one.verdict in ("stuck", "never-stable")]
    for one in stuck:
        progress.print(f"  {one.name} is {one.status}: {one.reason or 'no reason given'}", markup=False, soft_wrap=True)
    if not stuck:
        progress.print("No stack is stuck.")
    elif not dry_run:
        confirm(aws.environment, f"roll back {', '.join(one.name for one in stuck)}", yes=yes)
        releases = archive.list()
        for one in stuck:
            status = recover(aws, one, releases, skip=skip, seconds=seconds)
            progress.print(f"[green]✓[/] {one.name} is {status}", soft_wrap=True)


def _fast(aws: "Aws", *, yes: bool, dry_run: bool) -> None:
    from scripts.delivery.fast import go_back, plan

    steps = plan(aws)
    for step in steps:
        progress.print(f"  {step.name}: {step.now} -> {step.before}", markup=False, soft_wrap=True)
    if not steps:
        fail("no function and no service has an older version to go back to")
    if not dry_run:
        confirm(aws.environment, f"point {len(steps)} functions and services at what they ran before", yes=yes)
        for step in steps:
            go_back(aws, step)
        progress.print("[green]✓[/] done; the stacks do not know of it: now repair forward, or `rollback --to`")
