"""What every verb shares: exit codes, progress on stderr, data on stdout."""

import json
import sys
from enum import IntEnum
from typing import Any, NoReturn

from rich.console import Console
from rich.markup import escape

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
