"""Observed: what watches the account, and what reacts, is switched on."""

from collections.abc import Iterator

from infra.assembly.model import describe
from infra.assembly.values import at, is_false, is_true, listed, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise


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
