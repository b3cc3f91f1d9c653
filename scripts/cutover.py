"""`cutover`: puts a restored copy into use, or the one before it again; neither is changed or deleted."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, confirm, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.recovery.stores import Store

STATES = Path(".groundwork/cutovers")


def cutover(
    *,
    environment: Annotated[str, typer.Option(help="Whose store.")],
    store: Annotated[str, typer.Option(help="Id of the store, as the configuration has it.")],
    to: Annotated[str | None, typer.Option(help="Name of the copy, as `restore` said it.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Go back to the store as it was before.")] = False,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 60,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Serve a store from its restored copy. `--undo` goes back; what was written in between stays in the copy."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.recovery.journal import JournalError
    from scripts.recovery.stores import choose, find_stores

    if bool(to) == undo:
        fail("give either --to NAME or --undo", Exit.USAGE)
    with told_plainly(JournalError):
        aws = Aws(config.load(environment), port=port)
        aws.check_account()
        (chosen,) = choose(find_stores(aws), [store], kinds=["table", "bucket", "cluster", "document-cluster"])
        confirm(aws.environment, f"serve {store} from {to}" if to else f"serve {store} as before", yes=yes)
        if chosen.kind in ("cluster", "document-cluster"):
            _swap(aws, chosen, to, seconds=time_limit_minutes * 60)
        else:
            _point(aws, chosen, to)


def _point(aws: "Aws", store: "Store", to: str | None) -> None:
    """Say in config/cutovers.json what serves a table or a bucket: the next deployment puts it into use."""
    from config import cutovers

    name = aws.environment.name
    known = cutovers.read()
    if to:
        _check(aws, store, to)
        known.setdefault(name, {})[store.id] = to
    elif not known.get(name, {}).pop(store.id, None):
        fail(f"{store.id} is not served from a copy in {name} (config/{cutovers.FILE.name}): nothing to undo")
    cutovers.write(known)
    progress.print(f"[green]✓[/] config/{cutovers.FILE.name} says so; nothing changes before it is deployed:")
    progress.print(f"  {_deploy(aws)}")


def _check(aws: "Aws", store: "Store", to: str) -> None:
    """Refuse a copy that is not there, or not whole."""
    from botocore.exceptions import ClientError

    from scripts.aws import WrongArgumentError, code_of
    from scripts.recovery.buckets import check_whole

    if store.kind == "bucket":
        check_whole(aws, to)
        return
    try:
        aws.client("dynamodb").describe_table(TableName=to)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise
        raise WrongArgumentError(f"--to must be a table that is there, got {to}") from None


def _swap(aws: "Aws", store: "Store", to: str | None, *, seconds: float) -> None:
    """Exchange the names of two clusters: endpoints follow names, and CloudFormation's identifier stays true."""
    from scripts.recovery.clusters import SERVICES, aside_of, swap_names
    from scripts.recovery.journal import Journal

    live, service = store.physical_id, SERVICES[store.kind]
    asked = {"environment": aws.environment.name, "store": store.id, "to": to}
    journal = Journal(STATES / f"{aws.environment.name}-{store.id}.json", asked=asked)
    now = f"{datetime.now(UTC):%Y%m%d%H%M%S}"
    if to:
        swapped, aside = to, journal.mark("aside") or f"{live[:40]}-before-{now}"
    else:
        swapped = journal.mark("swapped") or aside_of(aws, live, service=service)
        aside = journal.mark("aside") or f"{live[:40]}-undone-{now}"
    journal.set_mark("swapped", swapped)
    journal.set_mark("aside", aside)
    swap_names(aws, live, swapped, aside, service=service, seconds=seconds, journal=journal)
    _tell_stack(aws, store, to)
    journal.path.unlink()
    if to:
        progress.print(f"[green]✓[/] {live} is now what was {to}; what it was before is {aside}", soft_wrap=True)
    else:
        progress.print(f"[green]✓[/] {live} is again what it was; the copy is {aside}", soft_wrap=True)


def _tell_stack(aws: "Aws", store: "Store", to: str | None) -> None:
    """Have the next deployment ask the cluster anew for its id and its secret, which did not move with the name.

    Of a DocumentDB cluster no template knows either: who signs in is a user in the cluster itself.
    """
    from config import cutovers

    if store.kind != "cluster":
        return
    known = cutovers.read()
    if to:
        known.setdefault(aws.environment.name, {})[store.id] = to
    else:
        known.get(aws.environment.name, {}).pop(store.id, None)
    cutovers.write(known)
    progress.print(f"  config/{cutovers.FILE.name} says so. Deploy it now: until then nobody signs in with IAM:")
    progress.print(f"  {_deploy(aws)}")


def _deploy(aws: "Aws") -> str:
    return "make up" if aws.environment.emulator else f"make deploy ENV={aws.environment.name}"
