"""Data is kept long enough: backups, versions, logs."""

from collections.abc import Iterator

from infra.assembly.model import Resource, describe, targets_in
from infra.assembly.values import at, at_least, is_true, listed, mapping, number
from infra.guardrails.backup_coverage import stores_to_back_up
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import is_stateful
from infra.guardrails.registry import promise

LONGEST_RECOVERY, SHORTEST_LIFE = 35, 7


@promise("data-kept.lifecycle", "No lifecycle rule deletes data, or its older versions, within days.")
def lifecycle(context: Context) -> Iterator[Finding]:
    """Logs and published sites may go sooner; so may what a rule's filter names."""
    if not context.policy.retain_data:
        return
    for bucket in stores_to_back_up(context.assembly):
        for rule in map(mapping, at(bucket.resolved, "LifecycleConfiguration.Rules")):
            if rule.get("Status") != "Enabled" or any(name in rule for name in ("Prefix", "TagFilters")):
                continue
            older = mapping(rule.get("NoncurrentVersionExpiration")).get("NoncurrentDays")
            for name, days in (("ExpirationInDays", rule.get("ExpirationInDays")), ("NoncurrentDays", older)):
                if days is not None and not at_least(days, SHORTEST_LIFE):
                    message = f"must be >= {SHORTEST_LIFE}, is {describe(days)}"
                    yield Finding(bucket, f"LifecycleConfiguration.Rules.{name}", message)


@promise("data-kept.point-in-time-recovery", "Every table, and every replica of it, can be restored to any second.")
def point_in_time_recovery(context: Context) -> Iterator[Finding]:
    """Against the mistake that was made five minutes ago."""
    if not context.policy.retain_data:
        return
    place = "PointInTimeRecoverySpecification"
    tables = [(table, place, table.get(place)) for table in context.of_type("AWS::DynamoDB::Table")]
    tables += [
        (table, f"Replicas[{index}].{place}", mapping(replica).get(place))
        for table in context.of_type("AWS::DynamoDB::GlobalTable")
        for index, replica in enumerate(listed(table.get("Replicas")))
    ]
    for table, where, specification in tables:
        if not is_true(mapping(specification).get("PointInTimeRecoveryEnabled")):
            yield Finding(table, f"{where}.PointInTimeRecoveryEnabled", "is not on")
        days = mapping(specification).get("RecoveryPeriodInDays", LONGEST_RECOVERY)
        if not at_least(days, context.policy.point_in_time_days):
            message = f"must be >= {context.policy.point_in_time_days}, is {describe(days)}"
            yield Finding(table, f"{where}.RecoveryPeriodInDays", message)
    for table in context.of_type("AWS::Cassandra::Table"):
        if not is_true(table.get("PointInTimeRecoveryEnabled")):
            yield Finding(table, "PointInTimeRecoveryEnabled", "is not on")


@promise(
    "data-kept.automated-backups",
    "Databases and caches keep their own backups for as long as the config says.",
)
def automated_backups(context: Context) -> Iterator[Finding]:
    """Replicas of another database are backed up at their source."""
    days = context.policy.backup_retention_days
    periods = {
        "AWS::RDS::DBCluster": ("BackupRetentionPeriod", days),
        "AWS::RDS::DBInstance": ("BackupRetentionPeriod", days),
        "AWS::DocDB::DBCluster": ("BackupRetentionPeriod", days),
        "AWS::DocDBElastic::Cluster": ("BackupRetentionPeriod", days),
        "AWS::Neptune::DBCluster": ("BackupRetentionPeriod", days),
        "AWS::Redshift::Cluster": ("AutomatedSnapshotRetentionPeriod", days),
        "AWS::FSx::FileSystem": ("*.AutomaticBackupRetentionDays", days),
        "AWS::ElastiCache::ReplicationGroup": ("SnapshotRetentionLimit", context.policy.cache_snapshot_days),
        "AWS::ElastiCache::ServerlessCache": ("SnapshotRetentionLimit", context.policy.cache_snapshot_days),
        "AWS::MemoryDB::Cluster": ("SnapshotRetentionLimit", context.policy.cache_snapshot_days),
    }
    for kind, (place, minimum) in periods.items():
        for resource in context.of_type(kind):
            replica = any(name.startswith(("SourceDB", "ReplicationSource")) for name in resource.resolved)
            if minimum and not replica and is_stateful(resource):
                yield from _period(resource, place, minimum)


def _period(resource: Resource, place: str, minimum: int) -> Iterator[Finding]:
    name = place.removeprefix("*.")
    values = (
        [v[name] for v in resource.resolved.values() if isinstance(v, dict) and name in v]
        if place != name
        else [resource.get(name)]
    )
    if not values or not all(at_least(value, minimum) for value in values):
        yield Finding(resource, name, f"must be >= {minimum} days, is {describe(values[0] if values else None)}")


@promise(
    "data-kept.log-archive",
    "The bucket of the audit trail keeps its objects as long as the config says, and cannot lose them.",
)
def log_archive(context: Context) -> Iterator[Finding]:
    """Lifecycle and object lock."""
    wanted = context.policy.object_lock_days
    if not (context.policy.log_archive_days or wanted):
        return
    trails = context.of_type("AWS::CloudTrail::Trail")
    for bucket in {t.resource for trail in trails for t in targets_in(trail.get("S3BucketName"))}:
        for rule in map(mapping, at(bucket.resolved, "LifecycleConfiguration.Rules")):
            days = number(rule.get("ExpirationInDays"))
            if rule.get("Status") == "Enabled" and days is not None and days < context.policy.log_archive_days:
                message = f"must be >= {context.policy.log_archive_days}, is {days:g}"
                yield Finding(bucket, "LifecycleConfiguration.Rules.ExpirationInDays", message)
        if _locked_days(bucket) < wanted:
            message = f"locks objects for {_locked_days(bucket):g} days instead of {wanted}"
            yield Finding(bucket, "ObjectLockConfiguration", message)


def _locked_days(bucket: Resource) -> float:
    retention = mapping(bucket.get("ObjectLockConfiguration", "Rule", "DefaultRetention"))
    enabled = is_true(bucket.get("ObjectLockEnabled"))
    configured = bucket.get("ObjectLockConfiguration", "ObjectLockEnabled") == "Enabled"
    if not (enabled and configured and retention.get("Mode") in ("GOVERNANCE", "COMPLIANCE")):
        return 0
    return (number(retention.get("Days")) or 0) + 365 * (number(retention.get("Years")) or 0)
