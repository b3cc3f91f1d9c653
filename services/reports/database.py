"""PostgreSQL: connections that are kept, signed in with IAM, and the table of reports."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any

import boto3
from pg8000.exceptions import InterfaceError
from pg8000.native import Connection
from reports.settings import ROOTS, Place

TIMEOUT_SECONDS = 10
MOST_CONNECTIONS = 8
LOCK = 7_166_002
"""Any number that nobody else locks: two tasks that start at once take turns."""
SCHEMA = """
CREATE TABLE IF NOT EXISTS reports (
    id uuid PRIMARY KEY,
    text text NOT NULL,
    words integer,
    longest text,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
)
"""


def connect(place: Place, region: str) -> Connection:
    """Open a connection: with the password if there is one, otherwise with a token of IAM over verified TLS."""
    if place.password is not None:
        password, context = place.password, None
    else:
        context = ssl.create_default_context(cafile=str(ROOTS))
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        rds = boto3.client("rds", region_name=region)
        password = rds.generate_db_auth_token(DBHostname=place.host, Port=place.port, DBUsername=place.user)
    return Connection(
        place.user,
        host=place.host,
        port=place.port,
        database=place.name,
        password=password,
        ssl_context=context,
        timeout=TIMEOUT_SECONDS,
        application_name="reports",
    )


def migrate(place: Place, region: str) -> None:
    """Bring the schema to what this version needs; a version beside it can go on."""
    connection = connect(place, region)
    try:
        connection.run("BEGIN")
        connection.run(f"SELECT pg_advisory_xact_lock({LOCK})")
        connection.run(SCHEMA)
        connection.run("COMMIT")
    finally:
        connection.close()


class Database:
    """Connections for threads to borrow. One that fails is thrown away, so a database may come and go."""

    def __init__(self, place: Place, region: str) -> None:
        self._place, self._region = place, region
        self._idle: LifoQueue[Connection] = LifoQueue(MOST_CONNECTIONS)

    @contextmanager
    def _borrowed(self) -> Iterator[Connection]:
        try:
            connection = self._idle.get_nowait()
        except Empty:
            connection = connect(self._place, self._region)
        try:
            yield connection
        except (InterfaceError, OSError):
            connection.close()
            raise
        if self._idle.full():
            connection.close()
        else:
            self._idle.put_nowait(connection)

    def run(self, statement: str, **values: Any) -> list[list[Any]]:
        """Run one statement, once more on a new connection when the kept one turns out to be dead."""
        try:
            with self._borrowed() as connection:
                return list(connection.run(statement, **values) or ())
        except (InterfaceError, OSError):
            while not self._idle.empty():
                self._idle.get_nowait()
            with self._borrowed() as connection:
                return list(connection.run(statement, **values) or ())

    def close(self) -> None:
        """Close what is idle."""
        while not self._idle.empty():
            self._idle.get_nowait().close()
