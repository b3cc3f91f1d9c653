"""In a real server of MySQL's protocol: each user may do what it must, and nothing else."""

from collections.abc import Callable
from typing import Any

import pymysql
import pytest
from database_bootstrap import mysql as engine
from database_bootstrap import tls

from tests.services.database_bootstrap.conftest import MASTER, PASSWORD, Server

Run = Callable[..., Any]


@pytest.fixture(autouse=True)
def _prepared(mysql: Server) -> None:
    for _ in range(2):  # a second run changes nothing
        engine.prepare(mysql.settings(engine="mysql"), user=MASTER, password=PASSWORD, context=tls.verified())


def test_the_application_reads_and_writes_rows_of_tables_that_migrations_make(as_mysql: Run) -> None:
    as_mysql("migrator", "CREATE TABLE IF NOT EXISTS app.items (title text)", "TRUNCATE app.items")
    as_mysql("app", "INSERT INTO app.items VALUES ('one')", "UPDATE app.items SET title = 'two'")
    assert as_mysql("app", "SELECT title FROM app.items") == (("two",),)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE app.own (id int)",
        "CREATE DATABASE own",
        "DROP DATABASE app",
        "CREATE USER friend",
        "SELECT * FROM mysql.user",
    ],
)
def test_the_application_changes_nothing_but_rows(as_mysql: Run, statement: str) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        as_mysql("app", statement)


def test_migrations_reach_no_other_database(as_mysql: Run) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        as_mysql("migrator", "CREATE TABLE mysql.own (id int)")


def test_nobody_signs_in_without_tls(mysql: Server) -> None:
    with pytest.raises(pymysql.err.OperationalError, match="denied"):
        pymysql.connect(host="localhost", port=mysql.port, user="app", password=PASSWORD, ssl_disabled=True)


def test_on_aurora_users_sign_in_with_iam(monkeypatch: pytest.MonkeyPatch, mysql: Server) -> None:
    monkeypatch.undo()
    made = [s for s in engine.statements(mysql.settings(engine="mysql")) if s.startswith("CREATE USER")]
    assert len(made) == 2
    assert all(s.endswith("'@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL") for s in made)
