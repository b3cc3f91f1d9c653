"""DynamoDB: requests or capacity, storage, point-in-time recovery, replicas."""

from collections.abc import Iterator
from typing import Any

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Unpriced, fixed, hours, items, number, priced, text, usage


@priced("AWS::DynamoDB::Table")
def table(resource: Resource, context: Context) -> Iterator[Answer]:
    """A table in one region."""
    yield from _requests(resource, context)
    yield from _storage(resource, context)
    recovery = resource.get("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled", default=False)
    if recovery is True:
        yield usage("point-in-time recovery", "dynamodb.pitr", context.assume("table_storage_gb", "GB"))


@priced("AWS::DynamoDB::GlobalTable")
def global_table(resource: Resource, context: Context) -> Iterator[Answer]:
    """A table with a replica in each of its regions; writes are billed in every one of them."""
    replicas = [replica for replica in items(resource, "Replicas") if isinstance(replica, dict)]
    home = resource.stack.region
    yield from _requests(resource, context)
    for replica in replicas:
        region = str(replica.get("Region", home))
        away = region != home
        suffix = f" in {region}" if away else ""
        if away:
            writes = _writes(resource, context)
            yield usage(f"replicated writes{suffix}", "dynamodb.replicated_wru", *writes, region=region)
        yield from _storage(resource, context, region=region if away else "", suffix=suffix)
        if _has_recovery(replica):
            yield usage(
                f"point-in-time recovery{suffix}",
                "dynamodb.pitr",
                context.assume("table_storage_gb", "GB"),
                region=region if away else "",
            )


def _requests(resource: Resource, context: Context) -> Iterator[Answer]:
    provisioned = (
        resource.type == "AWS::DynamoDB::Table"
        and text(resource, "BillingMode", default="PROVISIONED") == "PROVISIONED"
    )
    if provisioned:
        read = Factor(number(resource, "ProvisionedThroughput", "ReadCapacityUnits", default=5), "RCU")
        write = Factor(number(resource, "ProvisionedThroughput", "WriteCapacityUnits", default=5), "WCU")
        yield fixed("read capacity", "dynamodb.rcu_hour", read, hours())
        yield fixed("write capacity", "dynamodb.wcu_hour", write, hours())
        return
    if any(_counts_all_keys(replica) for replica in items(resource, "Replicas")):
        yield Unpriced("contributor insights", "requests that it counts have no sourced price")
    yield usage("writes", "dynamodb.wru", *_writes(resource, context))
    yield usage("reads", "dynamodb.rru", context.assume("table_reads_millions", "1M units"))


def _writes(resource: Resource, context: Context) -> tuple[Factor, ...]:
    """Every global index is written along with the table."""
    copies = 1 + len(items(resource, "GlobalSecondaryIndexes"))
    written = (context.assume("table_writes_millions", "1M units"),)
    return (*written, Factor(copies, "copies (table and indexes)")) if copies > 1 else written


def _storage(resource: Resource, context: Context, *, region: str = "", suffix: str = "") -> Iterator[Answer]:
    copies = 1 + len(items(resource, "GlobalSecondaryIndexes"))
    stored = [context.assume("table_storage_gb", "GB")]
    if copies > 1:
        stored.append(Factor(copies, "copies (table and indexes)"))
    yield usage(f"storage{suffix}", "dynamodb.storage", *stored, region=region)


def _counts_all_keys(replica: Any) -> bool:
    said = replica.get("ContributorInsightsSpecification") if isinstance(replica, dict) else None
    return isinstance(said, dict) and said.get("Enabled") is True and said.get("Mode") != "THROTTLED_KEYS"


def _has_recovery(replica: dict[str, Any]) -> bool:
    found = replica.get("PointInTimeRecoverySpecification")
    return isinstance(found, dict) and found.get("PointInTimeRecoveryEnabled") is True
