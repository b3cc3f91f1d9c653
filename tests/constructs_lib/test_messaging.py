"""Queues, their functions, the event bus and schedules: nothing is lost silently, everything is encrypted."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from constructs_lib.event_bus import EventBus
from constructs_lib.queue_function import QueueFunction
from constructs_lib.queue_schedule import QueueSchedules
from constructs_lib.secure_queue import DeadLetterQueue, SecureQueue


def only(template: assertions.Template, kind: str) -> dict[str, Any]:
    found = [each["Properties"] for each in template.find_resources(kind).values()]
    assert len(found) == 1, f"{len(found)} {kind}"
    return dict(found[0])


def queue(stack: cdk.Stack, key: kms.Key) -> SecureQueue:
    return SecureQueue(stack, "Jobs", encryption_key=key, visibility_timeout=cdk.Duration.minutes(5))


def target_of(template: assertions.Template, dead_letters: dict[str, Any]) -> str:
    """The logical id of the queue that a dead-letter configuration names."""
    (name,) = [name for name in template.find_resources("AWS::SQS::Queue") if name in str(dead_letters)]
    return name


def test_a_function_hands_only_the_failed_messages_back(stack: cdk.Stack, key: kms.Key) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    QueueFunction(
        stack,
        "Worker",
        queue=queue(stack, key),
        description="Works",
        code=lambda_.Code.from_inline("x"),
        handler="index.handler",
        environment={},
        batch_messages=10,
        max_concurrency=5,
        memory_mib=256,
        timeout=cdk.Duration.seconds(30),
        vpc=vpc,
        subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS),
        encryption_key=key,
        log_key=key,
        log_retention_days=7,
    )
    source = only(assertions.Template.from_stack(stack), "AWS::Lambda::EventSourceMapping")
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"] == {"MaximumConcurrency": 5}


def test_events_are_archived_encrypted_and_never_lost_on_the_way(stack: cdk.Stack, key: kms.Key) -> None:
    bus = EventBus(stack, "Bus", name="app", archive_days=30, encryption_key=key)
    bus.describe_event("Done", schema={"type": "object"})
    bus.send_to_queue("ToJobs", queue=queue(stack, key), source="app", events_named=["Done"])
    template = assertions.Template.from_stack(stack)
    assert only(template, "AWS::Events::EventBus").keys() >= {"KmsKeyIdentifier", "DeadLetterConfig"}
    assert only(template, "AWS::Events::Archive")["RetentionDays"] == 30
    assert only(template, "AWS::EventSchemas::Schema")["Content"] == '{"type": "object"}'
    rule = only(template, "AWS::Events::Rule")
    assert rule["EventPattern"] == {"source": ["app"], "detail-type": ["Done"]}
    assert "Undelivered" in target_of(template, rule["Targets"][0]["DeadLetterConfig"])
    policies = {name: str(each) for name, each in template.find_resources("AWS::SQS::QueuePolicy").items()}
    senders = {name: policy.count("events.amazonaws.com") for name, policy in policies.items()}
    assert sorted(senders.values()) == [
        0,
        1,
        2,
    ]  # the queue's dead letters; the queue; what rule and bus cannot deliver
    assert all("aws:SourceArn" in policies[name] for name, count in senders.items() if count)


def test_a_message_that_a_schedule_cannot_send_is_kept(stack: cdk.Stack, key: kms.Key) -> None:
    undelivered = DeadLetterQueue(stack, "Undelivered", encryption_key=key).queue
    schedules = QueueSchedules(stack, "Schedules", name="app", encryption_key=key, undelivered=undelivered)
    schedules.add("Nightly", expression="rate(1 day)", time_zone="UTC", queue=queue(stack, key), message="tidy up")
    template = assertions.Template.from_stack(stack)
    schedule = only(template, "AWS::Scheduler::Schedule")
    assert schedule["Target"]["Input"] == "tidy up"
    assert "Undelivered" in target_of(template, schedule["Target"]["DeadLetterConfig"])
    assert schedule["ScheduleExpressionTimezone"] == "UTC"
