"""In a real PostgreSQL: each user may do what it must, and nothing else, however often the bootstrap runs."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from database_bootstrap import postgresql as engine
from database_bootstrap import tls
from pg8000.native import Connection, DatabaseError

from tests.services.database_bootstrap.conftest import MASTER, PASSWORD, Server

DENIED = "42501"
"""PostgreSQL's code for a right that is missing."""


def prepare(server: Server, **changes: Any) -> None:
    engine.prepare(server.settings(**changes), user=MASTER, password=PASSWORD, context=tls.verified())


def sign_in(server: Server, role: str) -> Connection:
    """Sign in as a role of the bootstrap, with a password in place of IAM's token."""
    superuser = server.as_postgres()
    superuser.run(f"ALTER ROLE {role} PASSWORD '{PASSWORD}'")
    superuser.close()
    return server.as_postgres(role)


def state(server: Server) -> list[Any]:
    """Everything that the bootstrap could change."""
    superuser = server.as_postgres()
    queries = (
        "SELECT rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls FROM pg_roles ORDER BY 1",
        "SELECT roleid::regrole::text, member::regrole::text FROM pg_auth_members ORDER BY 1, 2",
        "SELECT extname FROM pg_extension ORDER BY 1",
        "SELECT nspname, nspowner::regrole::text, nspacl::text FROM pg_namespace WHERE nspname !~ '^pg_' ORDER BY 1",
        "SELECT datacl::text FROM pg_database WHERE datname = 'app'",
        "SELECT defaclobjtype::text, defaclacl::text FROM pg_default_acl ORDER BY 1",
        "SELECT setrole::regrole::text, setconfig::text FROM pg_db_role_setting ORDER BY 1",
    )
    found = [superuser.run(query) for query in queries]
    superuser.close()
    return found


def test_a_second_run_changes_nothing(postgresql: Server) -> None:
    prepare(postgresql)
    first = state(postgresql)
    prepare(postgresql)
    assert state(postgresql) == first
    assert [row[0] for row in first[2]] == ["pg_trgm", "pgcrypto", "plpgsql"]


def test_the_application_reads_and_writes_rows_of_tables_that_migrations_make(postgresql: Server) -> None:
    prepare(postgresql)
    migrations, application = sign_in(postgresql, "migrator"), sign_in(postgresql, "app")
    migrations.run("CREATE TABLE items (id bigserial PRIMARY KEY, title text)")
    application.run("INSERT INTO items (title) VALUES ('one'), ('two')")
    application.run("UPDATE items SET title = 'three' WHERE title = 'two'")
    application.run("DELETE FROM items WHERE title = 'one'")
    assert application.run("SELECT id, title FROM items") == [[2, "three"]]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE own (id int)",
        "CREATE TABLE public.own (id int)",
        "CREATE SCHEMA own",
        "ALTER TABLE items ADD COLUMN more int",
        "DROP TABLE items",
        "TRUNCATE items",
        "SET ROLE app_owner",
        "CREATE ROLE friend",
        "SELECT * FROM pg_authid",
        "CREATE EXTENSION hstore",
    ],
)
def test_the_application_changes_nothing_but_rows(postgresql: Server, statement: str) -> None:
    prepare(postgresql)
    sign_in(postgresql, "migrator").run("CREATE TABLE items (id int)")
    with pytest.raises(DatabaseError) as refused:
        sign_in(postgresql, "app").run(statement)
    assert refused.value.args[0]["C"] == DENIED


def test_tables_belong_to_nobody_who_signs_in(postgresql: Server) -> None:
    prepare(postgresql)
    sign_in(postgresql, "migrator").run("CREATE TABLE items (id int)")
    assert postgresql.as_postgres().run("SELECT tableowner, schemaname FROM pg_tables WHERE tablename = 'items'") == [
        ["app_owner", "app"]
    ]


def test_another_user_for_migrations_takes_over_what_the_first_one_made(postgresql: Server) -> None:
    prepare(postgresql)
    sign_in(postgresql, "migrator").run("CREATE TABLE items (id int)")
    prepare(postgresql, migrations="mover", application="shop")
    sign_in(postgresql, "mover").run("ALTER TABLE items ADD COLUMN title text")
    assert sign_in(postgresql, "shop").run("SELECT title FROM items") == []


def test_nobody_has_a_password_and_both_users_sign_in_with_iam(postgresql: Server) -> None:
    prepare(postgresql)
    superuser = postgresql.as_postgres()
    roles = superuser.run(
        "SELECT rolname, rolpassword FROM pg_authid WHERE rolname IN ('app', 'migrator', 'app_owner')"
    )
    assert sorted(roles) == [["app", None], ["app_owner", None], ["migrator", None]]
    iam = "SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'rds_iam'::regrole ORDER BY 1"
    assert superuser.run(iam) == [["app"], ["migrator"]]


def test_a_stranger_cannot_even_connect(postgresql: Server) -> None:
    prepare(postgresql)
    postgresql.as_postgres().run("CREATE ROLE stranger LOGIN")
    with pytest.raises(DatabaseError, match="permission denied for database"):
        sign_in(postgresql, "stranger")


def test_it_is_all_or_nothing(postgresql: Server) -> None:
    before = state(postgresql)
    with pytest.raises(DatabaseError, match="no_such_extension"):
        prepare(postgresql, extensions=("pgcrypto", "no_such_extension"))
    assert state(postgresql) == before


def test_several_at_once_take_turns(postgresql: Server) -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(prepare, postgresql) for _ in range(4)]:
            done.result()
    assert [row[0] for row in state(postgresql)[2]] == ["pg_trgm", "pgcrypto", "plpgsql"]
