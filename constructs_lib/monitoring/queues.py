"""SQS queues: work that waits too long, and work that was given up."""

from aws_cdk import aws_sqs as sqs

from constructs_lib.monitoring.facade import Monitoring
from constructs_lib.monitoring.metrics import Alarm, Metric

LABELS = {
    "ApproximateAgeOfOldestMessage": "Oldest message, s",
    "ApproximateNumberOfMessagesVisible": "Messages",
}


def monitor_dead_letters(monitoring: Monitoring, queue: sqs.IQueue, *, name: str) -> None:
    """Watch for the first message in a dead-letter queue."""
    alarm = Alarm(
        kind="dead-letters",
        severity="P1",
        summary=f"Work was given up and lies in {name}.",
        metric=_metric("ApproximateNumberOfMessagesVisible", queue),
        threshold=0,
        periods=1,
    )
    monitoring.watch(name, [alarm], board="operations")


def monitor_queue(
    monitoring: Monitoring, queue: sqs.IQueue, *, name: str, oldest_seconds: int = 600, waiting: int = 1000
) -> None:
    """Watch the age of the oldest message, and how many wait."""
    age = Alarm(
        kind="queue-age",
        severity="P2",
        summary=f"A message has waited in {name} for more than {oldest_seconds} s.",
        metric=_metric("ApproximateAgeOfOldestMessage", queue),
        threshold=oldest_seconds,
    )
    depth = Alarm(
        kind="queue-depth",
        severity="P3",
        summary=f"More than {waiting} messages wait in {name}.",
        metric=_metric("ApproximateNumberOfMessagesVisible", queue),
        threshold=waiting,
    )
    monitoring.watch(name, [age, depth])


def _metric(which: str, queue: sqs.IQueue) -> Metric:
    own = {"QueueName": queue.queue_name}
    return Metric(namespace="AWS/SQS", name=which, statistic="Maximum", dimensions=own, label=LABELS[which])
