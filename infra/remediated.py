"""Which alarms of an environment are answered before anybody comes, and how."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from config import Environment
from constructs_lib.remediation import Remediation, Remedy

REMEDIED: Mapping[Remedy, str] = {
    "raise-memory": "function-duration",
    "recycle-function": "function-errors",
    "redeploy-service": "service-tasks",
}
"""The kind of alarm that each remedy answers."""


def remediation_of(
    stack: cdk.Stack,
    environment: Environment,
    *,
    key: kms.IKey,
    logs_key: kms.IKey,
    backup_tag: tuple[str, str],
    topic: sns.ITopic,
) -> Remediation | None:
    """Return what answers alarms before anybody comes, if that is on."""
    settings = environment.monitoring.remediation
    if settings.mode == "off":
        return None
    remediation = Remediation(
        stack,
        "Remediation",
        prefix=f"{environment.project}-{environment.name}",
        remedies={REMEDIED[remedy]: remedy for remedy in settings.remedies},
        topic=topic,
        attempts_a_day=settings.attempts_a_day,
        cool_down=cdk.Duration.minutes(settings.cool_down_minutes),
        dry_run=settings.mode == "dry-run",
        encryption_key=key,
        log_key=logs_key,
        log_retention_days=environment.compute.log_retention_days,
        memory_ceiling_mib=settings.memory_ceiling_mib,
        point_in_time_recovery_days=environment.data.point_in_time_recovery_days,
        retain_data=environment.retain_data,
    )
    cdk.Tags.of(remediation.table).add(*backup_tag)
    return remediation
