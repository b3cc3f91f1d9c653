"""The ways back to the data of each store, after a mistake and after the loss of the region."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from infra.assembly import Assembly, Resource, describe
from infra.assembly.values import at, is_true, listed, mapping, number
from infra.guardrails.backup_coverage import BACKED_UP, is_continuous, selects, stores_to_back_up

HOUR, DAY = 60, 1_440
DOCS = "https://docs.aws.amazon.com"
PLANS = f"{DOCS}/aws-backup/latest/devguide/creating-a-backup-plan.html"
RESTORABLE_MINUTES = 5
"""How far a table's and a database's newest restorable moment is behind, typically."""

REPLICATED_MINUTES = 15
"""Within which S3 replicates nearly all objects, and AWS Backup records the changes of a bucket."""

COPIES = "-recovery"
"""How the name of the stack ends that holds the copies themselves."""

UNPROTECTED = {
    "AWS::Cognito::UserPool": "user pool",
    "AWS::ElastiCache::ReplicationGroup": "cache",
    "AWS::ElastiCache::ServerlessCache": "cache",
}
"""Stores that AWS Backup cannot copy."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way back: how many minutes of data it loses at worst, how many days it reaches back, and who says so."""

    means: str
    data_age_minutes: float
    reaches_days: float
    source: str
    #: Whether it is a copy in use, and not one to restore.
    live: bool = False


@dataclass(frozen=True, kw_only=True)
class Protection:
    """A store and its ways back, the one with the youngest data first."""

    store: Resource
    kind: str
    after_a_mistake: tuple[Way, ...]
    after_a_region: tuple[Way, ...]

    @property
    def name(self) -> str:
        """The construct's id, by which the configuration and the verbs know it."""
        parts = [part for part in self.store.construct_path.split("/") if part not in ("Resource", "Default")]
        return parts[-1] if parts else self.store.logical_id


def protections(assembly: Assembly) -> list[Protection]:
    """Return every store of the assembly, by construct path: those of `stores_to_back_up`, user pools and caches."""
    found = (*stores_to_back_up(assembly), *assembly.of_type(*UNPROTECTED))
    stores = [store for store in found if not store.stack.name.endswith(COPIES)]
    return [
        Protection(
            store=store,
            kind=BACKED_UP.get(store.type) or UNPROTECTED[store.type],
            after_a_mistake=_youngest_first(_own_ways(store), _copies(assembly, store, elsewhere=False)),
            after_a_region=_youngest_first(_replicas(store), _copies(assembly, store, elsewhere=True)),
        )
        for store in sorted(stores, key=lambda store: (store.stack.name, store.construct_path))
    ]


def _youngest_first(*ways: Iterator[Way]) -> tuple[Way, ...]:
    found = [way for group in ways for way in group]
    return tuple(sorted(found, key=lambda way: (way.data_age_minutes, -way.reaches_days)))


def _own_ways(store: Resource) -> Iterator[Way]:
    """What the store does by itself."""
    if store.type in _OWN:
        yield from _OWN[store.type](store)


def _of_table(table: Resource) -> Iterator[Way]:
    for place in ("PointInTimeRecoverySpecification", "Replicas.*.PointInTimeRecoverySpecification"):
        for settings in map(mapping, at(table.resolved, place)):
            if is_true(settings.get("PointInTimeRecoveryEnabled")):
                yield Way(
                    means="point-in-time recovery",
                    data_age_minutes=RESTORABLE_MINUTES,
                    reaches_days=number(settings.get("RecoveryPeriodInDays")) or 35,
                    source=f"{DOCS}/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html",
                )
                return


def _of_cluster(cluster: Resource) -> Iterator[Way]:
    yield Way(
        means="point-in-time recovery",
        data_age_minutes=RESTORABLE_MINUTES,
        reaches_days=number(cluster.get("BackupRetentionPeriod")) or 1,
        source=f"{DOCS}/AmazonRDS/latest/AuroraUserGuide/aurora-pitr.html",
    )


def _of_bucket(bucket: Resource) -> Iterator[Way]:
    if bucket.get("VersioningConfiguration", "Status") != "Enabled":
        return
    ends = [
        number(days)
        for days in at(bucket.resolved, "LifecycleConfiguration.Rules.*.NoncurrentVersionExpiration.NoncurrentDays")
    ]
    yield Way(
        means="versions",
        data_age_minutes=0,
        reaches_days=min((days for days in ends if days), default=float("inf")),
        source=f"{DOCS}/AmazonS3/latest/userguide/Versioning.html",
    )


