"""`token`: makes a user in a directory that is not production's, and prints an access token."""

from typing import Annotated

import typer

from scripts.console import Exit, fail, progress


def token(
    environment: Annotated[str, typer.Option(help="Whose directory.")] = "local",
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
) -> None:
    """Print an access token of a new user, for `Authorization: Bearer ...`. Each call makes another user."""
    import config
    from scripts.aws import Aws, told_plainly
    from scripts.users import new_user

    with told_plainly():
        chosen = config.load(environment)
        if chosen.production:
            fail(f"{environment} is production: its users sign in themselves", Exit.USAGE)
        aws = Aws(chosen, port=port)
        aws.check_account()
        name, issued = new_user(aws)
        progress.print(f"for the new user {name}; it is good for half an hour", soft_wrap=True)
        typer.echo(issued)
