"""What an environment must keep, as effects: never its name. It travels in each template's metadata."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self, get_args

Nat = Literal["any", "none", "single-nat", "nat-per-zone", "regional-nat"]


class PolicyError(ValueError):
    """A policy that cannot be read; the message names the effect, the rule and the value."""


@dataclass(frozen=True, kw_only=True)
class Policy:
    """The effects that the promises ask about. The defaults are the mildest: what any app should hold."""

    # Encryption
    own_keys: bool = True
    """Everything that can be encrypted at rest uses a customer-managed key."""

    # Reachability
    public_load_balancer: bool = True
    """An internet-facing load balancer may be open to the world on its listeners' ports."""
    isolated_data_tier: bool = False
    """Data stores stand in subnets without a route to the internet, behind a network ACL of their own."""
    web_acl: bool = False
    """Public front doors stand behind a web application firewall."""

    # Identity
    permissions_boundary: bool = False
    """Every role has a permissions boundary."""
    authorised_api: bool = False
    """Every API method asks who is calling."""

    # Data is kept
    retain_data: bool = False
    """Data outlives its stack: policies, protection flags, versioning, point-in-time recovery, locked ids."""
    termination_protection: bool = False
    """A stack cannot be deleted before its protection is taken off."""
    backup_retention_days: int = 0
    """Days that databases keep their automated backups."""
    cache_snapshot_days: int = 0
    """Days that caches keep their snapshots."""
    log_archive_days: int = 0
    """Days that the bucket of the audit trail keeps its objects."""
    object_lock_days: int = 0
    """Days in which the bucket of the audit trail refuses deletion, whoever asks; 0: no lock asked for."""
    point_in_time_days: int = 0
    """Days back to which a table can be restored to any second."""

    # Backed up
    backed_up: bool = False
    """Every store is in a backup selection, and recovery points are safe from the app's own roles."""
    backup_lifecycle_days: tuple[int, ...] = ()
    """Days that the rules of each plan keep recovery points, such as (35, 90, 365)."""
    recovery_copy: bool = False
    """Backups are copied to another region."""
    recovery_region: str = ""
    """The region that receives the copies; empty: any other."""
    vault_lock_days: int = 0
    """Days in which a backup vault refuses the deletion of a recovery point; 0: no lock asked for."""
    restore_tests: bool = False
    """Each kind of backed-up store is restored regularly, to prove that it can be."""

    # Resilient
    min_availability_zones: int = 0
    """Availability zones that stores, load balancers, functions and services span."""
    multi_az: bool = False
    """Databases and caches fail over by themselves."""
    min_readers: int = 0
    """Readers of a database cluster, beside its writer."""
    min_tasks: int = 0
    """Tasks of a container service, at its quietest."""
    nat: Nat = "any"
    """How private subnets reach the internet."""
    dead_letters: bool = False
    """Every function can put what it failed to do into a dead-letter queue."""
    dead_letter_days: int = 0
    """Days that a dead-letter queue keeps a message."""

    # Observed
    alarms: bool = False
    """Whatever can fail has an alarm that reaches somebody and links its runbook."""
    named_log_groups: bool = False
    """Every function names a log group of the app."""
    log_retention_days: int = 0
    """Days that every log group keeps its events."""
    flow_logs: bool = False
    """Every VPC records its traffic."""
    access_logs: bool = False
    """Front doors and databases write down who came."""
    trail: bool = False
    """CloudTrail records every region."""
    detector: bool = False
    """GuardDuty watches the account."""
    recorder: bool = False
    """AWS Config records the account."""
    remediation: bool = False
    """A rule answers alarms with a remedy."""
    hardened: bool = False
    """Workloads run with what AWS offers to contain them: read-only file systems, scanned images, IMDSv2."""

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], *, missing: "Policy | None" = None) -> Self:
        """Read `to_dict`'s form; an effect that is not named is taken from `missing`, else from STRICT."""
        fallback = missing or STRICT
        known = {field.name: field for field in fields(cls)}
        for name, value in values.items():
            if name not in known:
                raise PolicyError(f"policy.{name} is no effect that the guardrails know")
            _check(name, value, getattr(fallback, name))
        merged = {name: values.get(name, getattr(fallback, name)) for name in known}
        merged["backup_lifecycle_days"] = tuple(merged["backup_lifecycle_days"])
        return cls(**merged)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}


def _check(name: str, value: Any, example: Any) -> None:
    if name == "nat":
        if value not in get_args(Nat):
            raise PolicyError(f"policy.nat must be one of {', '.join(get_args(Nat))}, got {value!r}")
    elif isinstance(example, tuple):
        if not isinstance(value, list | tuple) or not all(type(day) is int for day in value):
            raise PolicyError(f"policy.{name} must be a list of whole numbers, got {value!r}")
    elif type(value) is not type(example):
        raise PolicyError(f"policy.{name} must be {type(example).__name__}, got {value!r}")


MILD = Policy()
"""For an assembly that says nothing of itself: what any app should hold."""

STRICT = Policy(
    isolated_data_tier=True,
    web_acl=True,
    permissions_boundary=True,
    authorised_api=True,
    retain_data=True,
    termination_protection=True,
    backup_retention_days=35,
    cache_snapshot_days=15,
    log_archive_days=2555,
    object_lock_days=30,
    point_in_time_days=35,
    backed_up=True,
    backup_lifecycle_days=(35,),
    recovery_copy=True,
    vault_lock_days=7,
    restore_tests=True,
    min_availability_zones=2,
    multi_az=True,
    min_readers=1,
    min_tasks=2,
    dead_letters=True,
    dead_letter_days=14,
    alarms=True,
    named_log_groups=True,
    log_retention_days=30,
    flow_logs=True,
    access_logs=True,
    trail=True,
    detector=True,
    recorder=True,
    remediation=True,
    hardened=True,
)
"""What production keeps; `check --strict` asks it of any assembly."""


def strictest(policies: Iterable[Policy]) -> Policy:
    """The policy that holds all of `policies`: one stack that says less cannot weaken its neighbours."""
    listed = [policy.to_dict() for policy in policies]
    merged = {name: _strictest(name, [values[name] for values in listed]) for name in listed[0]}
    return Policy.from_dict(merged)


def _strictest(name: str, values: list[Any]) -> Any:
    if name == "public_load_balancer":
        return all(values)
    if name == "backup_lifecycle_days":
        return max(values, key=lambda days: sorted(days, reverse=True))
    if name in ("nat", "recovery_region"):
        return next((value for value in values if value not in ("any", "")), values[0])
    return max(values)
