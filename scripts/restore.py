"""`restore`: brings a store back beside the one in use, from a backup or a moment; nothing in use is touched."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.recovery.journal import Step
    from scripts.recovery.stores import Origin, Store

STATES = Path(".groundwork/restores")


def restore(
    *,
    environment: Annotated[str, typer.Option(help="Whose store.")],
    store: Annotated[str, typer.Option(help="Id of the store, as the configuration has it.")],
    backup: Annotated[
        str | None, typer.Option(help="The backup, as `backup` said it: an ARN, or the name of a snapshot.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="The moment, such as 2026-01-31T09:30:00Z.")] = None,
    prefix: Annotated[str, typer.Option(help="Of a bucket: only objects whose key begins so.")] = "",
    state: Annotated[
        Path | None, typer.Option(help="File that remembers how far it is; default below .groundwork.")
    ] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 240,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """Restore a store beside the one in use and check it. The same command goes on after a crash; `cutover` follows."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.recovery.buckets import check_moment, counted
    from scripts.recovery.journal import Journal, JournalError, run
    from scripts.recovery.stores import Origin, choose, find_stores

    origin = Origin(backup, _moment(at))
    with told_plainly(JournalError):
        aws = Aws(config.load(environment), port=port)
        aws.check_account()
        (chosen,) = choose(find_stores(aws), [store])
        _check_origin(chosen, origin)
        if chosen.kind == "bucket" and origin.at:
            check_moment(aws, chosen.physical_id, origin.at)
        file = state or STATES / f"{environment}-{chosen.id}.json"
        asked = {"environment": environment, "store": chosen.id, "backup": backup, "at": at, "prefix": prefix}
        journal = Journal(file, asked=asked)
        target = journal.mark("target") or _name_beside(chosen)
        steps = plan(aws, chosen, target, origin, prefix=prefix, seconds=time_limit_minutes * 60)
        if dry_run:
            for number, step in enumerate(steps, start=1):
                progress.print(f"  {number}. {step.does}", markup=False, soft_wrap=True)
            if chosen.kind == "bucket" and origin.at:
                objects, size = counted(aws, chosen, at=origin.at, prefix=prefix)
                progress.print(f"  that is {objects:,} objects, {size / 2**20:,.1f} MiB", soft_wrap=True)
            return
        confirm(aws.environment, f"restore {chosen.id} beside the one in use", yes=yes)
        journal.set_mark("target", target)
        run(steps, journal, told=_tell)
        target = journal.result("verify").get("target", target)
        outcome = {"store": chosen.id, "kind": chosen.kind, "restored": target, **journal.result("verify")}
        file.replace(file.with_name(f"{file.stem}-{target}.done.json"))  # the record of a restore that is over
        progress.print(f"[green]✓[/] {chosen.id} is restored as {target}; nothing uses it yet", soft_wrap=True)
        progress.print(f"  next: {_next(environment, chosen, target, prefix)}", soft_wrap=True)
        if as_json:
            emit(outcome)


def plan(
    aws: "Aws", store: "Store", target: str, origin: "Origin", *, prefix: str = "", seconds: float
) -> "list[Step]":
    """Return the steps that restore `store` from `origin` beside the one in use, as `target`."""
    from scripts.recovery import buckets, clusters, file_systems, tables

    match store.kind:
        case "table":
            return tables.restore_steps(aws, store, target, origin=origin, seconds=seconds)
        case "cluster" | "document-cluster":
            return clusters.restore_steps(aws, store, target, origin=origin, seconds=seconds)
        case "bucket" if origin.at:
            return buckets.restore_steps(aws, store, target, at=origin.at, prefix=prefix)
        case _:
            return file_systems.restore_steps(aws, store, backup=origin.backup, seconds=seconds)


def _next(environment: str, store: "Store", target: str, prefix: str) -> str:
    """Return what puts a copy into use; a part of a bucket goes back into it, where versions keep what it covers."""
    if store.kind == "file-system":
        return "docs/runbooks/restore.md, A file system: what mounts files is told which"
    if prefix:
        return f"aws s3 sync s3://{target}/{prefix} s3://{store.physical_id}/{prefix}"
    return f"python -m scripts cutover --environment {environment} --store {store.id} --to {target}"


def _check_origin(store: "Store", origin: "Origin") -> None:
    """A store is restored from what it can be restored from."""
    if origin.backup and origin.at:
        fail("--backup and --at are two origins: give one of them", Exit.USAGE)
    if store.kind == "bucket" and not origin.at:
        fail(f"--at must be given: {store.id} is a bucket, restored to a moment from its versions", Exit.USAGE)
    starts = {"table": ("arn:aws:dynamodb:", "arn:aws:backup:"), "file-system": ("arn:aws:backup:",)}.get(store.kind)
    if origin.backup and starts and not origin.backup.startswith(starts):
        said = " or ".join(f"{start}..." for start in starts)
        fail(f"--backup must be an ARN ({said}) for {store.id}, a {store.kind}, got {origin.backup}", Exit.USAGE)
    if store.kind == "file-system" and origin.at:
        fail(f"--at must not be given: {store.id} is a file system, restored from a recovery point", Exit.USAGE)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        fail(f"--at must be a moment such as 2026-01-31T09:30:00Z, got {text}", Exit.USAGE)
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if moment > datetime.now(UTC):
        fail(f"--at must not lie in the future, got {text}", Exit.USAGE)
    return moment


def _name_beside(store: "Store") -> str:
    stamp = f"-restored-{datetime.now(UTC):%Y%m%d%H%M%S}"
    longest = {"table": 255, "bucket": 63, "cluster": 60, "document-cluster": 60}.get(store.kind, 255)
    return store.physical_id[: longest - len(stamp)] + stamp


def _tell(step: "Step", known: bool) -> Any:
    progress.print(f"[dim]{'done before' if known else 'now'}:[/] {step.does}", soft_wrap=True)
