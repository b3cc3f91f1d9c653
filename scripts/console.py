"""What every verb shares: exit codes, progress on stderr, data on stdout."""

import json
import sys
from enum import IntEnum
from typing import TYPE_CHECKING, Any, NoReturn

from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from config import Environment

#: Progress and messages. Data goes to stdout through `emit`, so that a pipe gets data only.
progress = Console(stderr=True, highlight=False)


class Exit(IntEnum):
    """Exit codes of every verb."""

    OK = 0
    ERROR = 1
    USAGE = 2
    FINDINGS = 3
    TIMEOUT = 4


def fail(message: str, code: Exit = Exit.ERROR) -> NoReturn:
    """Print one clear line on stderr and leave with `code`; a user's mistake never shows a traceback."""
    progress.print(f"[bold red]error:[/] {escape(message)}", soft_wrap=True)
    raise SystemExit(int(code))


def emit(data: Any) -> None:
    """Write `data` to stdout as indented JSON."""
    json.dump(data, sys.stdout, indent=2, default=str)
    sys.stdout.write("\n")


def confirm(environment: "Environment", what: str, *, yes: bool) -> None:
    """Ask before `what` is done to an environment: production wants its name typed, `--yes` or not.

    Without a terminal there is nobody to ask: it goes on with `--yes` where it is not production, and ends otherwise.
    """
    if environment.production:
        if not sys.stdin.isatty():
            fail(f"{what} in {environment.name} (production) needs a person at a terminal", Exit.USAGE)
        progress.print(f"This will {escape(what)} in [bold red]{environment.name}[/].", soft_wrap=True)
        if progress.input("Type the environment's name to go on: ").strip() != environment.name:
            fail("not confirmed: nothing was done")
    elif not yes:
        if not sys.stdin.isatty():
            fail(f"{what} in {environment.name}: say --yes where there is no terminal", Exit.USAGE)
        if progress.input(f"{what[0].upper()}{what[1:]} in {environment.name}? [y/N] ").strip().lower() != "y":
            fail("not confirmed: nothing was done")
