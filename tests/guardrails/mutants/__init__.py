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
