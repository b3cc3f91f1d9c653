"""`drill`: loses known data on purpose, restores it, compares every record, and records how long it took."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.recovery.drill import Outcome
    from scripts.recovery.stores import Store

CLUSTERS = ("cluster", "document-cluster")


def drill(
    *,
    environment: Annotated[str, typer.Option(help="Where: never in production.")],
    folder: Annotated[Path, typer.Option(help="Folder of the dated record (JSON and Markdown).")],
    store: Annotated[list[str] | None, typer.Option(help="Id of a store; all: none.")] = None,
    items: Annotated[int, typer.Option(min=1, max=1_000_000, help="Items to write into each table.")] = 1_000,
    objects: Annotated[int, typer.Option(min=1, max=1_000_000, help="Objects to write into each bucket.")] = 200,
    time_limit_minutes: Annotated[
        int, typer.Option(min=1, help="Give up waiting for a restore after this long.")
    ] = 240,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the record to stdout as JSON.")] = False,
) -> None:
    """Drill the restore of every store with data of the drill's own; exit code 3 where a target is missed."""
    import json

    import config
    from scripts.aws import Aws, told_plainly
    from scripts.recovery.drill import write_record
    from scripts.recovery.stores import choose, find_stores

    with told_plainly():
        aws = Aws(config.load(environment), port=port)
        if aws.environment.production:
            fail(f"{environment} is production: its restores are tested by AWS Backup, beside it", Exit.USAGE)
        aws.check_account()
        chosen = choose(find_stores(aws), store or [])
        for one in chosen:
            progress.print(
                f"  {one.id} ({one.physical_id}): {_plan(aws, one, items, objects)}", markup=False, soft_wrap=True
            )
        if dry_run:
            return
        confirm(aws.environment, "write, lose and restore the drill's own data", yes=yes)
        folder.mkdir(parents=True, exist_ok=True)
        begun = datetime.now(UTC)
        outcomes = [
            outcome
            for one in chosen
            if (outcome := _drill(aws, one, items=items, objects=objects, folder=folder, minutes=time_limit_minutes))
        ]
        page, missed = write_record(folder, aws.environment, outcomes, begun=begun)
    for line in missed:
        progress.print(f"[red]✗[/] {line}", soft_wrap=True)
    progress.print(f"the record: {page}", soft_wrap=True)
    if as_json:
        emit(json.loads(page.with_suffix(".json").read_text()))
    if missed:
        raise SystemExit(int(Exit.FINDINGS))


def _plan(aws: "Aws", store: "Store", items: int, objects: int) -> str:
    if store.kind in CLUSTERS and aws.environment.emulator:
        return "not drilled here: the emulator keeps records of clusters, and restores none"
    said = {
        **dict.fromkeys(CLUSTERS, "take a snapshot, restore it beside, compare all settings, remove the copy"),
        "table": f"write {items:,} items, back up, delete and corrupt them, restore beside, compare all",
        "bucket": f"write {objects:,} objects, delete and corrupt them, restore beside by versions, compare all",
    }
    return said.get(store.kind, "not drilled from here: AWS Backup's restore tests do it every month")


def _drill(aws: "Aws", store: "Store", *, items: int, objects: int, folder: Path, minutes: int) -> "Outcome | None":
    from scripts.recovery.cluster_drill import drill_cluster
    from scripts.recovery.drill import drill_bucket, drill_table

    progress.print(f"[bold]{store.id}[/]")
    match store.kind:
        case "table":
            outcome = drill_table(aws, store, items=items, folder=folder, seconds=minutes * 60)
        case "bucket":
            outcome = drill_bucket(aws, store, objects=objects, folder=folder)
        case kind if kind in CLUSTERS and not aws.environment.emulator:
            outcome = drill_cluster(aws, store, folder=folder, seconds=minutes * 60)
        case _:
            progress.print(f"[yellow]-[/] {_plan(aws, store, items, objects)}")
            return None
    mark = "[red]✗[/]" if outcome.differences else "[green]✓[/]"
    progress.print(
        f"{mark} {outcome.written:,} records, {outcome.differences} differences, recovered in "
        f"{outcome.recovery_seconds:.1f} s, data {outcome.data_age_seconds:.1f} s old",
        soft_wrap=True,
    )
    return outcome
