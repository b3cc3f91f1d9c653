"""Alarms of the deployed platform reach those who listen, by severity."""

import json
import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest

from tests.emulator.local_cloud import Cloud

pytestmark = pytest.mark.emulator
Inbox = tuple[str, str]


@pytest.fixture
def inbox(platform: Cloud) -> Iterator[tuple[str, str]]:
    """A subscriber's queue: its address and its ARN."""
    sqs = platform.api("sqs")
    url = sqs.create_queue(QueueName=f"inbox-{uuid4().hex[:8]}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    yield url, arn
    sqs.delete_queue(QueueUrl=url)


def alarm(platform: Cloud, name: str) -> dict[str, Any]:
    (found,) = platform.api("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    return dict(found)


def arrived(platform: Cloud, url: str, about: str) -> dict[str, Any] | None:
    """What reached the inbox within a few seconds, if it is about that."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        for message in platform.api("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=1).get("Messages", []):
            told: dict[str, Any] = json.loads(json.loads(message["Body"])["Message"])
            platform.api("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            if about in json.dumps(told):
                return told
    return None


def test_an_alarm_set_by_hand_reaches_who_hears_its_severity(platform: Cloud, inbox: Inbox) -> None:
    url, arn = inbox
    failed = alarm(platform, "groundwork-local-TodoFunctionDeadLetters-dead-letters")
    (topic,) = failed["AlarmActions"]
    platform.api("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    platform.api("cloudwatch").set_alarm_state(
        AlarmName=failed["AlarmName"], StateValue="ALARM", StateReason="set by hand"
    )
    told = arrived(platform, url, failed["AlarmName"])
    assert told is not None
    assert told["NewStateValue"] == "ALARM"
    assert "docs/runbooks/alarms.md#dead-letters" in told["AlarmDescription"]
    platform.api("cloudwatch").set_alarm_state(AlarmName=failed["AlarmName"], StateValue="OK", StateReason="over")
    assert (arrived(platform, url, failed["AlarmName"]) or {})["NewStateValue"] == "OK"
