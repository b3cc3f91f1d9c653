"""Observed: alarms reach somebody who knows what to do."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe, targets_in
from infra.assembly.values import at, is_true, listed
from infra.guardrails.alarms import Alarm
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise
from infra.guardrails.runbooks import LINK

TOPIC = "AWS::SNS::Topic"
SCALING = "AWS::ApplicationAutoScaling::ScalingPolicy"
CHATS = {
    "AWS::Chatbot::SlackChannelConfiguration": "SnsTopicArns",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": "SnsTopicArns",
}
ROLLING_BACK = {
    "AWS::CodeDeploy::DeploymentGroup": (
        "AlarmConfiguration.Alarms.*.Name",
        ("AlarmConfiguration.Enabled", "AutoRollbackConfiguration.Enabled"),
    ),
    "AWS::ECS::Service": (
        "DeploymentConfiguration.Alarms.AlarmNames.*",
        ("DeploymentConfiguration.Alarms.Enable", "DeploymentConfiguration.Alarms.Rollback"),
    ),
}
"""What rolls a deployment back by alarms: where it names them, and what must be on."""


def _for_people(context: Context) -> Iterator[Alarm]:
    """Alarms that somebody should hear: not those that scale, that roll back, or that a composite speaks for."""
    spoken_for = {
        child
        for alarm in context.alarms
        if alarm.composite and alarm.enabled and alarm.actions
        for child in alarm.children
    }
    rolls_back = {
        target.resource
        for kind, (place, switches) in ROLLING_BACK.items()
        for deployed in context.of_type(kind)
        if all(any(map(is_true, at(deployed.resolved, switch))) for switch in switches)
        for name in at(deployed.resolved, place)
        for target in targets_in(name)
    }
    for alarm in context.alarms:
        scales = [
            isinstance(a, Target) and a.resource.type in (SCALING, "AWS::AutoScaling::ScalingPolicy")
            for a in alarm.actions
        ]
        if alarm.resource not in spoken_for | rolls_back and not (scales and all(scales)):
            yield alarm


@promise(
    "observed.alarms-reach-somebody",
    "Every alarm is enabled and acts on a topic that somebody subscribes to.",
)
def alarms_reach_somebody(context: Context) -> Iterator[Finding]:
    """Topics made elsewhere are taken at their word."""
    if not context.policy.alarms:
        return
    heard = _heard_topics(context)
    for alarm in _for_people(context):
        topics = [a.resource for a in alarm.actions if isinstance(a, Target) and a.resource.type == TOPIC]
        elsewhere = [a for a in alarm.actions if ":sns:" in describe(a) or "Fn::ImportValue" in describe(a)]
        if not topics and not elsewhere:
            yield Finding(alarm.resource, "AlarmActions", f"name no topic: {describe(alarm.actions)}")
        elif not elsewhere and not any(topic in heard for topic in topics):
            names = ", ".join(topic.logical_id for topic in topics)
            yield Finding(alarm.resource, "AlarmActions", f"nobody subscribes to {names}")
    for alarm in context.alarms:
        if not alarm.enabled:
            yield Finding(alarm.resource, "ActionsEnabled", "is off")


def _heard_topics(context: Context) -> set[Resource]:
    values = [subscription.get("TopicArn") for subscription in context.of_type("AWS::SNS::Subscription")]
    values += [
        value for kind, name in CHATS.items() for chat in context.of_type(kind) for value in listed(chat.get(name))
    ]
    heard = {target.resource for value in values for target in targets_in(value)}
    return heard | {topic for topic in context.of_type(TOPIC) if topic.get("Subscription")}


@promise(
    "observed.alarms-link-runbooks",
    "Every alarm's description links a section of a runbook, and the section exists.",
)
def alarms_link_runbooks(context: Context) -> Iterator[Finding]:
    """Written FILE.md#SECTION; elsewhere than here, any address of a page will do."""
    if not context.policy.alarms:
        return
    for alarm in _for_people(context):
        description = describe(alarm.resource.get("AlarmDescription") or "")
        links = [f"{file}#{section}" for file, section in LINK.findall(description)]
        if not links and (context.runbooks is not None or "://" not in description):
            yield Finding(alarm.resource, "AlarmDescription", f"links no section of a runbook: {description!r}")
        for link in links:
            if context.runbooks is not None and link not in context.runbooks:
                yield Finding(alarm.resource, "AlarmDescription", f"links {link}, which the runbooks do not have")


@promise("observed.alarms-may-publish", "CloudWatch may use the key of every topic that an alarm publishes to.")
def alarms_may_publish(context: Context) -> Iterator[Finding]:
    """Otherwise the message of the alarm cannot be encrypted, and is dropped without a word."""
    if not context.policy.alarms:
        return
    actions = (action for alarm in context.alarms for action in alarm.actions)
    topics = {a.resource for a in actions if isinstance(a, Target) and a.resource.type == TOPIC}
    for topic in topics:
        key = topic.get("KmsMasterKeyId")
        if (
            isinstance(key, Target)
            and key.resource.type == "AWS::KMS::Key"
            and not _cloudwatch_may(context, key.resource)
        ):
            yield Finding(topic, "KmsMasterKeyId", f"the policy of {key.resource.logical_id} lets no alarm publish")


def _cloudwatch_may(context: Context, key: Resource) -> bool:
    own = [s for s in context.statements if s.resource is key and s.allows]
    return all(
        any(s.covers(action) and ("Service", "cloudwatch.amazonaws.com") in s.principals for s in own)
        for action in ("kms:Decrypt", "kms:GenerateDataKey")
    )
