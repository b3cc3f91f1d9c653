"""The canary of restore tests: a row a day in a table of its own, numbered, with how many tables there were."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

TABLE = "groundwork_canary.canaries"
SETUP = (
    "CREATE SCHEMA IF NOT EXISTS groundwork_canary",
    f"CREATE TABLE IF NOT EXISTS {TABLE} (number INT PRIMARY KEY, written_at VARCHAR(64) NOT NULL, "
    "nonce VARCHAR(64) NOT NULL, checksum VARCHAR(64) NOT NULL, tables_then INT NOT NULL)",
)
"""Both engines take this as it is: what PostgreSQL calls a schema is a database to MySQL, by either word."""

TABLES = (
    "SELECT count(*) FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN "
    "('information_schema', 'performance_schema', 'pg_catalog', 'mysql', 'sys')"
)
"""The same question that restore tests ask of what came back."""


@dataclass(frozen=True, kw_only=True)
class Canary:
    """What is written; who checks restores made it, and its checksum."""

    written_at: str
    nonce: str
    checksum: str

    @classmethod
    def read(cls, event: Mapping[str, str]) -> Self:
        """Read what the function was called with."""
        return cls(written_at=event["written_at"], nonce=event["nonce"], checksum=event["checksum"])


def insertion(written_at: str, nonce: str, checksum: str) -> str:
    """Return the statement that adds a canary, where the arguments are the driver's placeholders for its parts.

    Nothing is ever deleted, so the number of rows is the number of the last: a restore that lost one shows.
    """
    return f"INSERT INTO {TABLE} SELECT count(*) + 1, {written_at}, {nonce}, {checksum}, ({TABLES}) FROM {TABLE}"  # noqa: S608
