"""AWS Backup's own audit: controls over what is backed up, and daily reports."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3
from constructs import Construct

REPORTS = ("BACKUP_JOB_REPORT", "COPY_JOB_REPORT", "RESTORE_JOB_REPORT")
PREFIX = "backup-reports"


class BackupAudit(Construct):
    """Checks everything that carries `tag`, and writes reports of all jobs to `bucket` every day.

    It stands on AWS Config, which must record in the region, or AWS refuses the framework. `name` is made of letters,
    digits and _; another name makes another framework. `bucket` must be encrypted by S3 itself: AWS Backup's
    service-linked role may use no key of ours.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        tag: tuple[str, str],
        daily_retention_days: int,
        recovery_time_minutes: int,
        bucket: s3.IBucket,
    ) -> None:
        super().__init__(scope, construct_id)
        controls: Mapping[str, Mapping[str, str]] = {
            "BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN": {},
            "BACKUP_RESOURCES_PROTECTED_BY_CROSS_REGION": {},
            "BACKUP_LAST_RECOVERY_POINT_CREATED": {"recoveryPointAgeUnit": "days", "recoveryPointAgeValue": "1"},
            "RESTORE_TIME_FOR_RESOURCES_MEET_TARGET": {"maxRestoreTime": str(recovery_time_minutes)},
            "BACKUP_RECOVERY_POINT_ENCRYPTED": {},
            "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED": {},
            "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK": {"requiredRetentionDays": str(daily_retention_days)},
        }
        backup.CfnFramework(
            self,
            "Framework",
            framework_name=name,
            framework_description="What is backed up, how often, how safely, and how fast it comes back",
            framework_controls=[_control(control, parameters, tag) for control, parameters in controls.items()],
        )
        for template in REPORTS:
            backup.CfnReportPlan(
                self,
                "".join(part.title() for part in template.split("_")),
                report_plan_name=f"{name}_{template.lower()}",
                report_setting={"ReportTemplate": template},
                report_delivery_channel={
                    "S3BucketName": bucket.bucket_name,
                    "S3KeyPrefix": PREFIX,
                    "Formats": ["CSV", "JSON"],
                },
            )


def let_backup_report(bucket: s3.IBucket) -> None:
    """Let AWS Backup write its reports into `bucket`.

    The role is named in a condition, since AWS makes it with the first report plan: a principal would have to exist.
    """
    stack = cdk.Stack.of(bucket)
    role = stack.format_arn(
        service="iam",
        region="",
        resource="role",
        resource_name="aws-service-role/reports.backup.amazonaws.com/AWSServiceRoleForBackupReports",
    )
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid="AllowBackupReports",
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects(f"{PREFIX}/*")],
            conditions={"StringEquals": {"aws:PrincipalArn": role, "s3:x-amz-acl": "bucket-owner-full-control"}},
        )
    )


def _control(
    name: str, parameters: Mapping[str, str], tag: tuple[str, str]
) -> backup.CfnFramework.FrameworkControlProperty:
    framework = backup.CfnFramework
    of_points = name.startswith("BACKUP_RECOVERY_POINT")
    return framework.FrameworkControlProperty(
        control_name=name,
        control_input_parameters=[
            framework.ControlInputParameterProperty(parameter_name=key, parameter_value=value)
            for key, value in parameters.items()
        ]
        or None,
        control_scope=None if of_points else {"Tags": [{"Key": tag[0], "Value": tag[1]}]},
    )
