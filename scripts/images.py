"""`images`: builds, scans and pushes the images of containers that an environment's pipeline delivers."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from config.sections.images import BuiltImage
    from scripts.aws import Aws
    from scripts.delivery.images import Vulnerability


def images(
    *,
    environment: Annotated[str, typer.Option(help="Whose pipeline.")],
    image: Annotated[str | None, typer.Option(help="Id of one image; none: all of them.")] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting for a scan after this long.")] = 20,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be built; build nothing.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """Build what is not there yet, and wait for every scan; what runs stays as it is.

    Exit code 3 where a severe finding is accepted by nobody.
    """
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.delivery.images import build, find, scan, stopping

    with told_plainly():
        aws = Aws(config.load(environment), port=port)
        chosen = _chosen(aws, image)
        account = aws.check_account()
        missing = [one for one in chosen if not find(aws, one)]
        for one in chosen:
            said = "to be built" if one in missing else "is there"
            progress.print(f"  {one.id} {one.version}: {said}", markup=False, soft_wrap=True)
        if dry_run:
            return
        for one in missing:
            build(aws, one, account)
        found = {one.id: stopping(one, scan(aws, one, seconds=time_limit_minutes * 60)) for one in chosen}
    _show(chosen, found)
    if as_json:
        emit([_plain(one, built=one in missing, found=found[one.id]) for one in chosen])
    if any(found.values()):
        fail("an image has severe findings: repair it, or accept them in the configuration, each why", Exit.FINDINGS)


def _chosen(aws: "Aws", name: str | None) -> "list[BuiltImage]":
    pipeline = aws.environment.pipeline
    known = {one.id: one for one in (pipeline.images if pipeline else ())}
    if name and name not in known:
        fail(f"--image must be one of the pipeline's ({', '.join(known) or 'it builds none'}), got {name}", Exit.USAGE)
    return [known[name]] if name else list(known.values())


def _show(chosen: "list[BuiltImage]", found: "dict[str, list[Vulnerability]]") -> None:
    for image in chosen:
        mark = "[red]✗[/]" if found[image.id] else "[green]✓[/]"
        progress.print(f"{mark} {image.id} {image.version} is scanned", soft_wrap=True)
        for one in found[image.id]:
            progress.print(f"    {one.severity} {one.id} {one.package}", markup=False, soft_wrap=True)


def _plain(image: "BuiltImage", *, built: bool, found: "list[Vulnerability]") -> dict[str, Any]:
    return {"image": image.id, "version": image.version, "built": built, "findings": [asdict(one) for one in found]}
