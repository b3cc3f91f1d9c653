"""The SNS topics that carry alarms to people: one for each severity, so that each severity has its own listeners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_chatbot as chatbot
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.monitoring.metrics import Severity
from constructs_lib.secure_queue import DeadLetterQueue
from constructs_lib.secure_topic import SecureTopic
from constructs_lib.workload_role import WorkloadRole

PUBLISHERS = ("budgets", "cloudwatch", "costalerts")
"""They say for which account they publish. EventBridge does not; the grants of its rules open the topics to it."""

SEVERITIES: tuple[Severity, ...] = ("P0", "P1", "P2", "P3")


@dataclass(frozen=True, kw_only=True)
class Listener:
    """Who hears `severities`: an address for a protocol of SNS (email, sms, https, sqs), or a Slack channel."""

    severities: Sequence[Severity]
    protocol: str
    endpoint: str
    workspace: str = ""
    """Of a Slack channel: the workspace that Amazon Q Developer (AWS Chatbot) is allowed into, once, by hand."""


class AlarmRoutes(Construct):
    """Encrypted topics that AWS services of this account publish to. AWS asks each address to confirm."""

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption_key: kms.Key, listeners: Sequence[Listener]
    ) -> None:
        super().__init__(scope, construct_id)
        self.topics = {
            severity: SecureTopic(self, severity, encryption_key=encryption_key, publishers=PUBLISHERS).topic
            for severity in SEVERITIES
        }
        encryption_key.add_to_resource_policy(_encrypt())
        self.undelivered = DeadLetterQueue(self, "Undelivered", encryption_key=encryption_key).queue
        self._let_topics_give_up(encryption_key)
        slack = [listener for listener in listeners if listener.protocol == "slack"]
        for listener in listeners:
            if listener not in slack:
                self._subscribe(listener)
        if slack:
            self._open_slack(slack)

    @property
    def topic_arns(self) -> dict[Severity, str]:
        """ARN of each severity's topic."""
        return {severity: topic.topic_arn for severity, topic in self.topics.items()}

    def add_event_rule(
        self,
        construct_id: str,
        *,
        severity: Severity,
        description: str,
        source: str,
        detail: Mapping[str, object] | None = None,
        detail_type: Sequence[str] | None = None,
    ) -> None:
        """Tell the listeners of `severity` about every event of `source` that matches."""
        events.Rule(
            self,
            construct_id,
            description=description,
            event_pattern=events.EventPattern(
                source=[source], detail=detail, detail_type=list(detail_type) if detail_type else None
            ),
            targets=[targets.SnsTopic(self.topics[severity], dead_letter_queue=self.undelivered)],
        )

    def _let_topics_give_up(self, key: kms.Key) -> None:
        """Let SNS put what a subscriber did not take into the queue, which is encrypted with `key`."""
        sns_itself = iam.ServicePrincipal("sns.amazonaws.com")
        self.undelivered.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowTopics",
                principals=[sns_itself],
                actions=["sqs:SendMessage"],
                resources=[self.undelivered.queue_arn],
                conditions={"ArnEquals": {"aws:SourceArn": list(self.topic_arns.values())}},
            )
        )
        key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowTopics",
                principals=[sns_itself],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # naming the topics would be a circle: they are encrypted with it
            )
        )

    def _subscribe(self, listener: Listener) -> None:
        for severity in listener.severities:
            sns.CfnSubscription(
                self,
                f"{severity}{_pascal(listener.protocol)}{_pascal(listener.endpoint)}",
                topic_arn=self.topics[severity].topic_arn,
                protocol=listener.protocol,
                endpoint=listener.endpoint,
                redrive_policy={"deadLetterTargetArn": self.undelivered.queue_arn},
            )

    def _open_slack(self, channels: Sequence[Listener]) -> None:
        """Show alarms in Slack. The role may read metrics for the picture beside an alarm, and no more."""
        role = WorkloadRole(self, "SlackRole", service="chatbot", description="Draws metrics beside alarms in Slack")
        role.allow("cloudwatch:GetMetricData", on=["*"])
        for channel in channels:
            chatbot.CfnSlackChannelConfiguration(
                self,
                f"Slack{channel.endpoint}",
                configuration_name=f"{cdk.Stack.of(self).stack_name}-{channel.endpoint}",
                iam_role_arn=role.role.role_arn,
                guardrail_policies=["arn:aws:iam::aws:policy/CloudWatchReadOnlyAccess"],
                slack_channel_id=channel.endpoint,
                slack_workspace_id=channel.workspace,
                sns_topic_arns=[self.topics[severity].topic_arn for severity in channel.severities],
                logging_level="ERROR",
            )
        acknowledge(
            role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="The pictures in Slack need cloudwatch:GetMetricData, which has no resource-level permissions.",
        )


def _pascal(text: str) -> str:
    return "".join(part.title() for part in "".join(c if c.isalnum() else " " for c in text).split())


def _encrypt() -> iam.PolicyStatement:
    return iam.PolicyStatement(
        sid="AllowServicesToEncrypt",
        principals=[iam.ServicePrincipal(f"{service}.amazonaws.com") for service in PUBLISHERS],
        actions=["kms:Decrypt", "kms:GenerateDataKey"],
        resources=["*"],
        conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
    )
