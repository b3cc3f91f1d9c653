"""CloudFormation always hears what became of the database, and never a password."""

import json
import re
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography import x509
from database_bootstrap import handler as bootstrap
from database_bootstrap import postgresql as engine
from database_bootstrap import tls
from database_bootstrap.settings import Settings
from pg8000.native import InterfaceError

from config.sections.regions import WITHOUT_DATABASE_ROOT, ZONES
from tests.services.database_bootstrap.conftest import MASTER, PASSWORD, Server, free_port

Secret = Callable[[str], None]
IDS = {"LogicalResourceId": "MainBootstrap", "StackId": "stack", "RequestId": "request"}


class CloudFormation:
    """The address that a custom resource answers to."""

    def __init__(self) -> None:
        answers: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                answers.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Keep quiet."""

        self.answers = answers
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def ask(self, properties: dict[str, Any], *, request: str = "Create", seconds: float = 60) -> dict[str, Any]:
        """Return what is answered to a request for a resource with `properties`."""
        url = f"http://127.0.0.1:{self.server.server_port}/"
        event = {**IDS, "RequestType": request, "ResponseURL": url, "ResourceProperties": properties}
        context = SimpleNamespace(
            get_remaining_time_in_millis=lambda: (seconds + bootstrap.RESERVE_SECONDS) * 1000,
        )
        bootstrap.handler(event, context)
        (answer,) = self.answers
        assert {name: answer[name] for name in IDS} == IDS
        return answer


@pytest.fixture
def cloudformation(monkeypatch: pytest.MonkeyPatch) -> Iterator[CloudFormation]:
    monkeypatch.setattr(bootstrap, "PAUSE_SECONDS", 0.05)
    service = CloudFormation()
    threading.Thread(target=service.server.serve_forever, args=(0.01,), daemon=True).start()
    yield service
    service.server.shutdown()
    service.server.server_close()


@pytest.mark.usefixtures("secret")
def test_a_new_database_is_prepared_and_success_is_told(cloudformation: CloudFormation, postgresql: Server) -> None:
    answer = cloudformation.ask(postgresql.properties())
    assert (answer["Status"], answer["Reason"]) == ("SUCCESS", "app is ready for app and migrator.")
    assert answer["PhysicalResourceId"] == "MainBootstrap"
    assert postgresql.as_postgres().run("SELECT count(*) FROM pg_roles WHERE rolname = 'app'") == [[1]]


@pytest.mark.usefixtures("secret")
def test_what_goes_wrong_is_told_without_the_password(cloudformation: CloudFormation, postgresql: Server) -> None:
    answer = cloudformation.ask(postgresql.properties(Extensions=["no_such_extension"]), seconds=0)
    assert answer["Status"] == "FAILED"
    assert "no_such_extension" in answer["Reason"]
    assert PASSWORD not in answer["Reason"]


def test_a_password_that_was_just_rotated_is_read_again(
    cloudformation: CloudFormation, postgresql: Server, secret: Secret, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret("the one before")
    tries: list[str] = []
    prepare = bootstrap.ENGINES["postgresql"]

    def watched(settings: Settings, **values: Any) -> None:
        tries.append(values["password"])
        secret(PASSWORD)
        prepare(settings, **values)

    monkeypatch.setitem(bootstrap.ENGINES, "postgresql", watched)
    assert cloudformation.ask(postgresql.properties())["Status"] == "SUCCESS"
    assert tries == ["the one before", PASSWORD]


@pytest.mark.usefixtures("secret")
def test_a_server_that_does_not_come_is_told_in_time(cloudformation: CloudFormation, postgresql: Server) -> None:
    answer = cloudformation.ask(postgresql.properties(Port=str(free_port())), seconds=0.3)
    assert answer["Status"] == "FAILED"
    assert "Can't create a connection to host localhost" in answer["Reason"]


@pytest.mark.parametrize("host", ["localhost", "main.cluster-0.us-east-1.rds.invalid"])
def test_on_the_emulator_a_database_that_is_a_record_only_is_said_to_be(
    cloudformation: CloudFormation, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setattr(bootstrap, "_secret", lambda _: {"username": MASTER, "password": PASSWORD})
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    answer = cloudformation.ask(Server(free_port(), Path()).properties(Host=host), seconds=60)
    assert answer["Status"] == "SUCCESS"
    assert answer["Reason"].endswith("the emulator keeps records of databases.")


def test_deleting_touches_nothing(cloudformation: CloudFormation) -> None:
    assert cloudformation.ask({}, request="Delete")["Status"] == "SUCCESS"


@pytest.mark.usefixtures("secret")
@pytest.mark.parametrize(("host", "roots"), [("127.0.0.1", "root.pem"), ("localhost", None)])
def test_a_server_of_another_name_or_authority_never_sees_the_password(
    cloudformation: CloudFormation,
    postgresql: Server,
    monkeypatch: pytest.MonkeyPatch,
    host: str,
    roots: str | None,
) -> None:
    if roots is None:
        monkeypatch.undo()
        monkeypatch.setattr(bootstrap, "_secret", lambda _: {"username": MASTER, "password": PASSWORD})
    answer = cloudformation.ask(postgresql.properties(Host=host), seconds=60)
    assert answer["Status"] == "FAILED"
    assert "CERTIFICATE_VERIFY_FAILED" in answer["Reason"]


def test_a_server_without_tls_hears_nothing_but_the_question_for_it() -> None:
    heard: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        connection, _ = listener.accept()
        with connection:
            heard.append(connection.recv(100))
            connection.sendall(b"N")
            heard.append(connection.recv(100))

    thread = threading.Thread(target=refuse)
    thread.start()
    server = Server(listener.getsockname()[1], Path())
    with pytest.raises(InterfaceError, match="SSL"):
        engine.prepare(server.settings(), user=MASTER, password=PASSWORD, context=tls.verified())
    thread.join(5)
    listener.close()
    assert heard == [bytes.fromhex("0000000804d2162f"), b""]


@pytest.mark.parametrize(
    "changes",
    [{"Database": 'app"; DROP ROLE x'}, {"Application": "App"}, {"Migrations": "x'y"}, {"Extensions": ['a"b']}],
)
def test_what_is_no_plain_name_never_reaches_the_database(
    cloudformation: CloudFormation, changes: dict[str, Any]
) -> None:
    answer = cloudformation.ask(Server(1, Path()).properties(**changes))
    assert answer["Status"] == "FAILED"
    assert re.search(r"ValueError: an? (name|extension) must be", answer["Reason"])


def test_every_region_that_may_have_a_database_has_its_root() -> None:
    certificates = x509.load_pem_x509_certificates(tls.ROOTS.read_bytes())
    names = [c.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value for c in certificates]
    regions = sorted(ZONES.keys() - WITHOUT_DATABASE_ROOT)
    assert names == [f"Amazon RDS {region} Root CA RSA2048 G1" for region in regions]
    for certificate in certificates:
        certificate.verify_directly_issued_by(certificate)
        assert certificate.not_valid_after_utc.year > 2060
    assert tls.verified().verify_mode is ssl.CERT_REQUIRED
