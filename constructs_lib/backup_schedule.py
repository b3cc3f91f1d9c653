"""A backup plan with daily, weekly, monthly and yearly copies, and what it covers."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.acknowledge import acknowledge

CRON = {
    "daily": "cron(0 3 * * ? *)",
    "weekly": "cron(0 4 ? * SUN *)",
    "monthly": "cron(0 5 1 * ? *)",
    "yearly": "cron(0 5 2 1 ? *)",
}
COLD_DAYS = 90
"""Days that AWS bills a copy in cold storage for, at least: one that goes sooner stays warm."""

SERVICE_POLICIES = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """Days that copies are kept, by how often they are made; None: no yearly copy, no cold storage."""

    daily: int
    weekly: int
    monthly: int
    yearly: int | None = None
    cold_after: int | None = None
    """Days after which a copy moves to cold storage, if it then stays there for 90. AWS Backup does so for the kinds
    of stores that have it (EFS; DynamoDB once its advanced features are on), and keeps those of the others warm."""


class BackupSchedule(Construct):
    """Copies everything that carries the tag `tag` with the value `value` into `vault`, and into each of `copy_to`.

    `role` may be given more to copy by name: see `add_continuous`. Another retention changes the plan in place, and
    holds for copies made from then on.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vault: backup.IBackupVault,
        copy_to: Sequence[backup.IBackupVault],
        tag: tuple[str, str],
        retention: Retention,
    ) -> None:
        super().__init__(scope, construct_id)
        self._vault = vault
        kept = {"daily": retention.daily, "weekly": retention.weekly, "monthly": retention.monthly}
        kept |= {"yearly": retention.yearly} if retention.yearly else {}
        self.plan = backup.BackupPlan(
            self,
            "Resource",
            backup_vault=vault,
            backup_plan_rules=[_rule(name, days, retention.cold_after, copy_to) for name, days in kept.items()],
        )
        self.role = role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("backup.amazonaws.com"),
            description="Lets AWS Backup copy and restore what the plan covers",
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name(name) for name in SERVICE_POLICIES],
        )
        self.plan.add_selection(
            "Tagged",
            resources=[backup.BackupResource.from_tag(*tag)],
            role=role.without_policy_updates(),
            disable_default_backup_policy=True,
        )
        acknowledge(
            role,
            [f"AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/{name}]" for name in SERVICE_POLICIES],
            reason="AWS keeps these policies in step with the resource types that Backup learns to handle.",
        )

    def add_continuous(self, arns: Sequence[str], *, days: int) -> None:
        """Record every change of `arns`, for a restore to any second of the last `days` (35 at most: AWS's limit).

        For buckets. Tables and databases do this themselves; AWS Backup would take over a database's own settings.
        """
        plan = backup.BackupPlan(
            self,
            "Continuous",
            backup_vault=self._vault,
            backup_plan_rules=[
                backup.BackupPlanRule(
                    rule_name="continuous",
                    schedule_expression=events.Schedule.expression(CRON["daily"]),
                    enable_continuous_backup=True,
                    delete_after=cdk.Duration.days(days),
                )
            ],
        )
        plan.add_selection(
            "Named",
            resources=[backup.BackupResource.from_arn(arn) for arn in arns],
            role=self.role.without_policy_updates(),
            disable_default_backup_policy=True,
        )


def _rule(
    name: str, days: int, cold_after: int | None, copy_to: Sequence[backup.IBackupVault]
) -> backup.BackupPlanRule:
    cold = cdk.Duration.days(cold_after) if cold_after and days >= cold_after + COLD_DAYS else None
    kept = cdk.Duration.days(days)
    return backup.BackupPlanRule(
        rule_name=name,
        schedule_expression=events.Schedule.expression(CRON[name]),
        start_window=cdk.Duration.hours(1),
        completion_window=cdk.Duration.hours(8),
        delete_after=kept,
        move_to_cold_storage_after=cold,
        copy_actions=[
            backup.BackupPlanCopyActionProps(
                destination_backup_vault=vault, delete_after=kept, move_to_cold_storage_after=cold
            )
            for vault in copy_to
        ],
    )
