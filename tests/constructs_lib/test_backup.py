"""Copies are kept as long as the configuration says, in two regions, and nobody deletes them."""

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.backup_schedule import BackupSchedule
from constructs_lib.backup_vault import BackupVault

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


def test_every_copy_goes_to_the_other_region_and_is_kept_there_as_long(stack: cdk.Stack, key: kms.Key) -> None:
    BackupSchedule(
        stack,
        "Schedule",
        copy_to=backup.BackupVault.from_backup_vault_arn(stack, "Elsewhere", ELSEWHERE),
        daily_retention_days=35,
        weekly_retention_days=90,
        monthly_retention_days=365,
        tag=("backup", "scheduled"),
        vault=vault(stack, key, retain_data=True).vault,
    )
    template = Template.from_stack(stack)
    plan = next(iter(template.find_resources("AWS::Backup::BackupPlan").values()))["Properties"]["BackupPlan"]
    kept = {rule["RuleName"]: rule["Lifecycle"]["DeleteAfterDays"] for rule in plan["BackupPlanRule"]}
    assert kept == {"daily": 35, "weekly": 90, "monthly": 365}
    for rule in plan["BackupPlanRule"]:
        assert rule["CopyActions"] == [
            {"DestinationBackupVaultArn": ELSEWHERE, "Lifecycle": {"DeleteAfterDays": kept[rule["RuleName"]]}}
        ]
    template.has_resource_properties(
        "AWS::Backup::BackupSelection",
        {
            "BackupSelection": {
                "ListOfTags": [
                    {"ConditionKey": "backup", "ConditionType": "STRINGEQUALS", "ConditionValue": "scheduled"}
                ]
            }
        },
    )
