"""What the environment tells a process: where its stores are, and how it signs in there."""

import logging
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

ROOTS = Path(__file__).parent.parent / "database_bootstrap" / "rds_roots.pem"
"""The certificates that every database of RDS is signed by; image and bundle bring them along."""


class SettingsError(Exception):
    """A variable is missing or is no number; the message names it."""


@dataclass(frozen=True)
class Place:
    """A database or a cache. Without a password a process signs in with a token of IAM, over TLS."""

    host: str
    port: int
    name: str
    user: str
    password: str | None


@dataclass(frozen=True)
class Settings:
    """All of it, read once."""

    database: Place
    migrations: Place | None
    cache: Place | None
    queue_url: str
    bus_name: str
    port: int
    stop_seconds: int
    region: str

    @classmethod
    def read(cls, *, needs_queue: bool = True) -> Self:
        """Read the environment; a function is handed its messages and needs no queue.

        Raises:
            SettingsError: a variable is missing or is no number.
        """
        database = _place("DATABASE_MAIN")
        migrator = os.environ.get("DATABASE_MAIN_MIGRATOR")
        return cls(
            database=database,
            migrations=Place(
                os.environ.get("DATABASE_MAIN_DIRECT_HOST", database.host),
                _number("DATABASE_MAIN_DIRECT_PORT", database.port),
                database.name,
                migrator,
                database.password,
            )
            if migrator
            else None,
            cache=_place("CACHE_CACHE") if "CACHE_CACHE_HOST" in os.environ else None,
            queue_url=_text("QUEUE_REPORTS_URL") if needs_queue else "",
            bus_name=os.environ.get("BUS_NAME", ""),
            port=_number("PORT", 8080),
            stop_seconds=_number("STOP_SECONDS", 30),
            region=os.environ.get("AWS_REGION", "us-east-1"),
        )


def read_or_leave() -> Settings:
    """Read the environment, or say what is wrong with it and leave with the exit code 2."""
    try:
        return Settings.read()
    except SettingsError as error:
        logging.getLogger("reports").critical(str(error))
        sys.exit(2)


def _place(prefix: str) -> Place:
    return Place(
        host=_text(f"{prefix}_HOST"),
        port=_number(f"{prefix}_PORT"),
        name=_text(f"{prefix}_NAME"),
        user=_text(f"{prefix}_USER"),
        password=os.environ.get(f"{prefix}_PASSWORD"),
    )


def _text(name: str) -> str:
    try:
        return os.environ[name]
    except KeyError:
        raise SettingsError(f"{name} must be given") from None


def _number(name: str, default: int | None = None) -> int:
    said = os.environ.get(name)
    if said is None and default is not None:
        return default
    try:
        return int(_text(name))
    except ValueError:
        raise SettingsError(f"{name} must be a number, got {said}") from None
