"""Dead-letter queues: whose they are, and how what lies in them gets back there."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.aws import Aws, AwsError, code_of
from scripts.console import progress
from scripts.delivery.stacks import resources_of, stacks_of
from scripts.recovery.waiting import wait

BATCH = 10
CANNOT_MOVE = {
    "InvalidAction",
    "UnknownOperation",
    "UnknownOperationException",
    "AWS.SimpleQueueService.UnsupportedOperation",
}


@dataclass(frozen=True)
class DeadLetters:
    """A dead-letter queue."""

    name: str
    url: str
    arn: str
    #: queue: messages moved there after too many receives; function: events that it failed; rule or schedule: what
    #: was not delivered, each with an attribute that names its own target.
    kind: str
    #: ARN of what the messages were for; empty where nothing says so.
    target: str
    messages: int

    @property
    def goes_to(self) -> str:
        """Where its messages go when they are sent again, in words."""
        return self.target or ("what each message names" if self.kind in ("rule", "schedule") else "unknown")


def find(aws: Aws) -> list[DeadLetters]:
    """Return the environment's dead-letter queues, those with messages first."""
    sqs = aws.client("sqs")
    resources = [one for stack in stacks_of(aws) if stack.region == aws.region for one in resources_of(aws, stack)]
    urls = [one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::SQS::Queue"]
    functions = _by_function(aws, [one["PhysicalResourceId"] for one in resources if _is_function(one)])
    rules = _by_rule(
        aws, [one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::Events::Rule"]
    )
    schedules = {one["PhysicalResourceId"] for one in resources if one["ResourceType"] == "AWS::Scheduler::Schedule"}
    sources, scheduled = _by_queue(aws, urls), _by_schedule(aws, schedules)
    found = []
    for url in urls:
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        arn = attributes["QueueArn"]
        for kind, known in (
            ("queue", sources), ("function", functions), ("rule", rules), ("schedule", scheduled),
        ):  # fmt: skip
            if arn in known:
                waiting = int(attributes["ApproximateNumberOfMessages"])
                found.append(DeadLetters(arn.rpartition(":")[2], url, arn, kind, known[arn], waiting))
                break
    return sorted(found, key=lambda one: (-one.messages, one.name))


def _is_function(one: dict[str, Any]) -> bool:
    return bool(one["ResourceType"] == "AWS::Lambda::Function" and one.get("PhysicalResourceId"))


def _by_queue(aws: Aws, urls: list[str]) -> dict[str, str]:
    """Return the source queue's ARN by the ARN of its dead-letter queue."""
    found: dict[str, str] = {}
    for url in urls:
        attributes = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        if policy := attributes.get("RedrivePolicy"):
            found[str(json.loads(policy)["deadLetterTargetArn"])] = str(attributes["QueueArn"])
    return found


def _by_function(aws: Aws, names: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in names:
        settings = aws.client("lambda").get_function_configuration(FunctionName=name)
        if arn := settings.get("DeadLetterConfig", {}).get("TargetArn"):
            found[str(arn)] = str(settings["FunctionArn"])
    return found


def _by_rule(aws: Aws, names: list[str]) -> dict[str, str]:
    """Return the rule's target by the ARN of that target's dead-letter queue."""
    found: dict[str, str] = {}
    for name in names:
        if "|" in name:
            bus, _, rule = name.partition("|")
            targets = aws.client("events").list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
        else:
            targets = aws.client("events").list_targets_by_rule(Rule=name)["Targets"]
        _note(found, targets)
    return found


def _note(found: dict[str, str], targets: Iterable[Mapping[str, Any]]) -> None:
    """Add targets by the ARN of their dead-letter queue; one of several targets has none of its own: messages do."""
    for one in targets:
        if queue := str(one.get("DeadLetterConfig", {}).get("Arn", "")):
            found[queue] = str(one["Arn"]) if found.get(queue) in (None, one["Arn"]) else ""


def _by_schedule(aws: Aws, names: set[str]) -> dict[str, str]:
    """Return the schedule's target by the ARN of its dead-letter queue."""
    scheduler = aws.client("scheduler")
    pages = scheduler.get_paginator("list_schedules").paginate() if names else ()
    ours = [one for page in pages for one in page["Schedules"] if one["Name"] in names]
    targets = [scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"])["Target"] for one in ours]
    found: dict[str, str] = {}
    _note(found, targets)
    return found


def count(aws: Aws, url: str) -> int:
    """Return about how many messages lie in a queue."""
    name = "ApproximateNumberOfMessages"
    return int(aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])


def samples(aws: Aws, one: DeadLetters) -> list[str]:
    """Return some messages; they are visible again at once."""
    sqs = aws.client("sqs")
    got = sqs.receive_message(QueueUrl=one.url, MaxNumberOfMessages=3, VisibilityTimeout=0).get("Messages", [])
    return [str(message["Body"]) for message in got]


def send_again(aws: Aws, one: DeadLetters, *, at_most: int, per_second: int, seconds: float) -> int:
    """Send messages to what they were for; each is deleted only after it was taken. Return how many.

    Raises:
        AwsError: nothing says what they were for, or it does not take messages.
        TimeoutError: it took longer than `seconds`; what was not sent is still there.
    """
    if one.kind == "queue" and at_most >= one.messages:
        moved = _move(aws, one, per_second=per_second, seconds=seconds)
        if moved is not None:
            return moved
    senders: dict[str, Any] = {}
    sqs, sent, limit = aws.client("sqs"), 0, time.monotonic() + seconds
    with progress.status(f"{one.name} ...") as status:
        while sent < min(at_most, one.messages):
            size = min(BATCH, at_most - sent, per_second)
            got = sqs.receive_message(
                QueueUrl=one.url, MaxNumberOfMessages=size, VisibilityTimeout=60, MessageAttributeNames=["All"]
            ).get("Messages", [])
            if not got:
                break
            for message in got:
                target = _target(one, message)
                senders[target] = senders.get(target) or _sender(aws, one, target)
                senders[target](message)
                sqs.delete_message(QueueUrl=one.url, ReceiptHandle=message["ReceiptHandle"])
            sent += len(got)
            status.update(f"{one.name}: {sent} of {min(at_most, one.messages)} ...")
            if time.monotonic() > limit:
                raise TimeoutError(f"{one.name}: {sent} sent in {seconds:.0f} s: run the same command to go on")
            time.sleep(len(got) / per_second)
    return sent


def _move(aws: Aws, one: DeadLetters, *, per_second: int, seconds: float) -> int | None:
    """Let SQS move all of them back to their queue; None where it cannot, as the emulator cannot."""
    from botocore.exceptions import ClientError

    sqs = aws.client("sqs")
    try:
        sqs.start_message_move_task(SourceArn=one.arn, MaxNumberOfMessagesPerSecond=per_second)
    except ClientError as error:
        if code_of(error) not in CANNOT_MOVE:
            raise
        return None

    def ask() -> Any:
        (task,) = sqs.list_message_move_tasks(SourceArn=one.arn, MaxResults=1)["Results"]
        moved = f"{task.get('ApproximateNumberOfMessagesMoved', 0)} of {one.messages}"
        return f"{moved} moved" if task["Status"] in ("RUNNING", "CANCELLING") else task

    task = wait(one.name, ask, seconds=seconds)
    if task["Status"] != "COMPLETED":
        raise AwsError(f"{one.name}: SQS stopped: {task.get('FailureReason', task['Status'])}")
    return int(task.get("ApproximateNumberOfMessagesMoved", 0))


def _target(one: DeadLetters, message: dict[str, Any]) -> str:
    """Return what a message was for: several rules or schedules may share a dead-letter queue."""
    said = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue", "")
    return str(said) if said and one.kind in ("rule", "schedule") else one.target


def _sender(aws: Aws, one: DeadLetters, target: str) -> Any:
    """Return what takes one message to `target`."""
    service = (target.split(":") + [""] * 3)[2]
    if service == "lambda":
        client = aws.client("lambda")
        return lambda message: client.invoke(
            FunctionName=target, InvocationType="Event", Payload=message["Body"].encode()
        )
    if service == "sqs":
        sqs = aws.client("sqs")
        url = sqs.get_queue_url(QueueName=target.rpartition(":")[2])["QueueUrl"]
        return lambda message: sqs.send_message(
            QueueUrl=url, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
        )
    if service == "states":
        client = aws.client("stepfunctions")
        return lambda message: client.start_execution(stateMachineArn=target, input=message["Body"])
    if service == "sns":
        client = aws.client("sns")
        return lambda message: client.publish(TopicArn=target, Message=message["Body"])
    raise AwsError(f"{one.name}: messages cannot be sent again to {target or 'an unknown target'}")
