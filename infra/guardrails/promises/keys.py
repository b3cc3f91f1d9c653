"""Encryption keys: they rotate, they work, and they answer to nobody else."""

from collections.abc import Iterator

from infra.assembly.model import Resource, describe
from infra.assembly.values import is_false, is_true, number
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.open_to_all import is_open_to_all
from infra.guardrails.registry import promise

KEY = "AWS::KMS::Key"
LONGEST_PERIOD = 365


def _symmetric(key: Resource) -> bool:
    own_material = key.get("Origin", default="AWS_KMS") == "AWS_KMS"
    return bool(own_material and key.get("KeySpec", default="SYMMETRIC_DEFAULT") == "SYMMETRIC_DEFAULT")


@promise("encryption.keys-rotate", "Every symmetric key of ours rotates, at least once a year.")
def keys_rotate(context: Context) -> Iterator[Finding]:
    """AWS rotates no asymmetric keys, no HMAC keys, and no imported material."""
    for key in context.of_type(KEY):
        if not _symmetric(key):
            continue
        if not is_true(key.get("EnableKeyRotation")):
            yield Finding(key, "EnableKeyRotation", f"must be true, is {describe(key.get('EnableKeyRotation'))}")
        period = number(key.get("RotationPeriodInDays"))
        if period is not None and period > LONGEST_PERIOD:
            yield Finding(key, "RotationPeriodInDays", f"must be <= {LONGEST_PERIOD}, is {period:g}")


@promise(
    "encryption.keys-work",
    "Every key of ours is enabled, and loses nothing in a hurry: deletion waits 30 days.",
)
def keys_work(context: Context) -> Iterator[Finding]:
    """What a disabled or deleted key encrypted cannot be read."""
    for key in context.of_type(KEY, "AWS::KMS::ReplicaKey"):
        if is_false(key.get("Enabled")):
            yield Finding(key, "Enabled", "is off: what it encrypted cannot be read")
        window = number(key.get("PendingWindowInDays"))
        if context.policy.retain_data and window is not None and window < 30:  # noqa: PLR2004 - KMS's longest
            yield Finding(key, "PendingWindowInDays", f"must be 30, is {window:g}")


@promise("encryption.key-policies-closed", "No key policy is open to everybody.")
def key_policies_closed(context: Context) -> Iterator[Finding]:
    """A principal `*` needs a condition that names accounts, roles or the organisation."""
    for statement in context.statements:
        if statement.resource.type in (KEY, "AWS::KMS::ReplicaKey") and is_open_to_all(statement):
            yield Finding(statement.resource, statement.place, "lets everybody (`*`) use the key")
