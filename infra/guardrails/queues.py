"""Which queues take dead letters, and for whom."""

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, Text, targets_in
from infra.assembly.values import at, mapping

QUEUE = "AWS::SQS::Queue"

PLACES: dict[str, tuple[str, ...]] = {
    "AWS::Events::Rule": ("Targets.*.DeadLetterConfig.Arn",),
    "AWS::Events::EventBus": ("DeadLetterConfig.Arn",),
    "AWS::Lambda::EventInvokeConfig": ("DestinationConfig.OnFailure.Destination",),
    "AWS::Lambda::EventSourceMapping": ("DestinationConfig.OnFailure.Destination",),
    "AWS::Lambda::Function": ("DeadLetterConfig.TargetArn",),
    "AWS::Pipes::Pipe": ("SourceParameters.*.DeadLetterConfig.Arn",),
    "AWS::SNS::Subscription": ("RedrivePolicy.deadLetterTargetArn",),
    "AWS::SQS::Queue": ("RedrivePolicy.deadLetterTargetArn",),
    "AWS::Scheduler::Schedule": ("Target.DeadLetterConfig.Arn",),
}
"""Where a template names the queue (or topic) that takes what could not be done."""


def redrive(queue: Resource) -> dict[str, Any]:
    """A queue's redrive policy, also where the template holds it as text."""
    policy = queue.get("RedrivePolicy")
    if isinstance(policy, str | Text):
        try:
            return mapping(json.loads(str(policy)))
        except ValueError:
            return {}
    return mapping(policy)


@lru_cache(maxsize=2)
def dead_letter_queues(assembly: Assembly) -> dict[Resource, list[Resource]]:
    """Queues that take dead letters, and those whose letters they take."""
    found: dict[Resource, list[Resource]] = {}
    for source, queue in _pairs(assembly):
        if queue.type == QUEUE:
            found.setdefault(queue, []).append(source)
    return found


def _pairs(assembly: Assembly) -> Iterator[tuple[Resource, Resource]]:
    for kind, paths in PLACES.items():
        for source in assembly.of_type(kind):
            values = [value for path in paths for value in at(source.resolved, path)]
            if kind == QUEUE:
                values = [redrive(source).get("deadLetterTargetArn")]
            for value in values:
                yield from ((source, target.resource) for target in targets_in(value))
