"""`empty-vaults`: deletes the backups of an environment that retains nothing, so that its stacks can be destroyed."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws

CONTINUOUS = "InvalidResourceStateException"
"""What AWS Backup answers where a record is continuous and still written: it is let go first."""


def empty_vaults(
    *,
    environment: Annotated[str, typer.Option(help="Which environment; never one that retains its data.")],
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 30,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the recovery points to stdout as JSON.")] = False,
) -> None:
    """Delete every recovery point in the environment's two vaults: AWS deletes no vault that holds one."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.recovery.waiting import wait

    with told_plainly():
        chosen = config.load(environment)
        if chosen.retain_data:
            fail(f"{environment} retains its data (retain_data): its backups stay", Exit.USAGE)
        aws = Aws(chosen, port=port)
        aws.check_account()
        found = list(points(aws))
        if as_json:
            emit(found)
        for one in found:
            progress.print(f"{one['vault']}: {one['resource']}, {one['made']}", markup=False, soft_wrap=True)
        if found and not dry_run:
            confirm(chosen, f"delete {len(found)} recovery points", yes=yes)
            for one in found:
                delete(aws, one)
            wait(
                "deleting",
                lambda: not (left := len(list(points(aws)))) or f"{left} left",
                seconds=time_limit_minutes * 60,
            )
    progress.print(f"{len(found)} recovery points {'would go' if dry_run else 'are gone'}")


def points(aws: "Aws") -> Iterator[dict[str, Any]]:
    """Yield what is in the vault, and in the vault of the recovery region."""
    name = f"{aws.environment.project}-{aws.environment.name}"
    for region, vault in ((aws.region, name), (aws.environment.recovery_region, f"{name}-recovery")):
        pages = aws.client("backup", region).get_paginator("list_recovery_points_by_backup_vault")
        for page in pages.paginate(BackupVaultName=vault):
            for point in page["RecoveryPoints"]:
                yield {
                    "region": region,
                    "vault": vault,
                    "arn": point["RecoveryPointArn"],
                    "resource": point.get("ResourceArn", "a resource that is gone"),
                    "made": str(point.get("CreationDate", "")),
                }


def delete(aws: "Aws", point: dict[str, Any]) -> None:
    """Delete one recovery point; one that is still written to is let go of, and goes with its resource."""
    from botocore.exceptions import ClientError

    from scripts.aws import code_of

    backup = aws.client("backup", point["region"])
    named = {"BackupVaultName": point["vault"], "RecoveryPointArn": point["arn"]}
    try:
        backup.delete_recovery_point(**named)
    except ClientError as error:
        if code_of(error) != CONTINUOUS:
            raise
        backup.disassociate_recovery_point(**named)
