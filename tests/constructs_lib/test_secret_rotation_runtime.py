"""A rotation renews the password in four steps; if one fails, the password in use stays, and an alarm hears of it."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import boto3
import pytest
from moto import mock_aws

from constructs_lib.secret_rotation.runtime import handler

STEPS = ("createSecret", "setSecret", "testSecret", "finishSecret")
FIRST = {"user": "platform", "password": "first"}


class Secret:
    """A secret in moto, with a pending version opened as Secrets Manager opens it."""

    def __init__(self) -> None:
        self.api = boto3.client("secretsmanager")
        self.arn = self.api.create_secret(Name=f"s-{uuid4().hex}", SecretString=json.dumps(FIRST))["ARN"]
        self.token = str(uuid4())

    def ask(self, *steps: str) -> None:
        for step in steps:
            handler.handler({"SecretId": self.arn, "ClientRequestToken": self.token, "Step": step}, None)

    def put(self, value: str) -> None:
        self.api.put_secret_value(
            SecretId=self.arn, ClientRequestToken=self.token, SecretString=value, VersionStages=["AWSPENDING"]
        )

    def value(self, stage: str) -> dict[str, str]:
        found: dict[str, str] = json.loads(
            self.api.get_secret_value(SecretId=self.arn, VersionStage=stage)["SecretString"]
        )
        return found


class Pending:
    """Secrets Manager's client, for which `token` is a pending version before it has a value (moto knows none)."""

    def __init__(self, api: Any, token: str) -> None:
        self.api, self.token = api, token

    def __getattr__(self, name: str) -> Any:
        return getattr(self.api, name)

    def describe_secret(self, **request: str) -> dict[str, Any]:
        found: dict[str, Any] = self.api.describe_secret(**request)
        found["VersionIdsToStages"].setdefault(self.token, ["AWSPENDING"])
        return found


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> Callable[[], float]:
    def count() -> float:
        found = boto3.client("cloudwatch").list_metrics(Namespace="groundwork/test")["Metrics"]
        return len(found)

    return count


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> Iterator[Secret]:
    for name, value in {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "METRICS_NAMESPACE": "groundwork/test",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        made = Secret()
        pending = Pending(made.api, made.token)
        monkeypatch.setattr(handler, "client", lambda name: pending if name == "secretsmanager" else boto3.client(name))
        yield made


def test_four_steps_change_the_password_and_keep_the_one_before(secret: Secret, failures: Callable[[], int]) -> None:
    secret.ask(*STEPS)
    now = secret.value("AWSCURRENT")
    assert now.keys() == FIRST.keys()
    assert now["user"] == FIRST["user"]
    assert len(now["password"]) == handler.LENGTH
    assert secret.value("AWSPREVIOUS") == FIRST
    assert failures() == 0


def test_steps_may_be_asked_twice(secret: Secret) -> None:
    secret.ask("createSecret")
    first = secret.value("AWSPENDING")
    secret.ask("createSecret")
    assert secret.value("AWSPENDING") == first
    secret.ask(*STEPS[1:])
    secret.ask(*STEPS)
    assert secret.value("AWSCURRENT") == first
    assert secret.value("AWSPREVIOUS") == FIRST


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("not JSON", "no JSON"),
        ("[]", "not the fields"),
        ('{"password": "' + "x" * 40 + '"}', "not the fields"),
        ('{"user": "other", "password": "' + "x" * 40 + '"}', "changes user"),
        ('{"user": "platform", "password": "short"}', "too short"),
        (json.dumps(FIRST), "too short, or the one in use"),
    ],
)
def test_a_pending_version_that_readers_cannot_use_never_comes_into_use(
    secret: Secret, failures: Callable[[], int], value: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret.put(value)
    with pytest.raises(handler.RotationError, match=message):
        secret.ask("createSecret", "setSecret", "testSecret")
    assert secret.value("AWSCURRENT") == FIRST
    assert failures() == 1
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (said["level"], said["step"]) == ("ERROR", "testSecret")
    assert message in said["message"]


def test_another_rotation_is_not_disturbed(secret: Secret, failures: Callable[[], int]) -> None:
    secret.token = str(uuid4())
    with pytest.raises(handler.RotationError, match="not the pending one"):
        secret.ask("createSecret")
    assert secret.value("AWSCURRENT") == FIRST
    assert failures() == 1


def test_an_unknown_step_is_refused(secret: Secret) -> None:
    with pytest.raises(handler.RotationError, match="got 'dropSecret'"):
        secret.ask("dropSecret")


def test_a_password_is_never_logged(secret: Secret, capsys: pytest.CaptureFixture[str]) -> None:
    secret.ask(*STEPS)
    written = capsys.readouterr().out
    assert written.count('"INFO"') == len(STEPS)
    assert secret.value("AWSCURRENT")["password"] not in written
    assert FIRST["password"] not in written
