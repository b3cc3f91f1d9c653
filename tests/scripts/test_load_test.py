"""A load test says whether the service levels held; what was not measured held nothing."""

import pytest
from typer.testing import CliRunner

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


def test_an_address_that_is_none_is_refused_before_anything_runs() -> None:
    done = CliRunner().invoke(app, ["load-test", "--environment", "local", "--url", "api.example.com", "--yes"])
    assert done.exit_code == 2
    assert "--url must begin with http:// or https://, got api.example.com" in " ".join(done.output.split())
