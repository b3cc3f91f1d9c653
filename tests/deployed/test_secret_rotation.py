"""The secret of the local environment renews itself; a step that fails leaves it as it is, and somebody hears of it."""

import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.emulator.local_cloud import Cloud

pytestmark = pytest.mark.emulator
PATIENCE_SECONDS = 60


def eventually(look: Callable[[], Any]) -> Any:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        assert time.monotonic() < end, "nothing came"
        time.sleep(0.5)
    return found


class Secret:
    """The secret, as its readers see it."""

    def __init__(self, platform: Cloud) -> None:
        self.api = platform.api("secretsmanager")
        self.arn = next(
            str(one["physical_id"])
            for stack in platform.emulator.stacks()
            if stack["name"].startswith("groundwork-local-")
            for one in stack["resources"]
            if one["type"] == "AWS::SecretsManager::Secret" and self._is_ours(one["physical_id"])
        )
        eventually(lambda: "AWSPREVIOUS" in self.stages())  # the rotation that its creation began

    def _is_ours(self, arn: str) -> bool:
        return bool(self.api.describe_secret(SecretId=arn).get("Description") == "What services show each other")

    def stages(self) -> dict[str, str]:
        found = self.api.describe_secret(SecretId=self.arn)["VersionIdsToStages"]
        return {label: version for version, labels in found.items() for label in labels}

    def password(self, stage: str) -> str:
        value = self.api.get_secret_value(SecretId=self.arn, VersionStage=stage)["SecretString"]
        return str(json.loads(value)["password"])


@pytest.fixture
def secret(platform: Cloud) -> Secret:
    return Secret(platform)


@pytest.fixture
def inbox(platform: Cloud) -> Iterator[Callable[[], list[str]]]:
    """Messages of the topic for the alarms of P1."""
    sqs, sns, cloudwatch = (platform.api(name) for name in ("sqs", "sns", "cloudwatch"))
    alarms = cloudwatch.describe_alarms(AlarmNamePrefix="groundwork-local-")["MetricAlarms"]
    (alarm,) = (a for a in alarms if a["AlarmName"].endswith("secret-rotation"))
    queue = sqs.create_queue(QueueName=f"inbox-{uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    (topic,) = alarm["AlarmActions"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    yield lambda: [message["Body"] for message in sqs.receive_message(QueueUrl=queue).get("Messages", [])]
    sqs.delete_queue(QueueUrl=queue)


def test_a_rotation_changes_the_password_and_keeps_the_one_before(secret: Secret) -> None:
    before = secret.password("AWSCURRENT")
    token = secret.api.rotate_secret(SecretId=secret.arn)["VersionId"]
    eventually(lambda: secret.stages()["AWSCURRENT"] == token)
    assert secret.password("AWSCURRENT") != before
    assert secret.password("AWSPREVIOUS") == before


def test_a_step_that_fails_leaves_the_password_in_use_and_raises_the_alarm(
    platform: Cloud, secret: Secret, inbox: Callable[[], list[str]]
) -> None:
    before, token = secret.password("AWSCURRENT"), str(uuid4())
    secret.api.put_secret_value(
        SecretId=secret.arn, ClientRequestToken=token, SecretString="not JSON", VersionStages=["AWSPENDING"]
    )
    function = secret.api.describe_secret(SecretId=secret.arn)["RotationLambdaARN"]
    event = {"SecretId": secret.arn, "ClientRequestToken": token, "Step": "testSecret"}
    answer = platform.api("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
    assert "no JSON" in json.loads(answer["Payload"].read())["errorMessage"]
    assert secret.password("AWSCURRENT") == before
    (message,) = eventually(inbox)
    assert "secret-rotation" in message
    assert "ALARM" in message
