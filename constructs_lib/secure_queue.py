"""SQS queues that are encrypted with our key, take only TLS, and give up on nothing silently."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.customer_key import grant_use

DEAD_LETTER_DAYS = 14
"""Days that a message that was given up waits for somebody: the longest that SQS keeps one."""

MAX_RECEIVES = 1000
MAX_VISIBILITY_HOURS = 12


class SecureQueue(Construct):
    """A queue and its dead-letter queue. Both want alarms: the guardrails ask for them.

    A message that was received `max_receives` times without being deleted lies in `dead_letters` for 14 days. Give
    consumers a `visibility_timeout` of six times their own time limit where they are Lambda functions.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        encryption_key: kms.IKey,
        visibility_timeout: cdk.Duration,
        max_receives: int = 3,
        retention: cdk.Duration | None = None,
    ) -> None:
        """Make both; messages are kept for `retention`, by default 4 days."""
        if not 1 <= max_receives <= MAX_RECEIVES:
            raise ValueError(f"max_receives must be 1-{MAX_RECEIVES}, got {max_receives}")
        if visibility_timeout.to_seconds() > cdk.Duration.hours(MAX_VISIBILITY_HOURS).to_seconds():
            raise ValueError(f"visibility_timeout must be <= 12 hours, got {visibility_timeout.to_human_string()}")
        super().__init__(scope, construct_id)
        self.dead_letters = DeadLetterQueue(self, "DeadLetters", encryption_key=encryption_key).queue
        self.queue = sqs.Queue(
            self,
            "Resource",
            dead_letter_queue=sqs.DeadLetterQueue(max_receive_count=max_receives, queue=self.dead_letters),
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=retention,
            visibility_timeout=visibility_timeout,
        )

    def grant_send(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` send messages, and use the key for it."""
        grant_use(self.queue.encryption_master_key, grantee, "kms:Decrypt", "kms:GenerateDataKey")
        return self.queue.grant(grantee, "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage")

    def grant_consume(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` receive and delete messages, and use the key for it."""
        return self.queue.grant_consume_messages(grantee)


class DeadLetterQueue(Construct):
    """Where what was given up waits for somebody, who hears of it by an alarm."""

    def __init__(self, scope: Construct, construct_id: str, *, encryption_key: kms.IKey) -> None:
        super().__init__(scope, construct_id)
        self.queue = sqs.Queue(
            self,
            "Resource",
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(DEAD_LETTER_DAYS),
        )
        acknowledge(
            self.queue,
            ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
            reason="It is itself the dead-letter queue of what points here; an alarm watches it.",
        )