def _of_cache(cache: Resource) -> Iterator[Way]:
    if days := number(cache.get("SnapshotRetentionLimit")):
        source = f"{DOCS}/AmazonElastiCache/latest/dg/backups-automatic.html"
        yield Way(means="daily snapshot", data_age_minutes=DAY, reaches_days=days, source=source)


_OWN: dict[str, Callable[[Resource], Iterator[Way]]] = {
    "AWS::DynamoDB::GlobalTable": _of_table,
    "AWS::DynamoDB::Table": _of_table,
    "AWS::DocDB::DBCluster": _of_cluster,
    "AWS::ElastiCache::ReplicationGroup": _of_cache,
    "AWS::ElastiCache::ServerlessCache": _of_cache,
    "AWS::RDS::DBCluster": _of_cluster,
    "AWS::S3::Bucket": _of_bucket,
}


def _replicas(store: Resource) -> Iterator[Way]:
    """Live copies in another region."""
    regions = {describe(region) for region in at(store.resolved, "Replicas.*.Region")}
    if regions - {store.stack.region, "AWS::Region"}:
        source = f"{DOCS}/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html"
        yield Way(means="replica", data_age_minutes=1 / 60, reaches_days=0, source=source, live=True)
    if any(at(store.resolved, "ReplicationConfiguration.Rules.*.Destination.Bucket")):
        source = f"{DOCS}/AmazonS3/latest/userguide/replication.html"
        yield Way(means="replication", data_age_minutes=REPLICATED_MINUTES, reaches_days=0, source=source, live=True)


def _copies(assembly: Assembly, store: Resource, *, elsewhere: bool) -> Iterator[Way]:
    """What AWS Backup keeps of it, here or in another region."""
    for plan in assembly.of_type("AWS::Backup::BackupPlan") if store.type in BACKED_UP else ():
        if not any(selects(selection, store) for selection in _selections(assembly, plan)):
            continue
        for rule in map(mapping, listed(plan.get("BackupPlan", "BackupPlanRule"))):
            lifecycles = [mapping(copy).get("Lifecycle") for copy in listed(rule.get("CopyActions"))]
            kept = lifecycles if elsewhere else [rule.get("Lifecycle")]
            days = max((number(mapping(each).get("DeleteAfterDays")) or float("inf") for each in kept), default=0)
            if not days:
                continue
            continuous = is_continuous(plan)
            yield Way(
                means=f"{describe(rule.get('RuleName'))} {'record' if continuous else 'copy'}",
                data_age_minutes=REPLICATED_MINUTES if continuous else _worst_age(rule),
                reaches_days=days,
                source=PLANS,
            )


def _selections(assembly: Assembly, plan: Resource) -> Iterator[Resource]:
    for selection in assembly.of_type("AWS::Backup::BackupSelection"):
        chosen = selection.get("BackupPlanId")
        if getattr(chosen, "resource", None) is plan:
            yield selection


def _worst_age(rule: Any) -> float:
    """Minutes: the next copy is due after the interval, starts within one window and ends within the other."""
    windows = (number(rule.get(f"{name}WindowMinutes")) for name in ("Start", "Completion"))
    return interval(str(rule.get("ScheduleExpression", ""))) + sum(window or 0 for window in windows)


def interval(schedule: str) -> float:
    """Minutes between two runs of an AWS schedule expression, at most."""
    kind, _, inside = schedule.removesuffix(")").partition("(")
    if kind == "rate":
        count, unit = inside.split()
        return float(count) * {"minute": 1, "hour": 60, "day": DAY}[unit.removesuffix("s")]
    fields = (*inside.split(), *"******")
    _, hour, of_month, month, of_week = fields[:5]
    if month != "*":
        return 366 * DAY
    if of_month not in ("*", "?"):
        return 31 * DAY
    if of_week not in ("*", "?"):
        return 7 * DAY
    return 60 if hour == "*" else DAY


def duration(minutes: float) -> str:
    """Write minutes as a person reads them."""
    if minutes < 1:
        return f"{minutes * 60:.0f} s"
    if minutes < 2 * HOUR:
        return f"{minutes:.0f} min"
    return f"{minutes / HOUR:.0f} h" if minutes < 2 * DAY else f"{minutes / DAY:.0f} d"
