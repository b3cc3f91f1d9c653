"""Muting for a deployment: everything but P0, for so long, and it ends by itself or when told to."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

import config
from scripts import aws as aws_module
from scripts import mute
from scripts.__main__ import app

PREFIX = "groundwork-dev-"
NOW = datetime(2026, 5, 10, 13, 59, 20, tzinfo=UTC)


class CloudWatch:
    """CloudWatch with alarms and mute rules; moto has no mute rules."""

    class exceptions:  # noqa: N801
        class ResourceNotFoundException(Exception):
            pass

    def __init__(self, alarms: list[tuple[str, str]]) -> None:
        self.alarms = alarms
        self.rules: dict[str, dict[str, Any]] = {f"{PREFIX}deploy-window-1-1": {}}

    def get_paginator(self, _: str) -> "CloudWatch":
        return self

    def paginate(self, AlarmNamePrefix: str, **_: Any) -> list[dict[str, Any]]:  # noqa: N803
        named = [{"AlarmName": name, "AlarmDescription": said} for name, said in self.alarms]
        mine = [one for one in named if one["AlarmName"].startswith(AlarmNamePrefix)]
        return [{"MetricAlarms": mine[1:], "CompositeAlarms": []}, {"CompositeAlarms": mine[:1]}]

    def put_alarm_mute_rule(self, Name: str, **rule: Any) -> None:  # noqa: N803
        self.rules[Name] = rule

    def get_alarm_mute_rule(self, AlarmMuteRuleName: str) -> dict[str, Any]:  # noqa: N803
        if AlarmMuteRuleName not in self.rules:
            raise self.exceptions.ResourceNotFoundException
        return self.rules[AlarmMuteRuleName]

    def delete_alarm_mute_rule(self, AlarmMuteRuleName: str) -> None:  # noqa: N803
        del self.rules[AlarmMuteRuleName]


class Account:
    """Stands for scripts.aws.Aws."""

    def __init__(self, cloudwatch: CloudWatch) -> None:
        self.cloudwatch = cloudwatch
        self.environment = config.load("dev")
        self.alarm_regions = ["us-east-1"]
        self.asked: list[str] = []

    def client(self, _: str, region: str) -> CloudWatch:
        self.asked.append(region)
        return self.cloudwatch

    def check_account(self) -> None:
        pass


@pytest.fixture
def cloudwatch() -> CloudWatch:
    alarms = [(f"{PREFIX}Queue{number}-dead-letters", "P1: Broken.") for number in range(120)]
    return CloudWatch([*alarms, (f"{PREFIX}Trail-root-use", "P0: Root."), ("other-prod-x", "P1: Else.")])


@pytest.fixture
def run(cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    monkeypatch.setattr(aws_module, "Aws", lambda *_, **__: Account(cloudwatch))
    return lambda *options: CliRunner().invoke(app, ["mute", "--environment", "dev", *options])


def test_all_but_p0_are_muted_from_the_next_minute_on_and_the_rules_expire(cloudwatch: CloudWatch) -> None:
    aws: Any = Account(cloudwatch)
    names = mute.alarms_to_mute(aws, PREFIX, "us-east-1")
    rules = mute.begin_mute(aws, PREFIX, names, "us-east-1", minutes=45, now=NOW)
    assert len(names) == 120
    made = [cloudwatch.rules[rule] for rule in rules]
    assert [len(rule["MuteTargets"]["AlarmNames"]) for rule in made] == [100, 20]
    assert all(rule["Rule"]["Schedule"] == {"Expression": "at(2026-05-10T14:00)", "Duration": "PT45M"} for rule in made)
    assert {rule["ExpireDate"] for rule in made} == {datetime(2026, 5, 10, 14, 45, tzinfo=UTC)}


def test_ending_it_leaves_the_deploy_windows(cloudwatch: CloudWatch, run: Callable[..., Any]) -> None:
    assert run("--yes").exit_code == 0
    assert len(cloudwatch.rules) == 3
    assert run("--end").exit_code == 0
    assert list(cloudwatch.rules) == [f"{PREFIX}deploy-window-1-1"]
    assert run("--end").exit_code == 0


def test_a_dry_run_names_the_alarms_and_mutes_nothing(cloudwatch: CloudWatch, run: Callable[..., Any]) -> None:
    said = run("--dry-run")
    assert said.exit_code == 0
    assert '"groundwork-dev-Queue0-dead-letters"' in said.stdout
    assert len(cloudwatch.rules) == 1


def test_without_a_terminal_it_wants_yes(cloudwatch: CloudWatch, run: Callable[..., Any]) -> None:
    said = run()
    assert said.exit_code == 2
    assert "say --yes" in said.stderr
    assert len(cloudwatch.rules) == 1


class Ended(Exception):
    pass


@pytest.mark.parametrize("end", [None, Ended, KeyboardInterrupt, SystemExit])
def test_a_deployment_mutes_while_it_runs_and_is_heard_again_however_it_ends(
    cloudwatch: CloudWatch, end: type[BaseException] | None
) -> None:
    aws: Any = Account(cloudwatch)
    with suppress(Ended, KeyboardInterrupt, SystemExit), mute.muted(aws, seconds=600):
        rules = [rule for name, rule in cloudwatch.rules.items() if "deployment" in name]
        assert sum(len(rule["MuteTargets"]["AlarmNames"]) for rule in rules) == 120
        assert {rule["Rule"]["Schedule"]["Duration"] for rule in rules} == {"PT10M"}
        if end:
            raise end
    assert list(cloudwatch.rules) == [f"{PREFIX}deploy-window-1-1"]


def test_the_edges_alarms_are_muted_where_they_stand(cloudwatch: CloudWatch) -> None:
    aws: Any = Account(cloudwatch)
    aws.alarm_regions = ["eu-west-1", "us-east-1"]
    with mute.muted(aws, seconds=600):
        assert set(aws.asked) == {"eu-west-1", "us-east-1"}
    moved = config.load("dev").model_copy(update={"region": "eu-west-1"})
    assert aws_module.Aws(moved).alarm_regions == ["eu-west-1", "us-east-1"]


def test_a_deployment_goes_on_where_it_may_not_mute(
    cloudwatch: CloudWatch, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "PutAlarmMuteRule")

    monkeypatch.setattr(cloudwatch, "put_alarm_mute_rule", refuse)
    aws: Any = Account(cloudwatch)
    with mute.muted(aws, seconds=600):
        pass
    assert "alarms are not muted: the credentials may not call PutAlarmMuteRule" in capsys.readouterr().err


def test_an_unknown_environment_lists_the_names() -> None:
    said = CliRunner().invoke(app, ["mute", "--environment", "nowhere"])
    assert said.exit_code == 2
    assert ", ".join(config.names()) in " ".join(said.stderr.split())
