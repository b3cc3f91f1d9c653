"""`config`: shows an environment with all its defaults, the schema of all, and their reference."""

import sys
from typing import Annotated

import typer

from scripts.console import Exit, emit, fail

config = typer.Typer(help="Show the configuration, and generate its reference.", no_args_is_help=True)


@config.command()
def show(
    environment: Annotated[str, typer.Argument(metavar="ENV", help="Name of the environment.")],
    as_json: Annotated[bool, typer.Option("--json", help="Write the whole object as JSON.")] = False,
) -> None:
    """Print an environment with all its defaults, a field a line."""
    import config
    from config.reference import flat
    from config.wording import value

    try:
        found = config.load(environment)
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
    if as_json:
        emit(found.model_dump(mode="json"))
    else:
        fields = flat(found)
        width = max(map(len, fields))
        sys.stdout.writelines(f"{path:{width}}  {value(given).replace('`', '')}\n" for path, given in fields.items())


@config.command()
def schema() -> None:
    """Print the JSON Schema of an environment."""
    sys.stdout.write(render_schema())


@config.command()
def reference() -> None:
    """Print the reference page."""
    sys.stdout.write(render_page())


def render_schema() -> str:
    """Return what docs/config.schema.json must hold."""
    import json

    from config.schema import schema

    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def render_page() -> str:
    """Return what docs/configuration.md must hold."""
    import config
    from config.reference import page

    try:
        return page({name: config.load(name) for name in config.names()})
    except config.ConfigError as error:
        fail(str(error), Exit.USAGE)
