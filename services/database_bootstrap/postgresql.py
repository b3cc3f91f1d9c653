"""PostgreSQL: a schema whose tables belong to nobody who signs in, and two users with what each needs."""

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict

from database_bootstrap.canary import SETUP, Canary, insertion
from database_bootstrap.settings import Settings
from pg8000.native import Connection

TIMEOUT_SECONDS = 30
LOCK = 7_166_001
"""Any number that nobody else locks: two bootstraps at once take turns."""


def prepare(settings: Settings, *, user: str, password: str, context: ssl.SSLContext) -> None:
    """Sign in as `user` and bring the database to what `settings` ask for, all of it or nothing."""
    with _signed_in(settings, user=user, password=password, context=context) as connection:
        roles = connection.run("SELECT rolname FROM pg_roles") or ()
        for statement in statements(settings, existing=(row[0] for row in roles)):
            connection.run(statement)


def write_canary(settings: Settings, canary: Canary, *, user: str, password: str, context: ssl.SSLContext) -> None:
    """Sign in as `user` and add `canary` to the others."""
    with _signed_in(settings, user=user, password=password, context=context) as connection:
        for statement in SETUP:
            connection.run(statement)
        connection.run(insertion(":written_at", ":nonce", ":checksum"), **asdict(canary))


@contextmanager
def _signed_in(settings: Settings, *, user: str, password: str, context: ssl.SSLContext) -> Iterator[Connection]:
    """Give a connection in one transaction, which waits for that of another run."""
    connection = Connection(
        user,
        host=settings.host,
        port=settings.port,
        database=settings.database,
        password=password,
        ssl_context=context,
        timeout=TIMEOUT_SECONDS,
        application_name="bootstrap",
    )
    try:
        connection.run("BEGIN")
        connection.run(f"SELECT pg_advisory_xact_lock({LOCK})")
        yield connection
        connection.run("COMMIT")
    finally:
        connection.close()


def statements(settings: Settings, *, existing: Iterable[str]) -> Iterator[str]:
    """Yield what to run, where the roles `existing` are there already. Every statement may run again."""
    database = schema = settings.database
    owner = f"{database}_owner"
    application, migrations = settings.application, settings.migrations
    for extension in settings.extensions:
        yield f'CREATE EXTENSION IF NOT EXISTS "{extension}"'

    known = set(existing)
    for role, may_sign_in in ((owner, "NOLOGIN"), (migrations, "LOGIN"), (application, "LOGIN")):
        if role not in known:
            yield f'CREATE ROLE "{role}" {may_sign_in}'
    yield f'GRANT rds_iam TO "{migrations}", "{application}"'
    # Whatever migrations make belongs to the owner, so that another user for them can take over.
    yield f'GRANT "{owner}" TO CURRENT_USER, "{migrations}"'
    yield f'ALTER ROLE "{migrations}" SET role TO "{owner}"'

    yield f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC'
    yield f'GRANT CONNECT ON DATABASE "{database}" TO "{migrations}", "{application}"'
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f'CREATE SCHEMA IF NOT EXISTS "{schema}" AUTHORIZATION "{owner}"'
    yield f'GRANT USAGE ON SCHEMA "{schema}" TO "{application}"'
    for kind, rights in (("TABLES", "SELECT, INSERT, UPDATE, DELETE"), ("SEQUENCES", "USAGE, SELECT")):
        yield f'GRANT {rights} ON ALL {kind} IN SCHEMA "{schema}" TO "{application}"'
        yield (
            f'ALTER DEFAULT PRIVILEGES FOR ROLE "{owner}" IN SCHEMA "{schema}" '
            f'GRANT {rights} ON {kind} TO "{application}"'
        )
    for role in (migrations, application):
        yield f'ALTER ROLE "{role}" SET search_path TO "{schema}", public'
