"""A message that a queue gets at known times, from EventBridge Scheduler."""

from aws_cdk import aws_kms as kms
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.secure_queue import SecureQueue
from constructs_lib.workload_role import WorkloadRole

MOST_ATTEMPTS = 185
OLDEST_SECONDS = 86_400


class QueueSchedules(Construct):
    """A group of schedules, with one role that may send to their queues."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        encryption_key: kms.IKey,
        undelivered: sqs.IQueue,
    ) -> None:
        """Make the group `name`; what cannot be sent lies in `undelivered`."""
        super().__init__(scope, construct_id)
        self._key, self._undelivered = encryption_key, undelivered
        self._role = WorkloadRole(self, "Role", service="scheduler", description=f"Sends the messages of {name}")
        self._role.allow("sqs:SendMessage", on=[undelivered.queue_arn])
        self._role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[encryption_key.key_arn])
        self._group = scheduler.CfnScheduleGroup(self, "Resource", name=name)

    def add(self, name: str, *, expression: str, time_zone: str, queue: SecureQueue, message: str) -> None:
        """Send `message` to `queue` whenever `expression` says."""
        queue.grant_send(self._role.policy)
        schedule = scheduler.CfnSchedule(
            self,
            name,
            name=name,
            group_name=self._group.ref,
            schedule_expression=expression,
            schedule_expression_timezone=time_zone,
            flexible_time_window={"mode": "OFF"},
            kms_key_arn=self._key.key_arn,
            target={
                "arn": queue.queue.queue_arn,
                "roleArn": self._role.role.role_arn,
                "input": message,
                "deadLetterConfig": {"arn": self._undelivered.queue_arn},
                "retryPolicy": {"maximumEventAgeInSeconds": OLDEST_SECONDS, "maximumRetryAttempts": MOST_ATTEMPTS},
            },
        )
        schedule.node.add_dependency(self._role.policy)
