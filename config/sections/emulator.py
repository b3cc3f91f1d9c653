"""Emulator: set only where the environment is not on AWS."""

from typing import Annotated

from pydantic import Field

from config.sections.base import Section


class Emulator(Section):
    """The AWS emulator on this machine; the app does not look at it, only the command line does."""

    port: Annotated[int, Field(ge=1024, le=65_535)] = 4566
    """TCP port on 127.0.0.1."""
