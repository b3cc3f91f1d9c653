"""`find`: where a resource is, over every environment's account and regions."""

from typing import Annotated

import typer

from scripts.console import Exit, emit, fail, progress


def find(
    text: Annotated[str, typer.Argument(help="Part of a name, an id, an ARN or a tag; or a CloudFormation type.")],
    *,
    environment: Annotated[
        list[str] | None, typer.Option(help="Look only there; none: every environment on AWS.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was found to stdout as JSON.")] = False,
) -> None:
    """Find a resource. Other accounts are read through the look-up role that `cdk bootstrap` made there."""
    import config
    from scripts.aws import Aws, AwsError, told_plainly
    from scripts.delivery.search import Found, search

    if not text.strip():
        fail("TEXT must not be empty", Exit.USAGE)
    with told_plainly():
        chosen = [config.load(name) for name in environment or config.names()]
        chosen = [one for one in chosen if environment or not one.emulator]
        found: list[Found] = []
        skipped = 0
        for one in chosen:
            try:
                aws = Aws(one, port=port).in_own_account()
                hits, how = search(aws, text)
            except AwsError as error:
                skipped += 1
                progress.print(f"{one.name}: not searched: {error}", markup=False, soft_wrap=True)
                continue
            progress.print(f"{one.name}: {len(hits)} found, in {how}", markup=False, soft_wrap=True)
            found += hits
        if skipped == len(chosen):
            fail("no environment could be searched")
    if as_json:
        emit([one.to_dict() for one in found])
    for hit in [] if as_json else found:
        within = f"{hit.stack}/{hit.logical_id}" if hit.stack else "-"
        typer.echo("\t".join((hit.environment, hit.region, hit.type, within, hit.name)))
