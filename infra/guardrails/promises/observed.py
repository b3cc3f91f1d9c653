"""Observed: alarms reach somebody who knows what to do, and what watches the account is switched on."""

from collections.abc import Iterator

from infra.guardrails.alarms import Alarm
from infra.guardrails.context import Context
from infra.guardrails.model import Resource, Target, describe, targets_in
from infra.guardrails.registry import Finding, promise
from infra.guardrails.runbooks import LINK
from infra.guardrails.values import at, is_false, is_true, listed, mapping

TOPIC = "AWS::SNS::Topic"
SCALING = "AWS::ApplicationAutoScaling::ScalingPolicy"
CHATS = {
    "AWS::Chatbot::SlackChannelConfiguration": "SnsTopicArns",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration": "SnsTopicArns",
}


def _for_people(context: Context) -> Iterator[Alarm]:
    """Alarms that somebody should hear: neither those that scale, nor those that a composite speaks for."""
    spoken_for = {
        child
        for alarm in context.alarms
        if alarm.composite and alarm.enabled and alarm.actions
        for child in alarm.children
    }
    for alarm in context.alarms:
        scales = [
            isinstance(a, Target) and a.resource.type in (SCALING, "AWS::AutoScaling::ScalingPolicy")
            for a in alarm.actions
        ]
        if alarm.resource not in spoken_for and not (scales and all(scales)):
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


@promise("observed.trail", "CloudTrail records every region, checks its files, and is on.")
def trail(context: Context) -> Iterator[Finding]:
    """It writes into a bucket, and into CloudWatch Logs for the alarms."""
    trails = list(context.of_type("AWS::CloudTrail::Trail"))
    if context.policy.trail and not trails:
        yield Finding(context.home, "AWS::CloudTrail::Trail", "none: nobody records who did what")
    for item in trails:
        for name in ("IsLogging", "IsMultiRegionTrail", "EnableLogFileValidation"):
            if not is_true(item.get(name)):
                yield Finding(item, name, f"must be true, is {describe(item.get(name))}")
        if is_false(item.get("IncludeGlobalServiceEvents")):
            yield Finding(item, "IncludeGlobalServiceEvents", "is off, so IAM and STS go unrecorded")
        for selector in map(mapping, listed(item.get("EventSelectors"))):
            if is_false(selector.get("IncludeManagementEvents")):
                yield Finding(item, "EventSelectors.IncludeManagementEvents", "is off")
            if selector.get("ReadWriteType", "All") != "All":
                yield Finding(item, "EventSelectors.ReadWriteType", f"is {selector['ReadWriteType']} instead of All")
        if context.policy.trail and not item.get("CloudWatchLogsLogGroupArn"):
            yield Finding(item, "CloudWatchLogsLogGroupArn", "is missing, so no alarm can look at the trail")


@promise("observed.detector", "GuardDuty is on.")
def detector(context: Context) -> Iterator[Finding]:
    """One that exists and is off counts as a finding in any environment."""
    detectors = list(context.of_type("AWS::GuardDuty::Detector"))
    if context.policy.detector and not detectors:
        yield Finding(context.home, "AWS::GuardDuty::Detector", "none: nobody looks for intruders")
    for item in detectors:
        if not is_true(item.get("Enable")):
            yield Finding(item, "Enable", f"must be true, is {describe(item.get('Enable'))}")


@promise("observed.recorder", "AWS Config records every resource and delivers what it records.")
def recorder(context: Context) -> Iterator[Finding]:
    """A recorder without a delivery channel records nothing."""
    recorders = list(context.of_type("AWS::Config::ConfigurationRecorder"))
    if context.policy.recorder and not recorders:
        yield Finding(context.home, "AWS::Config::ConfigurationRecorder", "none: nobody records what changes")
    for item in recorders:
        group = mapping(item.get("RecordingGroup"))
        everything = is_true(group.get("AllSupported")) or "ExclusionByResourceTypes" in group
        if context.policy.recorder and not everything:
            yield Finding(item, "RecordingGroup.AllSupported", "is not on, so some types go unrecorded")
    if recorders and not list(context.of_type("AWS::Config::DeliveryChannel")):
        yield Finding(recorders[0], "AWS::Config::DeliveryChannel", "none, so nothing is recorded")


@promise(
    "observed.nothing-switched-off",
    "No rule, schedule or event source is switched off: remedies and checks run.",
)
def nothing_switched_off(context: Context) -> Iterator[Finding]:
    """Whoever wants one off takes it out."""
    for rule in context.of_type("AWS::Events::Rule", "AWS::Scheduler::Schedule"):
        if rule.get("State") == "DISABLED":
            yield Finding(rule, "State", "is DISABLED")
        if rule.type == "AWS::Events::Rule" and not rule.get("Targets"):
            yield Finding(rule, "Targets", "is empty, so nothing happens")
    for source in context.of_type("AWS::Lambda::EventSourceMapping"):
        if is_false(source.get("Enabled")):
            yield Finding(source, "Enabled", "is off, so nothing is processed")
    for analyzer in context.of_type("AWS::S3::Bucket"):
        for rule in at(analyzer.resolved, "ReplicationConfiguration.Rules"):
            if isinstance(rule, dict) and rule.get("Status") == "Disabled":
                yield Finding(analyzer, "ReplicationConfiguration.Rules.Status", "is Disabled")


@promise("observed.remediation", "A rule answers alarms with a remedy.")
def remediation(context: Context) -> Iterator[Finding]:
    """An EventBridge rule on alarm state changes that calls a function."""
    if not context.policy.remediation:
        return
    for rule in context.of_type("AWS::Events::Rule"):
        kinds = at(rule.resolved, "EventPattern.detail-type")
        if "CloudWatch Alarm State Change" in kinds and rule.get("Targets") and rule.get("State") != "DISABLED":
            return
    yield Finding(context.home, "AWS::Events::Rule", "none answers CloudWatch alarm state changes")
