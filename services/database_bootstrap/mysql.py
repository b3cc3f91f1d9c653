"""MySQL: two users of one database, with what each needs."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

import pymysql
from database_bootstrap.canary import SETUP, Canary, insertion
from database_bootstrap.settings import Settings

TIMEOUT_SECONDS = 30
ROWS = "SELECT, INSERT, UPDATE, DELETE, EXECUTE"
SIGN_IN = "IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS'"
TABLES = (
    "CREATE, ALTER, DROP, INDEX, REFERENCES, CREATE VIEW, SHOW VIEW, TRIGGER, CREATE ROUTINE, ALTER ROUTINE, "
    "CREATE TEMPORARY TABLES, LOCK TABLES"
)


def prepare(settings: Settings, *, user: str, password: str, context: ssl.SSLContext) -> None:
    """Sign in as `user` and bring the database to what `settings` ask for."""
    with _signed_in(settings, user=user, password=password, context=context) as cursor:
        for statement in statements(settings):
            cursor.execute(statement)


def write_canary(settings: Settings, canary: Canary, *, user: str, password: str, context: ssl.SSLContext) -> None:
    """Sign in as `user` and add `canary` to the others."""
    with _signed_in(settings, user=user, password=password, context=context) as cursor:
        for statement in SETUP:
            cursor.execute(statement)
        cursor.execute(insertion("%(written_at)s", "%(nonce)s", "%(checksum)s"), asdict(canary))


@contextmanager
def _signed_in(
    settings: Settings, *, user: str, password: str, context: ssl.SSLContext
) -> Iterator[pymysql.cursors.Cursor]:
    connection = pymysql.connect(
        host=settings.host,
        port=settings.port,
        user=user,
        password=password,
        ssl=context,
        autocommit=True,
        connect_timeout=TIMEOUT_SECONDS,
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
    )
    try:
        with connection.cursor() as cursor:
            yield cursor
    finally:
        connection.close()


def statements(settings: Settings) -> Iterator[str]:
    """Yield what to run. MySQL ends a transaction at each, and every one may run again."""
    database = settings.database
    yield f"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4"
    for user, rights in ((settings.application, ROWS), (settings.migrations, f"{ROWS}, {TABLES}")):
        yield f"CREATE USER IF NOT EXISTS '{user}'@'%' {SIGN_IN} REQUIRE SSL"
        yield f"GRANT {rights} ON `{database}`.* TO '{user}'@'%'"
