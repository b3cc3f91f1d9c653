"""Copies are kept as long as the configuration says, in two regions, and nobody deletes them."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.backup_audit import BackupAudit, let_backup_report
from constructs_lib.backup_schedule import BackupSchedule, Retention
from constructs_lib.backup_vault import BackupVault
from constructs_lib.customer_key import CustomerKey

ELSEWHERE = "arn:aws:backup:us-west-2:111122223333:backup-vault:elsewhere"


def vault(stack: cdk.Stack, key: kms.Key, *, retain_data: bool, lock: int | None = None) -> BackupVault:
    return BackupVault(
        stack,
        "Vault",
        encryption_key=key,
        lock_min_retention_days=lock,
        retain_data=retain_data,
        vault_name="here",
    )


def test_nobody_deletes_a_copy_where_data_is_retained(stack: cdk.Stack, key: kms.Key) -> None:
    vault(stack, key, retain_data=True)
    Template.from_stack(stack).has_resource(
        "AWS::Backup::BackupVault",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "AccessPolicy": {
                    "Statement": [
                        Match.object_like(
                            {
                                "Effect": "Deny",
                                "Principal": {"AWS": "*"},
                                "Action": Match.array_with(["backup:DeleteRecoveryPoint"]),
                            }
                        )
                    ]
                }
            },
        },
    )


def test_a_locked_vault_accepts_no_shorter_retention(stack: cdk.Stack, key: kms.Key) -> None:
    vault(stack, key, retain_data=True, lock=30)
    Template.from_stack(stack).has_resource_properties(
        "AWS::Backup::BackupVault", {"LockConfiguration": {"MinRetentionDays": 30}}
    )


def schedule(stack: cdk.Stack, key: kms.Key, retention: Retention, *elsewhere: str) -> BackupSchedule:
    return BackupSchedule(
        stack,
        "Schedule",
        copy_to=[
            backup.BackupVault.from_backup_vault_arn(stack, f"Elsewhere{number}", arn)
            for number, arn in enumerate(elsewhere)
        ],
        retention=retention,
        tag=("backup", "scheduled"),
        vault=vault(stack, key, retain_data=True).vault,
    )


def rules(stack: cdk.Stack, plan: str = "Schedule") -> dict[str, Any]:
    plans = Template.from_stack(stack).find_resources("AWS::Backup::BackupPlan")
    found = next(each for name, each in plans.items() if name.startswith(plan))["Properties"]["BackupPlan"]
    return {rule["RuleName"]: rule for rule in found["BackupPlanRule"]}


KEPT = Retention(daily=35, weekly=90, monthly=365)


def test_every_copy_goes_to_the_other_region_and_is_kept_there_as_long(stack: cdk.Stack, key: kms.Key) -> None:
    schedule(stack, key, KEPT, ELSEWHERE)
    found = rules(stack)
    kept = {name: rule["Lifecycle"]["DeleteAfterDays"] for name, rule in found.items()}
    assert kept == {"daily": 35, "weekly": 90, "monthly": 365}
    for name, rule in found.items():
        assert rule["CopyActions"] == [
            {"DestinationBackupVaultArn": ELSEWHERE, "Lifecycle": {"DeleteAfterDays": kept[name]}}
        ]
    Template.from_stack(stack).has_resource_properties(
        "AWS::Backup::BackupSelection",
        {
            "BackupSelection": {
                "ListOfTags": [
                    {"ConditionKey": "backup", "ConditionType": "STRINGEQUALS", "ConditionValue": "scheduled"}
                ]
            }
        },
    )


def test_another_account_gets_every_copy_too(stack: cdk.Stack, key: kms.Key) -> None:
    away = "arn:aws:backup:us-east-1:999999999999:backup-vault:copies"
    schedule(stack, key, KEPT, ELSEWHERE, away)
    for rule in rules(stack).values():
        assert [copy["DestinationBackupVaultArn"] for copy in rule["CopyActions"]] == [ELSEWHERE, away]


def test_only_copies_that_stay_there_long_enough_go_into_cold_storage(stack: cdk.Stack, key: kms.Key) -> None:
    schedule(stack, key, Retention(daily=35, weekly=119, monthly=120, yearly=1825, cold_after=30), ELSEWHERE)
    found = rules(stack)
    cold = {name: rule["Lifecycle"].get("MoveToColdStorageAfterDays") for name, rule in found.items()}
    assert cold == {"daily": None, "weekly": None, "monthly": 30, "yearly": 30}
    assert found["yearly"]["CopyActions"][0]["Lifecycle"] == {"DeleteAfterDays": 1825, "MoveToColdStorageAfterDays": 30}


def test_what_is_recorded_continuously_is_named_and_kept_as_long_as_aws_can(stack: cdk.Stack, key: kms.Key) -> None:
    schedule(stack, key, KEPT).add_continuous(["arn:aws:s3:::files"], days=35)
    (rule,) = rules(stack, "ScheduleContinuous").values()
    assert rule["EnableContinuousBackup"] is True
    assert rule["Lifecycle"] == {"DeleteAfterDays": 35}
    selections = Template.from_stack(stack).find_resources("AWS::Backup::BackupSelection").values()
    named = [each["Properties"]["BackupSelection"].get("Resources") for each in selections]
    assert ["arn:aws:s3:::files"] in named


def test_the_audit_looks_at_what_is_tagged_and_reports_into_the_bucket(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    BackupAudit(
        stack,
        "Audit",
        bucket=bucket,
        daily_retention_days=35,
        name="shop_prod",
        recovery_time_minutes=240,
        tag=("backup", "scheduled"),
    )
    let_backup_report(bucket)
    template = Template.from_stack(stack)
    (framework,) = template.find_resources("AWS::Backup::Framework").values()
    controls = {control["ControlName"]: control for control in framework["Properties"]["FrameworkControls"]}
    protected = controls["BACKUP_RESOURCES_PROTECTED_BY_BACKUP_PLAN"]
    assert protected["ControlScope"] == {"Tags": [{"Key": "backup", "Value": "scheduled"}]}
    (target,) = controls["RESTORE_TIME_FOR_RESOURCES_MEET_TARGET"]["ControlInputParameters"]
    assert target == {"ParameterName": "maxRestoreTime", "ParameterValue": "240"}
    plans = template.find_resources("AWS::Backup::ReportPlan").values()
    reported = {plan["Properties"]["ReportSetting"]["ReportTemplate"] for plan in plans}
    assert reported == {"BACKUP_JOB_REPORT", "COPY_JOB_REPORT", "RESTORE_JOB_REPORT"}
    (policy,) = template.find_resources("AWS::S3::BucketPolicy").values()
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Condition"]["StringEquals"].keys() == {"aws:PrincipalArn", "s3:x-amz-acl"}


def test_another_account_may_copy_what_our_key_encrypts_and_hand_it_to_aws_alone(stack: cdk.Stack) -> None:
    made = CustomerKey(
        stack, "Key", description="d", alias="a", retain_data=True, deletion_window=cdk.Duration.days(30)
    )
    made.allow_copies("999999999999")
    (key,) = Template.from_stack(stack).find_resources("AWS::KMS::Key").values()
    said = {one["Sid"]: one for one in key["Properties"]["KeyPolicy"]["Statement"] if "Sid" in one}
    for one in (use := said["AllowCopiesToAccount"], grants := said["AllowCopiesToAccountInTheBackground"]):
        assert "iam::999999999999:root" in str(one["Principal"])
    assert {"kms:Decrypt", "kms:DescribeKey", "kms:ReEncryptFrom"} <= set(use["Action"])
    assert "kms:CreateGrant" in grants["Action"]
    assert grants["Condition"] == {"Bool": {"kms:GrantIsForAWSResource": "true"}}
