"""A load test says whether the service levels held; what was not measured held nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import config
from config.sections.monitoring import Slo
from scripts import load_test
from scripts.__main__ import app
from scripts.load_test import judge


def row(**figures: str) -> list[dict[str, str]]:
    return [{"Name": "GET /todos", "95%": "9"}, {"Name": "Aggregated", **figures}]


@pytest.mark.parametrize(
    ("requests", "failures", "p95", "holds"),
    [
        ("1000", "0", "199", [True, True, True]),
        ("1000", "1", "199", [True, True, True]),
        ("1000", "2", "199", [True, False, True]),
        ("1000", "0", "200", [True, True, False]),
        ("0", "0", "N/A", [False, False, False]),
    ],
)
def test_service_levels_are_held_against_what_was_measured(
    requests: str, failures: str, p95: str, holds: list[bool]
) -> None:
    rows = row(**{"Request Count": requests, "Failure Count": failures, "95%": p95})
    assert [one.holds for one in judge(rows, p95_ms=200, error_percent=0.1)] == holds


@pytest.mark.parametrize(("reached", "holds"), [("189.9", False), ("190.0", True), ("201.3", True)])
def test_a_wanted_rate_is_held_but_for_its_first_second(reached: str, holds: bool) -> None:
    rows = row(**{"Request Count": "6000", "Failure Count": "0", "95%": "9", "Requests/s": reached})
    first = judge(rows, p95_ms=200, error_percent=0.1, rate=200)[0]
    assert (first.what, first.holds) == ("requests a second", holds)


@pytest.mark.parametrize(
    ("environment", "options", "said"),
    [
        ("local", [], "give --url or --empty, one of the two"),
        ("local", ["--empty", "--url", "http://127.0.0.1"], "give --url or --empty, one of the two"),
        ("staging", ["--empty"], "staging is not on the emulator"),
    ],
)
def test_what_is_loaded_is_said_once(environment: str, options: list[str], said: str) -> None:
    done = CliRunner().invoke(app, ["load-test", "--environment", environment, "--yes", *options])
    assert done.exit_code == 2
    assert said in " ".join(done.output.split())


def test_an_address_that_is_none_is_refused_before_anything_runs() -> None:
    done = CliRunner().invoke(app, ["load-test", "--environment", "local", "--url", "api.example.com", "--yes"])
    assert done.exit_code == 2
    assert "--url must begin with http:// or https://, got api.example.com" in " ".join(done.output.split())


@pytest.mark.parametrize(("latency_ms", "options", "code"), [(300, [], 0), (200, [], 3), (300, ["--p95-ms", "200"], 3)])
def test_without_limits_of_its_own_it_holds_what_the_environment_promises(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, latency_ms: int, options: list[str], code: int
) -> None:
    monitoring = config.load("staging").monitoring
    promised = monitoring.but(slo=Slo(latency_ms=latency_ms))
    chosen = config.load("staging").but(monitoring=promised)
    monkeypatch.setattr(config, "load", lambda _: chosen)
    rows = row(**{"Request Count": "1000", "Failure Count": "0", "50%": "9", "95%": "250", "99%": "260"})
    monkeypatch.setattr(load_test, "_run", lambda *_, **__: rows[1:])
    given = ["--url", "https://api", "--report", str(tmp_path / "page.html"), "--yes", *options]
    done = CliRunner().invoke(app, ["load-test", "--environment", "staging", *given])
    assert done.exit_code == code, done.output
