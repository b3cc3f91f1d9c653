"""In a real PostgreSQL: what the runbook dumps, and a disaster loses, its other blocks bring back, rights included."""

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services.database_bootstrap.conftest import MASTER, PASSWORD, Server, program
from tests.services.database_bootstrap.test_postgresql import prepare, sign_in

RUNBOOK = ROOT / "docs" / "runbooks" / "immutable-changes.md"
MADE = (
    "CREATE TABLE customers (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE, notes jsonb, paid numeric(12, 2))",
    "CREATE TABLE orders (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, customer bigint REFERENCES customers,"
    " placed timestamptz DEFAULT now(), body bytea)",
    "CREATE INDEX by_name ON customers USING gin (name gin_trgm_ops)",
    "CREATE VIEW owing AS SELECT name FROM customers WHERE paid < 0",
)
WRITTEN = (
    """INSERT INTO customers (name, notes, paid) SELECT E'naïve \\t\\\\ "\\n' || n,
       jsonb_build_object('n', n, 'none', null), n / 3.0 - 100 FROM generate_series(1, 1000) n""",
    "INSERT INTO orders (customer, body) SELECT id, decode(md5(name), 'hex') FROM customers",
    "DELETE FROM orders WHERE customer % 10 = 0",
)
Run = Callable[[str], str]


@pytest.fixture
def run(postgresql: Server, tmp_path: Path) -> Run:
    """Return a function that runs a block of the runbook as the user for migrations, and returns the sums."""
    if not (dump := program("pg_dump")):
        pytest.skip("no PostgreSQL client is installed (Debian: apt-get install postgresql)")
    sums = tmp_path / "sums"
    environment = {
        "PATH": f"{Path(dump).parent}:{os.environ['PATH']}",
        "PGHOST": "localhost",
        "PGPORT": str(postgresql.port),
        "PGDATABASE": "app",
        "PGUSER": "migrator",
        "PGPASSWORD": PASSWORD,
        "PGSSLMODE": "verify-full",
        "PGSSLROOTCERT": str(postgresql.folder / "root.pem"),
        "DUMP": str(tmp_path / "dump"),
        "SUMS": str(sums),
    }

    def block(name: str) -> str:
        [text] = re.findall(rf"<!-- block: {name} -->\n```sh\n(.*?)```", RUNBOOK.read_text(), re.DOTALL)
        done = subprocess.run(["/bin/bash", "-euc", text], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return sums.read_text() if sums.exists() else ""

    return block


@pytest.fixture
def filled(postgresql: Server) -> Server:
    """The database with tables that migrations made and rows that the application wrote."""
    prepare(postgresql)
    migrations, application = sign_in(postgresql, "migrator"), sign_in(postgresql, "app")
    for statement in MADE:
        migrations.run(statement)
    for statement in WRITTEN:
        application.run(statement)
    return postgresql


def lose(server: Server) -> None:
    """Lose the cluster: its database, and everybody in it; then there is an empty one, as RDS makes it."""
    superuser = server.as_postgres(database="postgres")
    superuser.run("DROP DATABASE app WITH (FORCE)")
    for role in ("app", "migrator", "app_owner"):
        superuser.run(f"DROP ROLE {role}")
    superuser.run(f"CREATE DATABASE app OWNER {MASTER}")
    superuser.close()


def restore(server: Server, run: Run) -> str:
    """Bring the rows back into a prepared database, and sum them up."""
    prepare(server)
    sign_in(server, "migrator").close()
    run("restore")
    return run("compare")


def test_rows_survive_the_loss_of_their_cluster(filled: Server, run: Run) -> None:
    run("dump")
    before = run("compare")
    assert re.search(r"^customers\|1000\|[0-9a-f]{32}$", before, re.MULTILINE)
    assert re.search(r"^orders\|900\|[0-9a-f]{32}$", before, re.MULTILINE)
    assert "customers_id_seq|1000" in before
    lose(filled)
    assert restore(filled, run) == before


def test_everybody_may_afterwards_what_they_might_before(filled: Server, run: Run) -> None:
    run("dump")
    lose(filled)
    restore(filled, run)
    migrations = filled.as_postgres("migrator")
    assert migrations.run("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'app'") == [["app_owner"]]
    application = sign_in(filled, "app")
    assert application.run("INSERT INTO customers (name) VALUES ('new') RETURNING id") == [[1001]]
    application.run("DELETE FROM orders")
    assert application.run("SELECT count(*) FROM owing") != [[0]]


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM orders WHERE customer = 1",
        "UPDATE customers SET name = name || ' ' WHERE id = 7",
        "UPDATE orders SET body = decode('00', 'hex') WHERE customer = 3",
        "SELECT nextval('customers_id_seq')",
    ],
)
def test_the_comparison_notices_a_single_difference(filled: Server, run: Run, damage: str) -> None:
    before = run("compare")
    sign_in(filled, "app").run(damage)
    assert run("compare") != before
