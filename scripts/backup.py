"""`backup`: takes a copy of a store now, beside what the schedule takes."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import confirm, emit, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.recovery.stores import Store


def backup(
    *,
    environment: Annotated[str, typer.Option(help="Whose stores.")],
    store: Annotated[
        list[str] | None, typer.Option(help="Id of a store, as the configuration has it; all: none.")
    ] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 120,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be copied, and end.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was made to stdout as JSON.")] = False,
) -> None:
    """Take a copy of tables, clusters and file systems now. Buckets keep every version: nothing is taken of them."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.recovery.stores import choose, find_stores

    with told_plainly():
        aws = Aws(config.load(environment), port=port)
        aws.check_account()
        chosen = choose(find_stores(aws), store or [])
        for one in chosen:
            progress.print(f"  {one.id}: {_plan(one)}", markup=False, soft_wrap=True)
        if not dry_run:
            confirm(aws.environment, f"back up {', '.join(one.id for one in chosen)}", yes=yes)
            made = [_take(aws, one, seconds=time_limit_minutes * 60) for one in chosen if one.kind != "bucket"]
            if as_json:
                emit(made)


def _plan(store: "Store") -> str:
    said = {
        "table": "an on-demand backup",
        "cluster": "a snapshot",
        "document-cluster": "a snapshot",
        "file-system": "a recovery point of AWS Backup",
        "bucket": "nothing to take: every version is kept, restore it with --at",
    }
    return f"{store.physical_id}: {said[store.kind]}"


def _take(aws: "Aws", store: "Store", *, seconds: float) -> dict[str, Any]:
    from scripts.recovery import clusters, file_systems, tables

    name = f"{store.physical_id[-80:]}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    match store.kind:
        case "table":
            arn = tables.back_up(aws, store.physical_id, name, seconds=seconds)
        case "cluster" | "document-cluster":
            service = clusters.SERVICES[store.kind]
            arn = clusters.back_up(aws, store.physical_id, name, service=service, seconds=seconds)
        case _:
            arn = file_systems.back_up(aws, store.physical_id, seconds=seconds)
    progress.print(f"[green]✓[/] {store.id}: {arn}", soft_wrap=True)
    return {"store": store.id, "kind": store.kind, "backup": arn}
