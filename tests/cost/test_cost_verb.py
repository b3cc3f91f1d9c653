"""`python -m scripts cost`: what a person and a program get, and what a mistake gets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import config
import scripts.cost
import scripts.synthesis
from infra.cost.price_list import NotOfferedError, PriceListError
from infra.cost.prices import FILE
from scripts.__main__ import app
from tests.cost.cost_samples import stack

USAGE_ERROR = 2


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["cost", *arguments])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An assembly of two environments."""
    artifacts = {}
    for name, kind in (("dev", "AWS::KMS::Key"), ("prod", "AWS::EC2::NatGateway")):
        source = stack({"X": (kind, {}), "R": ("AWS::IAM::Role", {})}, groundwork={"environment": name})
        (tmp_path / f"{name}.json").write_text(json.dumps(source.template))
        artifacts[name] = {
            "type": "aws:cloudformation:stack",
            "environment": "aws://111122223333/us-east-1",
            "properties": {"templateFile": f"{name}.json", "stackName": name},
        }
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "1", "artifacts": artifacts}))
    return tmp_path


def test_people_get_totals_first_within_a_hundred_columns(folder: Path) -> None:
    found = run("--assembly", str(folder))
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert "Monthly cost in USD" in next(line for line in lines if line)
    assert any(line.split()[:4] == ["prod", "32.85", "2.25", "35.10"] for line in lines)
    assert max(len(line) for line in lines) <= 100
    assert "nat_processed_gb" in found.stdout


def test_every_line_is_shown_on_request(folder: Path) -> None:
    found = run("--assembly", str(folder), "--environment", "prod", "--lines")
    assert "data processed" in found.stdout


def test_programs_get_everything_as_json(folder: Path) -> None:
    data: dict[str, Any] = json.loads(run("--assembly", str(folder), "--json").stdout)
    assert set(data) == {"dev", "prod"}
    assert data["prod"]["environments"]["prod"]["fixed_usd"] == 32.85
    assert data["prod"]["lines"][0]["formula"] == "730 h x 0.045 USD/hour"
    assert data["prod"]["free"][0]["reason"] == "IAM has no charge"


def test_old_prices_are_warned_about_by_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from datetime import date

    from infra.assembly import load
    from infra.cost import estimate
    from scripts.cost_tables import show

    show({"prod": estimate(load(folder)).only("prod")}, every_line=False, today=date(2030, 1, 1))
    assert "2 of 2 prices are older than 90 days" in " ".join(capsys.readouterr().out.split())
    show({"prod": estimate(load(folder)).only("prod")}, every_line=False, today=date(2026, 10, 1))
    assert "older than" not in capsys.readouterr().out


def test_an_unknown_environment_of_the_configuration_is_answered_with_the_names() -> None:
    found = run("--environment", "produktion")
    assert found.exit_code == USAGE_ERROR
    message = " ".join(found.stderr.split())
    assert message == f"error: no environment is named 'produktion': choose one of {', '.join(config.names())}"


def test_an_unknown_environment_of_an_assembly_is_answered_with_its_names(folder: Path) -> None:
    found = run("--assembly", str(folder), "--environment", "staging")
    assert found.exit_code == USAGE_ERROR
    assert "holds no environment 'staging'; it holds: dev, prod" in " ".join(found.stderr.split())


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_folder_that_is_no_assembly_is_a_usage_error(name: str, tmp_path: Path) -> None:
    found = run("--assembly", str(tmp_path / name))
    assert found.exit_code == USAGE_ERROR
    assert found.stderr.startswith("error:")
    assert "Traceback" not in found.stderr


def test_an_app_that_cannot_be_built_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str, folder: Path, **_: object) -> Path:
        raise scripts.synthesis.SynthesisError(f"{name} cannot be synthesised: no")

    monkeypatch.setattr(scripts.synthesis, "synthesise", broken)
    found = run("--environment", "dev")
    assert (found.exit_code, found.stdout) == (1, "")
    assert "dev cannot be synthesised: no" in found.stderr


@pytest.fixture
def server() -> Iterator[str]:
    """A web server on this machine that has one file."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response({"/there": 200, "/broken": 500}.get(self.path, 404))
            self.end_headers()
            self.wfile.write(b"one\ntwo\n")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_offer_files_come_line_by_line_over_http(server: str) -> None:
    with scripts.cost._download(f"{server}/there") as lines:
        assert list(lines) == ["one", "two"]


@pytest.mark.parametrize(("path", "error"), [("gone", NotOfferedError), ("broken", PriceListError)])
def test_what_the_price_list_does_not_give_is_told_apart(path: str, error: type[Exception], server: str) -> None:
    with pytest.raises(error, match=path), scripts.cost._download(f"{server}/{path}"):
        pass


def test_a_server_that_is_not_there_is_one_clear_error() -> None:
    with (
        pytest.raises(PriceListError, match="the prices are unchanged"),
        scripts.cost._download("http://127.0.0.1:1/x"),
    ):
        pass


def test_a_refresh_without_a_network_is_an_error_and_leaves_the_prices_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    @contextmanager
    def offline(url: str) -> Iterator[list[str]]:
        raise PriceListError(f"{url} cannot be read; the prices are unchanged")
        yield []

    before = FILE.read_bytes()
    monkeypatch.setattr(scripts.cost, "_download", offline)
    found = run("--refresh", "--environment", "dev")
    assert found.exit_code == 1
    assert "the prices are unchanged" in " ".join(found.stderr.split())
    assert FILE.read_bytes() == before
