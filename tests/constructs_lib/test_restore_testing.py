"""Every kind of store is restored every month, looked at by a function that may change nothing but its canaries."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.restore_testing import CanaryStore, RestoreTesting
from constructs_lib.restore_testing.construct import _overrides
from constructs_lib.restore_testing.rights import allow_file_systems
from constructs_lib.workload_role import WorkloadRole


@pytest.fixture
def template(stack: cdk.Stack, key: kms.Key) -> Template:
    RestoreTesting(
        stack,
        "Tests",
        plan_name="monthly",
        vault=backup.BackupVault(stack, "Vault", encryption_key=key),
        role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("backup.amazonaws.com")),
        kinds=["Aurora", "DynamoDB", "S3"],
        tag=("backup", "scheduled"),
        tables_named="shop-*",
        canaries=[
            CanaryStore(kind="table", name="todos"),
            CanaryStore(kind="bucket", name="files"),
            CanaryStore(kind="function", name="writer"),
        ],
        subnet_groups={"Aurora": "isolated"},
        files=None,
        data_key=key,
        metrics_namespace="groundwork/test",
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
    )
    return Template.from_stack(stack)


def statements(template: Template) -> list[dict[str, Any]]:
    policies = template.find_resources("AWS::IAM::ManagedPolicy").values()
    return [one for policy in policies for one in policy["Properties"]["PolicyDocument"]["Statement"]]


def test_a_table_is_restored_under_our_key_which_aws_backup_would_not_choose(
    stack: cdk.Stack, template: Template
) -> None:
    (key,) = (name for name in template.find_resources("AWS::KMS::Key"))
    ours = {"encryptionType": "KMS", "kmsMasterKeyArn": {"Fn::GetAtt": [key, "Arn"]}}
    found = template.find_resources("AWS::Backup::RestoreTestingSelection").values()
    overrides = {one["Properties"]["ProtectedResourceType"]: one["Properties"] for one in found}
    assert overrides["DynamoDB"]["RestoreMetadataOverrides"] == ours
    assert overrides["Aurora"]["RestoreMetadataOverrides"] == {"dbSubnetGroupName": "isolated"}
    assert "RestoreMetadataOverrides" not in overrides["S3"]


def test_files_are_restored_under_our_key(key: kms.Key) -> None:
    assert _overrides("EFS", {}, key) == {"kmsKeyId": key.key_arn}


def test_the_newest_copy_of_each_kind_is_restored_every_month(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Backup::RestoreTestingPlan",
        {
            "RestoreTestingPlanName": "monthly",
            "ScheduleExpression": "cron(0 6 3 * ? *)",
            "RecoveryPointSelection": Match.object_like(
                {"Algorithm": "LATEST_WITHIN_WINDOW", "RecoveryPointTypes": ["SNAPSHOT", "CONTINUOUS"]}
            ),
        },
    )
    for kind in ("DynamoDB", "S3"):
        template.has_resource_properties(
            "AWS::Backup::RestoreTestingSelection",
            {
                "ProtectedResourceType": kind,
                "ProtectedResourceConditions": {
                    "StringEquals": [{"Key": "aws:ResourceTag/backup", "Value": "scheduled"}]
                },
                "ValidationWindowHours": 4,
            },
        )


def test_each_ended_restore_test_and_its_tasks_call_the_checker(template: Template) -> None:
    rules = template.find_resources("AWS::Events::Rule").values()
    tasks = sorted(target.get("Input", "") for rule in rules for target in rule["Properties"]["Targets"])
    assert tasks == ["", '{"task":"age"}', '{"task":"canaries"}', '{"task":"open"}']
    assert all(target["DeadLetterConfig"] for rule in rules for target in rule["Properties"]["Targets"])
    template.has_resource_properties(
        "AWS::Events::Rule",
        {
            "EventPattern": {
                "source": ["aws.backup"],
                "detail-type": ["Restore Job State Change"],
                "detail": {
                    "status": ["COMPLETED", "FAILED", "ABORTED"],
                    "restoreTestingPlanArn": [{"exists": True}],
                },
            }
        },
    )


def test_databases_are_restored_into_subnets_of_ours(template: Template) -> None:
    template.has_resource_properties(
        "AWS::Backup::RestoreTestingSelection",
        {"ProtectedResourceType": "Aurora", "RestoreMetadataOverrides": {"dbSubnetGroupName": "isolated"}},
    )


def test_it_writes_nothing_but_canaries(template: Template) -> None:
    writes = {
        action: json.dumps(one["Resource"])
        for one in statements(template)
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        if action.startswith(("dynamodb:Put", "dynamodb:Update", "dynamodb:Delete", "s3:Put", "s3:Delete", "lambda:"))
    }
    assert sorted(writes) == ["dynamodb:PutItem", "lambda:InvokeFunction", "s3:PutObject"]
    assert "table/todos" in writes["dynamodb:PutItem"]
    assert "function:writer" in writes["lambda:InvokeFunction"]
    assert "files/.groundwork/canary.json" in writes["s3:PutObject"]
    assert "*" not in "".join(writes.values())


def test_no_database_in_use_is_changed_or_asked(template: Template) -> None:
    for one in statements(template):
        actions = [one["Action"]] if isinstance(one["Action"], str) else one["Action"]
        if any(action.startswith(("rds:", "rds-data:")) for action in actions):
            assert not {"rds:DeleteDBCluster", "rds:*"} & {*actions}
            assert any(f":{kind}:awsbackup-restore-test-*" in json.dumps(one["Resource"]) for kind in ("db", "cluster"))
        if "secretsmanager:GetSecretValue" in actions:
            assert "cluster:awsbackup-restore-test-*" in json.dumps(one["Condition"]["StringLike"])


def test_file_systems_want_somebody_to_read_them(stack: cdk.Stack, key: kms.Key) -> None:
    with pytest.raises(ValueError, match="files must be given where kinds have EFS, and only there, got EFS"):
        RestoreTesting(
            stack,
            "Tests",
            plan_name="monthly",
            vault=backup.BackupVault(stack, "Vault", encryption_key=key),
            role=iam.Role(stack, "Role", assumed_by=iam.ServicePrincipal("backup.amazonaws.com")),
            kinds=["EFS"],
            tag=("backup", "scheduled"),
            tables_named="shop-*",
            canaries=[],
            subnet_groups={},
            files=None,
            data_key=key,
            metrics_namespace="groundwork/test",
            encryption_key=key,
            log_key=key,
            log_retention_days=30,
        )


def test_no_file_system_in_use_gets_another_way_in(stack: cdk.Stack) -> None:
    role = WorkloadRole(stack, "Role", service="lambda", description="Checks")
    allow_file_systems(role, reader="reader", subnet="subnet-1", security_group="sg-1")
    changing = [
        one
        for one in statements(Template.from_stack(stack))
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
        if action.startswith(("elasticfilesystem:Create", "elasticfilesystem:Delete"))
    ]
    assert len(changing) == 4
    assert all(one["Condition"]["Null"]["aws:ResourceTag/awsbackup-restore-test"] == "false" for one in changing)
