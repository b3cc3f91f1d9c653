"""Data is kept: whatever a deploy does, what was stored stays."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import describe, targets_in
from infra.assembly.values import at, is_true, keyed, listed
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.stateful import PROTECTIONS, is_stateful
from infra.guardrails.registry import promise

KEEPING = ("Retain", "RetainExceptOnCreate")
ERASERS = ("Custom::S3AutoDeleteObjects", "Custom::ECRAutoDeleteImages")


@promise(
    "data-kept.policies",
    "Every stateful resource is retained, or snapshotted, when it is deleted and when it is replaced.",
)
def policies(context: Context) -> Iterator[Finding]:
    """DeletionPolicy says nothing about a replacement, so both are needed."""
    if not context.policy.retain_data:
        return
    for resource in filter(is_stateful, context.assembly.deployed):
        allowed = (*KEEPING, "Snapshot") if PROTECTIONS[resource.type].snapshot else KEEPING
        for name, value in (
            ("DeletionPolicy", resource.deletion_policy),
            ("UpdateReplacePolicy", resource.update_replace_policy),
        ):
            if value not in allowed:
                yield Finding(resource, name, f"must be {' or '.join(allowed)}, is {describe(value)}")


@promise(
    "data-kept.protection-flag",
    "Every stateful resource has its type's own protection against deletion switched on.",
)
def protection_flag(context: Context) -> Iterator[Finding]:
    """It stops the hand that the policies do not: the console, the command line, a script."""
    if not context.policy.retain_data:
        return
    for resource in filter(is_stateful, context.assembly.deployed):
        protection = PROTECTIONS[resource.type]
        if not protection.flag:
            continue
        expected = len(listed(resource.get("Replicas"))) if "*" in protection.flag else 1
        values = at(resource.resolved, protection.flag)
        if len(values) < max(expected, 1) or not all(_is(value, protection.value) for value in values):
            found = describe(values[0]) if len(values) == 1 else describe(values or None)
            yield Finding(resource, protection.flag, f"must be {describe(protection.value)}, is {found}")
    for balancer in context.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        attributes = keyed(balancer.get("LoadBalancerAttributes"))
        if not is_true(attributes.get("deletion_protection.enabled")):
            yield Finding(balancer, "LoadBalancerAttributes.deletion_protection.enabled", "is not true")


def _is(value: Any, wanted: bool | str) -> bool:
    return is_true(value) if wanted is True else value == wanted


@promise("data-kept.termination-protection", "Every stack refuses to be deleted.")
def termination_protection(context: Context) -> Iterator[Finding]:
    """Nested stacks go with their parent, so the parent's protection is theirs."""
    if not context.policy.termination_protection:
        return
    for stack in context.assembly.stacks:
        if not stack.nested and not stack.termination_protection:
            yield Finding(stack, "terminationProtection", "is off in the manifest")


@promise(
    "data-kept.versioning",
    "Every bucket keeps the versions of its objects, and nothing empties it on deletion.",
)
def versioning(context: Context) -> Iterator[Finding]:
    """An overwritten or deleted object can be brought back."""
    if not context.policy.retain_data:
        return
    for bucket in context.of_type("AWS::S3::Bucket"):
        status = bucket.get("VersioningConfiguration", "Status")
        if status != "Enabled":
            yield Finding(bucket, "VersioningConfiguration.Status", f"must be Enabled, is {describe(status)}")
    for eraser in context.of_type(*ERASERS):
        victims = ", ".join(sorted({t.resource.logical_id for t in targets_in(eraser.get("BucketName"))}))
        yield Finding(eraser, "BucketName", f"empties {victims or 'what it names'} before it is deleted")
    for repository in context.of_type("AWS::ECR::Repository"):
        if is_true(repository.get("EmptyOnDelete")):
            yield Finding(repository, "EmptyOnDelete", "is on, so deleting the repository deletes its images")
