"""Observed: whatever can fail has an alarm on its own dimensions."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, mapping
from infra.guardrails.alarms import Metric, watched
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.metrics import QUEUE_WATCH, WATCHES, Watch
from infra.guardrails.knowledge.stateful import is_cluster_member
from infra.guardrails.queues import QUEUE, dead_letter_queues
from infra.guardrails.registry import promise

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"


@promise(
    "observed.alarm-on-everything",
    "Every function, API, service, load balancer, store, certificate and web ACL has alarms of its own.",
)
def alarm_on_everything(context: Context) -> Iterator[Finding]:
    """On the metrics that say that it fails; the functions that CDK adds fail in the deploy."""
    if not context.policy.alarms:
        return
    for kind, watch in WATCHES.items():
        for resource in context.of_type(kind):
            if _deploy_shows_it(context, resource):
                continue
            seen = {metric.name for metric in _metrics(context, resource, watch)}
            missing = [wanted for wanted in watch.metrics if not (seen & set(wanted) if wanted else seen)]
            if missing:
                names = ", ".join("/".join(wanted) or "anything" for wanted in missing)
                yield Finding(resource, "Alarm", f"no alarm looks at its {names}")


def _deploy_shows_it(context: Context, resource: Resource) -> bool:
    return resource in context.cdk_functions or (
        resource.type == "AWS::RDS::DBInstance" and is_cluster_member(resource)
    )


def _metrics(context: Context, resource: Resource, watch: Watch) -> Iterator[Metric]:
    # A load balancer's name can be cut from the address of its listener.
    parts = [resource]
    if resource.type == BALANCER:
        parts += [
            listener
            for listener in context.of_type(LISTENER)
            if listener.get("LoadBalancerArn") == Target(resource, "Ref")
        ]
    for alarm in context.alarms:
        for part in parts:
            yield from watched(alarm, part, watch)


@promise(
    "observed.alarm-on-queues",
    "Every queue has an alarm on the age of its messages, every dead-letter queue on the first one.",
)
def alarm_on_queues(context: Context) -> Iterator[Finding]:
    """A dead-letter queue that nobody looks at is a bin."""
    if not context.policy.alarms:
        return
    dead = dead_letter_queues(context.assembly)
    for queue in context.of_type(QUEUE):
        seen = {metric.name for metric in _metrics(context, queue, QUEUE_WATCH)}
        wanted = "ApproximateNumberOfMessagesVisible" if queue in dead else "ApproximateAgeOfOldestMessage"
        if wanted not in seen:
            yield Finding(queue, "Alarm", f"no alarm looks at its {wanted}")


@promise("observed.alarm-on-the-trail", "Every metric filter on the audit trail feeds an alarm.")
def alarm_on_the_trail(context: Context) -> Iterator[Finding]:
    """Root logins, refused calls, changed policies: counted for somebody to know."""
    if not context.policy.alarms:
        return
    groups = {
        target.resource
        for trail in context.of_type("AWS::CloudTrail::Trail")
        if isinstance(target := trail.get("CloudWatchLogsLogGroupArn"), Target)
    }
    counted = {(metric.namespace, metric.name) for alarm in context.alarms for metric in alarm.metrics}
    for metric_filter in context.of_type("AWS::Logs::MetricFilter"):
        group = metric_filter.get("LogGroupName")
        if not isinstance(group, Target) or group.resource not in groups:
            continue
        for transformation in map(mapping, at(metric_filter.resolved, "MetricTransformations")):
            name = (
                describe(transformation.get("MetricNamespace")),
                describe(transformation.get("MetricName")),
            )
            if name not in counted:
                yield Finding(metric_filter, "MetricTransformations", f"no alarm looks at {name[0]} {name[1]}")


@promise(
    "observed.backup-failures",
    "Somebody hears when a backup fails: by an alarm, a rule, or the vault's notifications.",
)
def backup_failures(context: Context) -> Iterator[Finding]:
    """A plan that fails silently is found out on the worst day."""
    if not (context.policy.alarms and context.policy.backed_up):
        return
    by_alarm = any(
        metric.namespace == "AWS/Backup" and str(metric.name).endswith(("Failed", "Expired", "Aborted"))
        for alarm in context.alarms
        for metric in alarm.metrics
    )
    by_rule = any(map(_hears_of_backups, context.of_type("AWS::Events::Rule")))
    for vault in context.of_type("AWS::Backup::BackupVault"):
        events = at(vault.resolved, "Notifications.BackupVaultEvents")
        heard = any("FAILED" in str(event) or "COMPLETED" in str(event) for event in events)
        fed = any(
            target == Target(vault, "BackupVaultName") or target == Target(vault, "Ref")
            for plan in context.of_type("AWS::Backup::BackupPlan")
            for target in at(plan.resolved, "BackupPlan.BackupPlanRule.*.TargetBackupVault")
        )
        if fed and not (by_alarm or by_rule or heard):
            yield Finding(vault, "Notifications", "nobody hears of a failed backup")


def _hears_of_backups(rule: Resource) -> bool:
    """A rule about restores alone does not."""
    kinds = at(rule.resolved, "EventPattern.detail-type")
    return (
        "aws.backup" in at(rule.resolved, "EventPattern.source")
        and rule.get("State") != "DISABLED"
        and (not kinds or "Backup Job State Change" in kinds)
    )
