"""Buckets with their storage classes, file systems, image repositories."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Factor, Unpriced, fixed, items, number, priced, text, usage

CLASS_PRICES = {
    "STANDARD": "s3.standard",
    "STANDARD_IA": "s3.ia",
    "INTELLIGENT_TIERING": "s3.int_tiering",
    "GLACIER_IR": "s3.glacier_ir",
    "GLACIER": "s3.glacier_flex",
    "DEEP_ARCHIVE": "s3.deep_archive",
}
MIB_PER_GIB = 1024
THOUSAND = 1000


@priced("AWS::S3::Bucket")
def bucket(resource: Resource, context: Context) -> Iterator[Answer]:
    """Requests, and storage split over the classes in which objects spend their life."""
    stored = context.assume("bucket_storage_gb", "GB")
    for storage_class, share in _shares(resource, context).items():
        part = (stored, Factor(share, "share")) if share < 1 else (stored,)
        price = CLASS_PRICES.get(storage_class)
        if price is None:
            yield Unpriced(f"storage {storage_class}", f"no pricing rule for the class {storage_class}")
            continue
        yield usage(f"storage {storage_class}", price, *part)
        if storage_class == "INTELLIGENT_TIERING":
            size = context.assume("bucket_object_mib", "MiB an object")
            objects = Factor(stored.value * share * MIB_PER_GIB / size.value / THOUSAND, "1k objects", size.assumption)
            yield usage("tiering monitor", "s3.int_monitoring", objects)
    yield usage("writes", "s3.put", context.assume("bucket_puts_thousands", "1k requests"))
    if items(resource, "ReplicationConfiguration", "Rules"):
        yield Unpriced("replication", "transfer between regions and replication time control have no sourced price")
    yield usage("reads", "s3.get", context.assume("bucket_gets_thousands", "1k requests"))


def _shares(resource: Resource, context: Context) -> dict[str, float]:
    """The share of the stored bytes in each class, at steady state: arrival is even, age decides."""
    rules = [
        rule
        for rule in items(resource, "LifecycleConfiguration", "Rules")
        if isinstance(rule, dict) and rule.get("Status") == "Enabled" and not _is_partial(rule)
    ]
    ends = [_days(rule["ExpirationInDays"]) for rule in rules if "ExpirationInDays" in rule]
    steps = sorted(
        (_days(step.get("TransitionInDays")), str(step.get("StorageClass")))
        for rule in rules
        for step in [*rule.get("Transitions", []), *([rule["Transition"]] if "Transition" in rule else [])]
    )
    end = min(ends) if ends else max(context.assume("keep_forever_days", "days").value, *(d + 1 for d, _ in steps), 1)
    marks = [(0.0, "STANDARD"), *((day, name) for day, name in steps if day < end), (end, "")]
    shares: dict[str, float] = {}
    for (start, name), (until, _) in pairwise(marks):
        if until > start:
            shares[name] = shares.get(name, 0) + (until - start) / end
    return shares


def _is_partial(rule: dict[str, Any]) -> bool:
    """Whether a rule is about some of the objects only."""
    return any(rule.get(key) for key in ("Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"))


def _days(value: Any) -> float:
    return float(value) if isinstance(value, int | float | str) and str(value).isdigit() else 0.0


@priced("AWS::EFS::FileSystem")
def file_system(resource: Resource, context: Context) -> Iterator[Answer]:
    """Storage by class; throughput by what is read and written, or by what is provisioned."""
    stored = context.assume("file_system_storage_gb", "GB")
    cold = context.assume("file_system_infrequent_percent", "share", divided_by=100)
    moves = any(isinstance(p, dict) and "TransitionToIA" in p for p in items(resource, "LifecyclePolicies"))
    if moves:
        yield usage("storage infrequent access", "efs.ia", stored, cold)
        yield usage("storage standard", "efs.standard", stored, cold._replace(value=1 - cold.value))
    else:
        yield usage("storage standard", "efs.standard", stored)
    mode = text(resource, "ThroughputMode", default="bursting")
    if mode == "provisioned":
        rate = Factor(number(resource, "ProvisionedThroughputInMibps"), "MiB/s")
        yield fixed("provisioned throughput", "efs.provisioned_mibps", rate)
    elif mode == "elastic":
        yield usage("reads", "efs.elastic_read", context.assume("file_system_transfer_gb", "GB"))
        yield usage("writes", "efs.elastic_write", context.assume("file_system_transfer_gb", "GB"))


@priced("AWS::ECR::Repository")
def repository(_resource: Resource, context: Context) -> Iterator[Answer]:
    """Storage of images."""
    yield usage("storage", "ecr", context.assume("repository_storage_gb", "GB"))
