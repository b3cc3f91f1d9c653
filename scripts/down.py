"""`down`: stops the local environment; nothing of it is kept."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from scripts.console import fail, progress
from scripts.up import FOLDER


def down(
    folder: Annotated[Path, typer.Option(help="Folder of the emulator's lock, log and files.")] = FOLDER,
) -> None:
    """Stop the emulator and forget everything in it."""
    from emulator.daemon import Daemon, EmulatorError

    try:
        stopped = Daemon(folder.resolve(), port=0, account="").stop()
    except EmulatorError as error:
        fail(str(error))
    shutil.rmtree(folder, ignore_errors=True)
    progress.print("The emulator is stopped." if stopped else "No emulator was running.")
