"""Resilient: what an asynchronous path could not do waits in a dead-letter queue, and waits long enough."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, describe, targets_in
from infra.assembly.values import at, listed, mapping, number
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.queues import QUEUE, dead_letter_queues, redrive
from infra.guardrails.registry import promise

FUNCTION = "AWS::Lambda::Function"
DAY = 86_400
DEFAULT_RETENTION = 4 * DAY
PEOPLE = ("email", "email-json", "sms", "application")
STREAMS = ("AWS::Kinesis::Stream", "AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")


@promise(
    "resilient.dead-letters",
    "Every asynchronous path has a dead-letter queue: rules, schedules, subscriptions, queues, streams.",
)
def dead_letters(context: Context) -> Iterator[Finding]:
    """People get no dead letters; a dead-letter queue needs none of its own."""
    for rule in context.of_type("AWS::Events::Rule"):
        for target in map(mapping, listed(rule.get("Targets"))):
            if not at(target, "DeadLetterConfig.Arn"):
                yield Finding(rule, "Targets.DeadLetterConfig", f"target {describe(target.get('Id'))} has none")
    for schedule in context.of_type("AWS::Scheduler::Schedule"):
        if not schedule.get("Target", "DeadLetterConfig", "Arn"):
            yield Finding(schedule, "Target.DeadLetterConfig", "is missing")
    for subscription in context.of_type("AWS::SNS::Subscription"):
        if subscription.get("Protocol") not in PEOPLE and not subscription.get("RedrivePolicy"):
            yield Finding(subscription, "RedrivePolicy", f"is missing ({describe(subscription.get('Protocol'))})")
    dead = dead_letter_queues(context.assembly)
    for queue in context.of_type(QUEUE):
        if queue not in dead and not redrive(queue).get("deadLetterTargetArn"):
            yield Finding(
                queue,
                "RedrivePolicy",
                "is missing: a message that cannot be handled comes back until it expires",
            )
    for source in context.of_type("AWS::Lambda::EventSourceMapping"):
        if _is_stream(source) and not source.get("DestinationConfig", "OnFailure", "Destination"):
            yield Finding(source, "DestinationConfig.OnFailure", "is missing, so a bad record blocks or is lost")


def _is_stream(source: Resource) -> bool:
    arn = source.get("EventSourceArn")
    streams = any(target.resource.type in STREAMS for target in targets_in(arn))
    return streams or any(part in describe(arn) for part in (":kinesis:", "/stream/"))


@promise(
    "resilient.functions-have-dead-letters",
    "Every function that can be called asynchronously keeps what it failed to do.",
)
def functions_have_dead_letters(context: Context) -> Iterator[Finding]:
    """By its dead-letter configuration, or by a destination on failure."""
    invoked = set(_invoked(context))
    configured = {
        reference.resource
        for config in context.of_type("AWS::Lambda::EventInvokeConfig")
        if config.get("DestinationConfig", "OnFailure", "Destination")
        for reference in targets_in(config.get("FunctionName"))
    }
    for function in context.functions:
        if not (context.policy.dead_letters or function in invoked) or function in configured:
            continue
        if not function.get("DeadLetterConfig", "TargetArn") and not function.get("DeadLetterQueue"):
            yield Finding(function, "DeadLetterConfig.TargetArn", "is missing, and no destination takes its failures")


def _invoked(context: Context) -> Iterator[Resource]:
    """Functions that something calls without waiting for an answer."""
    places: dict[str, tuple[str, ...]] = {
        "AWS::Events::Rule": ("Targets.*.Arn",),
        "AWS::Lambda::EventInvokeConfig": ("FunctionName",),
        "AWS::Logs::SubscriptionFilter": ("DestinationArn",),
        "AWS::S3::Bucket": ("NotificationConfiguration.LambdaConfigurations.*.Function",),
        "AWS::SNS::Subscription": ("Endpoint",),
        "AWS::Scheduler::Schedule": ("Target.Arn",),
        "Custom::S3BucketNotifications": (
            "NotificationConfiguration.LambdaFunctionConfigurations.*.LambdaFunctionArn",
        ),
    }
    for kind, paths in places.items():
        for resource in context.of_type(kind):
            for value in (value for path in paths for value in at(resource.resolved, path)):
                yield from (_function(target.resource) for target in targets_in(value))


def _function(resource: Resource) -> Resource:
    """The function behind an alias or a version."""
    if resource.type in ("AWS::Lambda::Alias", "AWS::Lambda::Version"):
        return next((_function(t.resource) for t in targets_in(resource.get("FunctionName"))), resource)
    return resource


@promise(
    "resilient.dead-letters-last",
    "A dead-letter queue exists, and keeps its messages longer than the queue it serves.",
)
def dead_letters_last(context: Context) -> Iterator[Finding]:
    """SQS counts from the first time that a message was sent."""
    minimum = context.policy.dead_letter_days * DAY
    for queue, sources in dead_letter_queues(context.assembly).items():
        kept = _retention(queue)
        served = [_retention(source) for source in sources if source.type == QUEUE and source is not queue]
        needed = max([minimum, *served])
        if kept < needed:
            yield Finding(queue, "MessageRetentionPeriod", f"must be >= {needed / DAY:g} days, is {kept / DAY:g}")
        if queue in sources:
            yield Finding(queue, "RedrivePolicy", "names the queue itself")
    for queue in context.of_type(QUEUE):
        receives = number(redrive(queue).get("maxReceiveCount"))
        if redrive(queue) and (receives is None or not 1 <= receives <= 100):  # noqa: PLR2004 - stated in the message
            yield Finding(queue, "RedrivePolicy.maxReceiveCount", f"must be 1-100, is {describe(receives)}")


def _retention(queue: Resource) -> float:
    value: Any = queue.get("MessageRetentionPeriod", default=DEFAULT_RETENTION)
    return number(value) or 0
