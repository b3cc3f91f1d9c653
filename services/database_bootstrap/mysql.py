"""MySQL: two users of one database, with what each needs."""

import ssl
from collections.abc import Iterator

import pymysql
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
    connection = pymysql.connect(
        host=settings.host,
        port=settings.port,
        user=user,
        password=password,
        ssl=context,
        connect_timeout=TIMEOUT_SECONDS,
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
    )
    try:
        with connection.cursor() as cursor:
            for statement in statements(settings):
                cursor.execute(statement)
    finally:
        connection.close()


def statements(settings: Settings) -> Iterator[str]:
    """Yield what to run. MySQL ends a transaction at each, and every one may run again."""
    database = settings.database
    yield f"CREATE DATABASE IF NOT EXISTS `{database}` CHARACTER SET utf8mb4"
    for user, rights in ((settings.application, ROWS), (settings.migrations, f"{ROWS}, {TABLES}")):
        yield f"CREATE USER IF NOT EXISTS '{user}'@'%' {SIGN_IN} REQUIRE SSL"
        yield f"GRANT {rights} ON `{database}`.* TO '{user}'@'%'"
