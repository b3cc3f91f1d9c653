"""A backup plan with daily, weekly and monthly copies, and what it covers."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.acknowledge import acknowledge

DAILY = "cron(0 3 * * ? *)"
WEEKLY = "cron(0 4 ? * SUN *)"
MONTHLY = "cron(0 5 1 * ? *)"
SERVICE_POLICIES = (
    "service-role/AWSBackupServiceRolePolicyForBackup",
    "service-role/AWSBackupServiceRolePolicyForRestores",
    "AWSBackupServiceRolePolicyForS3Backup",
    "AWSBackupServiceRolePolicyForS3Restore",
)


class BackupSchedule(Construct):
    """Copies everything that carries the tag `tag` with the value `value` into `vault`, and into `copy_to`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        vault: backup.IBackupVault,
        copy_to: backup.IBackupVault,
        tag: tuple[str, str],
        daily_retention_days: int,
        weekly_retention_days: int,
        monthly_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)

        def rule(name: str, schedule: str, days: int, *, continuous: bool = False) -> backup.BackupPlanRule:
            return backup.BackupPlanRule(
                rule_name=name,
                schedule_expression=events.Schedule.expression(schedule),
                start_window=cdk.Duration.hours(1),
                completion_window=cdk.Duration.hours(8),
                delete_after=cdk.Duration.days(days),
                enable_continuous_backup=continuous,
                copy_actions=[
                    backup.BackupPlanCopyActionProps(
                        destination_backup_vault=copy_to, delete_after=cdk.Duration.days(days)
                    )
                ],
            )

        self.plan = backup.BackupPlan(
            self,
            "Resource",
            backup_vault=vault,
            backup_plan_rules=[
                rule("daily", DAILY, daily_retention_days),
                rule("weekly", WEEKLY, weekly_retention_days),
                rule("monthly", MONTHLY, monthly_retention_days),
            ],
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
