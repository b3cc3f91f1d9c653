"""Real servers with TLS, started for the tests: PostgreSQL, and MariaDB in the place of MySQL."""

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from database_bootstrap import tls
from database_bootstrap.settings import Settings
from moto import mock_aws
from pg8000.native import Connection

START_SECONDS = 60
MASTER, PASSWORD = "platform", "correct horse battery staple"


@dataclass(frozen=True)
class Server:
    """A server on this machine; the certificate is for `localhost`."""

    port: int
    folder: Path

    def properties(self, **changes: Any) -> dict[str, Any]:
        return {
            "Engine": "postgresql",
            "Host": "localhost",
            "Port": str(self.port),
            "SecretArn": "master",
            "Database": "app",
            "Application": "app",
            "Migrations": "migrator",
            "Extensions": ["pgcrypto", "pg_trgm"],
            **changes,
        }

    def settings(self, **changes: Any) -> Settings:
        return replace(Settings.read(self.properties()), **changes)

    def as_postgres(self, user: str = "postgres", *, database: str = "app") -> Connection:
        """Sign in to PostgreSQL, as its superuser if nothing else is said."""
        return Connection(
            user, host="localhost", port=self.port, password=PASSWORD, database=database, ssl_context=tls.verified()
        )


def program(name: str) -> str | None:
    """Where a server's program is: on the path, or where Debian hides it."""
    hidden = [*sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")), Path("/usr/sbin", name)]
    return shutil.which(name) or next((str(path) for path in hidden[::-1] if path.exists()), None)


def unprivileged() -> dict[str, Any]:
    """Whom to run a server as: neither runs as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


@pytest.fixture(scope="session")
def workplace() -> Iterator[Path]:
    """A folder that the server's user may enter and write, with a certificate for localhost."""
    folder = Path(tempfile.mkdtemp(prefix="database-"))
    write_certificate(folder)
    if os.geteuid() == 0:
        for path in (folder, *folder.iterdir()):
            shutil.chown(path, "nobody", "nogroup")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def write_certificate(folder: Path) -> None:
    """Write a root's certificate, and a server's that it signed."""
    now = datetime.now(UTC)

    def certificate(name: str, key: Any, issuer: str, issuers_key: Any, *extensions: Any) -> bytes:
        builder = x509.CertificateBuilder(
            subject_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]),
            issuer_name=x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]),
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now - timedelta(days=1),
            not_valid_after=now + timedelta(days=1),
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical=critical)
        return builder.sign(issuers_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    root, server = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.BasicConstraints(ca=True, path_length=None)
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    (folder / "root.pem").write_bytes(certificate("Test root", root, "Test root", root, (authority, True)))
    (folder / "server.pem").write_bytes(certificate("localhost", server, "Test root", root, (names, False)))
    private = server.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.key").touch(mode=0o600)
    (folder / "server.key").write_bytes(private)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def postgresql_server(workplace: Path) -> Iterator[Server]:
    """PostgreSQL, in which `platform` may do what RDS lets its master user do."""
    initdb, postgres = program("initdb"), program("postgres")
    if not (initdb and postgres):
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    data, password = workplace / "postgresql", workplace / "password"
    password.write_text(PASSWORD)
    password.chmod(0o644)
    command = [initdb, "--pgdata", str(data), "--username=postgres", f"--pwfile={password}", "--auth=scram-sha-256"]
    subprocess.run(
        [*command, "--no-sync", "--locale=C", "--encoding=UTF8"], check=True, capture_output=True, **unprivileged()
    )
    (data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n")
    server = Server(free_port(), workplace)
    files = {"ssl_cert_file": workplace / "server.pem", "ssl_key_file": workplace / "server.key"}
    options = {"listen_addresses": "127.0.0.1", "port": server.port, "ssl": "on", "fsync": "off", **files}
    options |= {"unix_socket_directories": workplace}
    arguments = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with running([postgres, "-D", str(data), *arguments], server.port):
        _wait_until_it_started(workplace, server.port)
        yield server


def _wait_until_it_started(workplace: Path, port: int) -> None:
    """PostgreSQL listens before it lets anybody in."""
    ready = program("pg_isready")
    command = [str(ready), f"--host={workplace}", f"--port={port}", "--quiet"]
    end = time.monotonic() + START_SECONDS
    while ready and subprocess.run(command, check=False).returncode and time.monotonic() < end:
        time.sleep(0.05)


@pytest.fixture
def postgresql(postgresql_server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """The server with an empty database `app` that belongs to `platform`, as RDS makes it."""
    monkeypatch.setattr(tls, "ROOTS", postgresql_server.folder / "root.pem")
    superuser = postgresql_server.as_postgres(database="postgres")
    superuser.run("CREATE ROLE rds_iam NOLOGIN")
    superuser.run(f"CREATE ROLE {MASTER} LOGIN CREATEROLE CREATEDB PASSWORD '{PASSWORD}'")
    superuser.run(f"CREATE DATABASE app OWNER {MASTER}")
    yield postgresql_server
    superuser.run("DROP DATABASE app WITH (FORCE)")
    for (role,) in superuser.run("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> 'postgres'"):
        superuser.run(f"DROP OWNED BY {role}")
        superuser.run(f"DROP ROLE {role}")
    superuser.close()


@pytest.fixture(scope="session")
def mysql_server(workplace: Path) -> Iterator[Server]:
    """MariaDB: its users, grants and TLS are MySQL's, and Debian has it."""
    install, mariadbd = program("mariadb-install-db"), program("mariadbd")
    if not (install and mariadbd):
        pytest.skip("no MariaDB server is installed (Debian: apt-get install mariadb-server)")
    data, start = workplace / "mysql", workplace / "start.sql"
    statements = (
        "DELETE FROM mysql.global_priv WHERE User = ''",
        "FLUSH PRIVILEGES",
        f"CREATE USER '{MASTER}'@'%' IDENTIFIED BY '{PASSWORD}' REQUIRE SSL",
        f"GRANT ALL ON *.* TO '{MASTER}'@'%' WITH GRANT OPTION",
    )
    start.write_text(";\n".join(statements) + ";\n")
    start.chmod(0o644)
    command = [
        install,
        "--no-defaults",
        f"--datadir={data}",
        "--skip-test-db",
        "--auth-root-authentication-method=normal",
    ]
    subprocess.run(command, check=True, capture_output=True, **unprivileged())
    server = Server(free_port(), workplace)
    files = [f"--ssl-{kind}={workplace / name}" for kind, name in (("cert", "server.pem"), ("key", "server.key"))]
    options = [f"--datadir={data}", f"--port={server.port}", f"--socket={workplace / 'mysql.sock'}", *files]
    options += [f"--init-file={start}", "--bind-address=127.0.0.1", f"--pid-file={workplace / 'mysql.pid'}"]
    with running([mariadbd, "--no-defaults", *options], server.port):
        yield server


@pytest.fixture
def mysql(mysql_server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The server, where users sign in with a password instead of IAM."""
    from database_bootstrap import mysql as engine

    monkeypatch.setattr(tls, "ROOTS", mysql_server.folder / "root.pem")
    monkeypatch.setattr(engine, "SIGN_IN", f"IDENTIFIED BY '{PASSWORD}'")
    return mysql_server


@pytest.fixture
def as_mysql(mysql: Server) -> Callable[..., Any]:
    """Return a function that runs statements as a user, and returns the rows of the last one."""

    def run(user: str, *statements: str) -> Any:
        connection = pymysql.connect(
            host="localhost", port=mysql.port, user=user, password=PASSWORD, ssl=tls.verified(), autocommit=True
        )
        with connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return cursor.fetchall()

    return run


class running:  # noqa: N801 - used as a function
    """Runs a server until the block ends; in the block, it answers."""

    def __init__(self, command: list[str], port: int) -> None:
        self.command, self.port = command, port

    def __enter__(self) -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        self.process = subprocess.Popen(self.command, **quiet, **unprivileged())  # type: ignore[call-overload]
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        self.process.kill()
        raise RuntimeError(f"{self.command[0]} does not start: {self.process.communicate()[1].decode()[-500:]}")

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate(timeout=START_SECONDS)


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """The master user's secret in moto; the function that it gives changes the password."""
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        client = boto3.client("secretsmanager")

        def text(password: str) -> str:
            return json.dumps({"username": MASTER, "password": password})

        client.create_secret(Name="master", SecretString=text(PASSWORD))
        yield lambda password: client.put_secret_value(SecretId="master", SecretString=text(password)) and None
