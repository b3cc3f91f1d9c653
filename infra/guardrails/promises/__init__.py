"""The promises, one family after the other; importing the package registers them all.

Exceptions come last: whether one still matches depends on what the others found.
"""

from infra.guardrails.promises import (
    at_rest,
    backups,
    data_kept,
    dead_letters,
    doors,
    groups,
    keys,
    limits,
    logs,
    observed,
    permissions,
    placement,
    recovery,
    resilient,
    secrets,
    stable,
    subnets,
    tls_doors,
    tls_policies,
    tls_stores,
    trust,
    watch,
    workloads,
)

from infra.guardrails.promises import exceptions as _last  # isort: skip

__all__ = [
    "_last",
    "at_rest",
    "backups",
    "data_kept",
    "dead_letters",
    "doors",
    "groups",
    "keys",
    "limits",
    "logs",
    "observed",
    "permissions",
    "placement",
    "recovery",
    "resilient",
    "secrets",
    "stable",
    "subnets",
    "tls_doors",
    "tls_policies",
    "tls_stores",
    "trust",
    "watch",
    "workloads",
]
