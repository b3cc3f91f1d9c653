"""Watching fails when an alarm of the environment goes off, and only then."""

import pytest
from typer.testing import CliRunner

from scripts.__main__ import app
from scripts.aws import Aws

TOPIC = "arn:aws:sns:us-east-1:111122223333:P1"


@pytest.fixture
def ring(aws: Aws) -> None:
    cloudwatch = aws.client("cloudwatch")
    shared = {"EvaluationPeriods": 1, "Threshold": 1, "ComparisonOperator": "GreaterThanThreshold", "Period": 60}
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors", "Statistic": "Sum"}
    for name, actions in (
        ("groundwork-dev-api-errors", [TOPIC]),
        ("groundwork-dev-slo-burn6-360m", []),
        ("groundwork-prod-api-errors", [TOPIC]),
    ):
        said = "P1: errors, of which some are P0"
        cloudwatch.put_metric_alarm(AlarmName=name, AlarmDescription=said, AlarmActions=actions, **shared, **metric)
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="too many errors")


def watch(*options: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["watch", "--environment", "dev", "--minutes", "0", *options])
    return done.exit_code, " ".join(done.output.split())


def test_silence_is_well(aws: Aws) -> None:
    assert watch() == (0, "✓ no alarm of dev went off")


@pytest.mark.usefixtures("ring")
def test_an_alarm_of_the_environment_fails_it() -> None:
    code, said = watch()
    assert code == 3
    assert "groundwork-dev-api-errors: too many errors" in said
    assert "groundwork-prod" not in said
    assert "slo-burn" not in said, "a composite alarm speaks for it"


@pytest.mark.usefixtures("ring")
def test_an_alarm_of_another_severity_does_not() -> None:
    assert watch("--severity", "P0")[0] == 0
    assert watch("--severity", "P0", "--severity", "P1")[0] == 3


def test_a_severity_that_there_is_none_of_is_refused() -> None:
    assert watch("--severity", "P9") == (2, "error: --severity must be one of P0, P1, P2, P3, got P9")


@pytest.mark.usefixtures("ring")
def test_the_edges_alarms_are_watched_where_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    real = Aws._client
    monkeypatch.setattr(Aws, "alarm_regions", ["eu-west-1", "us-east-1"])
    monkeypatch.setattr(Aws, "_client", lambda one, *names: asked.append(names[-1]) or real(one, *names))
    assert watch()[0] == 3
    assert {"eu-west-1", "us-east-1"} <= set(asked)
