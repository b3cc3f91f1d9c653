"""Every way to break a promise that the suite knows."""

from tests.guardrails.mutants import (
    backups,
    containment,
    data,
    encryption,
    identity,
    observed,
    reachability,
    resilient,
    secrets,
    stable,
    tls,
)

FAMILIES = (
    "reachability",
    "encryption",
    "tls",
    "identity",
    "data",
    "backups",
    "observed",
    "resilient",
    "secrets",
    "stable",
    "containment",
)
MUTANTS = [
    *reachability.MUTANTS,
    *encryption.MUTANTS,
    *tls.MUTANTS,
    *identity.MUTANTS,
    *data.MUTANTS,
    *backups.MUTANTS,
    *observed.MUTANTS,
    *resilient.MUTANTS,
    *secrets.MUTANTS,
    *stable.MUTANTS,
    *containment.MUTANTS,
]
