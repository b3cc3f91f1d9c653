"""A real database is lost and restored from a dump: a restore test says whether what came back is whole."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from database_bootstrap import handler as bootstrap

from constructs_lib.restore_testing.runtime import canaries, clusters
from constructs_lib.restore_testing.runtime.verdicts import NotWholeError, Seen
from tests.services.database_bootstrap.conftest import MASTER, PASSWORD, Server, program

KEY = "arn:aws:kms:us-east-1:111122223333:key/data"
ARN = "arn:aws:rds:us-east-1:111122223333:cluster:awsbackup-restore-test-1"
CONTEXT = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)


class Restored:
    """RDS with a cluster that has its instance and its password, and a Data API that asks the server."""

    exceptions = SimpleNamespace(DBInstanceAlreadyExistsFault=RuntimeError)

    def __init__(self, ask: Callable[[str], list[dict[str, Any]]]) -> None:
        self.ask = ask

    def describe_db_clusters(self, **_: str) -> dict[str, Any]:
        secret = {"SecretArn": "arn:secret", "SecretStatus": "active"}
        cluster = {"DBClusterIdentifier": "restored", "DatabaseName": "app", "KmsKeyId": KEY}
        members = [{"DBInstanceIdentifier": "look"}]
        found = {"MasterUserSecret": secret, "HttpEndpointEnabled": True, "DBClusterMembers": members}
        return {"DBClusters": [cluster | found]}

    def describe_db_instances(self, **_: str) -> dict[str, Any]:
        return {"DBInstances": [{"DBInstanceStatus": "available", "InstanceCreateTime": datetime.now(UTC)}]}

    def execute_statement(self, *, sql: str, **_: str) -> dict[str, str]:
        return {"formattedRecords": json.dumps(self.ask(sql))}

    def look(self) -> Seen:
        return clusters.look(lambda _: self, ARN, "", KEY)


@pytest.fixture
def write(monkeypatch: pytest.MonkeyPatch, secret: Callable[[str], None]) -> Callable[..., str]:
    """Have the function write a canary, as the checker of restore tests calls it every day."""

    def write(properties: dict[str, Any]) -> str:
        monkeypatch.setenv("SETTINGS", json.dumps(properties))
        return bootstrap.handler({"Canary": canaries.sealed(datetime.now(UTC))}, CONTEXT)

    return write


@pytest.fixture
def restored(postgresql: Server) -> Iterator[Restored]:
    master = postgresql.as_postgres(MASTER)

    def ask(statement: str) -> list[dict[str, Any]]:
        rows = master.run(statement) or []
        return [dict(zip((column["name"] for column in master.columns or ()), row, strict=True)) for row in rows]

    yield Restored(ask)
    master.close()


def run(name: str, server: Server, *arguments: str, database: str = "app") -> None:
    tool = program(name)
    assert tool
    way = ["--host=localhost", f"--port={server.port}", "--username=postgres", f"--dbname={database}"]
    secrets = {"PGPASSWORD": PASSWORD, "PGSSLMODE": "require"}
    subprocess.run([tool, *way, *arguments], check=True, capture_output=True, env={**os.environ, **secrets})


@pytest.fixture
def saved(postgresql: Server, write: Callable[..., str], tmp_path: Path) -> Path:
    """A backup of 1,000 rows and three canaries."""
    owner = postgresql.as_postgres(MASTER)
    owner.run("CREATE TABLE items (id int PRIMARY KEY, title text)")
    owner.run("INSERT INTO items SELECT n, md5(n::text) FROM generate_series(1, 1000) AS n")
    owner.close()
    for _ in range(3):
        assert write(postgresql.properties()) == "The canary is written."
    run("pg_dump", postgresql, "--format=custom", f"--file={tmp_path / 'dump'}")
    return tmp_path / "dump"


def lose(server: Server) -> None:
    owner = server.as_postgres(MASTER)
    owner.run("DROP TABLE items")
    owner.run("DROP SCHEMA groundwork_canary CASCADE")
    owner.close()


def test_what_was_lost_comes_back_whole(postgresql: Server, restored: Restored, saved: Path) -> None:
    before = postgresql.as_postgres().run("SELECT md5(string_agg(items::text, ',' ORDER BY id)) FROM items")
    lose(postgresql)
    run("pg_restore", postgresql, str(saved))
    seen = restored.look()
    assert seen.written_at
    assert (datetime.now(UTC) - seen.written_at).total_seconds() < 60
    assert postgresql.as_postgres().run("SELECT md5(string_agg(items::text, ',' ORDER BY id)) FROM items") == before


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        ("DROP TABLE items", "the number of tables of awsbackup-restore-test-1 is 1 instead of 2"),
        ("DELETE FROM groundwork_canary.canaries WHERE number = 2", "the number of canaries .* is 2 instead of 3"),
        ("UPDATE groundwork_canary.canaries SET nonce = 'x' WHERE number = 1", "its checksum does not fit"),
        ("DELETE FROM groundwork_canary.canaries", "lacks its canaries"),
    ],
)
@pytest.mark.usefixtures("saved")
def test_what_comes_back_with_less_is_not_whole(
    postgresql: Server, restored: Restored, damage: str, reason: str
) -> None:
    owner = postgresql.as_postgres(MASTER)
    owner.run(damage)
    owner.close()
    with pytest.raises(NotWholeError, match=reason):
        restored.look()


def test_mysql_keeps_its_canaries_too(mysql: Server, as_mysql: Callable[..., Any], write: Callable[..., str]) -> None:
    def ask(statement: str) -> list[dict[str, Any]]:
        names = (
            ("number", "written_at", "nonce", "checksum", "tables_then") if "nonce" in statement else ("tables_now",)
        )
        return [dict(zip(names, row, strict=True)) for row in as_mysql(MASTER, statement)]

    for _ in range(2):
        assert write(mysql.properties(Engine="mysql")) == "The canary is written."
    assert Restored(ask).look().written_at
    as_mysql(MASTER, "DELETE FROM groundwork_canary.canaries WHERE number = 1")
    with pytest.raises(NotWholeError, match="the number of canaries"):
        Restored(ask).look()
    as_mysql(MASTER, "DROP DATABASE groundwork_canary")
