"""The SNS topic that carries alarms to people."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.acknowledge import acknowledge

PUBLISHERS = ("cloudwatch.amazonaws.com", "backup.amazonaws.com", "codestar-notifications.amazonaws.com")


class AlarmTopic(Construct):
    """An encrypted topic that AWS services of this account publish to. AWS asks each address to confirm."""

    def __init__(self, scope: Construct, construct_id: str, *, encryption_key: kms.Key, emails: Sequence[str]) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Resource", master_key=encryption_key, enforce_ssl=True)
        for publisher in PUBLISHERS:
            self.topic.grant_publish(iam.ServicePrincipal(publisher))
        self.undelivered = sqs.Queue(
            self,
            "Undelivered",
            encryption_master_key=encryption_key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(14),
        )
        for email in emails:
            self.topic.add_subscription(subscriptions.EmailSubscription(email, dead_letter_queue=self.undelivered))
        acknowledge(
            self.undelivered,
            ["AwsSolutions-SQS3", "Serverless-SQSRedrivePolicy"],
            reason="It is itself the dead-letter queue of the subscriptions; an alarm watches it.",
        )

    def add_event_rule(self, construct_id: str, *, description: str, source: str, detail: Mapping[str, object]) -> None:
        """Publish every event of `source` whose details match `detail`."""
        events.Rule(
            self,
            construct_id,
            description=description,
            event_pattern=events.EventPattern(source=[source], detail=detail),
            targets=[targets.SnsTopic(self.topic, dead_letter_queue=self.undelivered)],
        )
