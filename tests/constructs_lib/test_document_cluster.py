"""A DocumentDB cluster speaks TLS only, keeps its password to itself, and can be brought back."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.document_cluster import DocumentCluster

Make = Callable[..., DocumentCluster]
CLUSTER, INSTANCE = "AWS::DocDB::DBCluster", "AWS::DocDB::DBInstance"


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key, vpc: ec2.Vpc) -> Make:
    def cluster(**changes: Any) -> DocumentCluster:
        values: dict[str, Any] = {
            "name": "shop-documents",
            "version": "8.0.0",
            "master_user": "platform",
            "instance_class": "db.t4g.medium",
            "readers": 1,
            "port": 27018,
            "backup_days": 35,
            "retain_data": True,
            "vpc": vpc,
            "subnets": ec2.SubnetSelection(subnet_group_name="Isolated"),
            "encryption_key": key,
            "log_key": key,
            "log_retention_days": 30,
        }
        return DocumentCluster(stack, "Documents", **{**values, **changes})

    return cluster


def test_nobody_types_a_password_and_everything_is_encrypted_with_our_key(make: Make, stack: cdk.Stack) -> None:
    make()
    key = {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]}
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {
            "ManageMasterUserPassword": True,
            "MasterUserPassword": Match.absent(),
            "MasterUserSecretKmsKeyId": key,
            "StorageEncrypted": True,
            "KmsKeyId": key,
            "BackupRetentionPeriod": 35,
            "Port": 27018,
        },
    )


@pytest.mark.parametrize(("version", "family"), [("5.0.0", "docdb5.0"), ("8.0.0", "docdb8.0")])
def test_tls_is_forced_and_changes_are_audited(make: Make, stack: cdk.Stack, version: str, family: str) -> None:
    make(version=version)
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::DocDB::DBClusterParameterGroup",
        {"Family": family, "Parameters": Match.object_like({"tls": "enabled", "audit_logs": "ddl"})},
    )
    template.has_resource_properties(CLUSTER, {"EnableCloudwatchLogsExports": ["audit", "profiler"]})
    for log in ("audit", "profiler"):
        template.has_resource_properties(
            "AWS::Logs::LogGroup", {"LogGroupName": f"/aws/docdb/shop-documents/{log}", "RetentionInDays": 30}
        )


def test_the_writer_is_made_before_its_readers(make: Make, stack: cdk.Stack) -> None:
    make(readers=2)
    instances = Template.from_stack(stack).find_resources(INSTANCE)
    before = {name: [one for one in each.get("DependsOn", []) if one in instances] for name, each in instances.items()}
    assert sorted(len(names) for names in before.values()) == [0, 1, 1]
    assert before[next(name for name in instances if name.startswith("DocumentsWriter"))] == []


@pytest.mark.parametrize(("retain_data", "kept"), [(True, "Snapshot"), (False, "Delete")])
def test_a_cluster_that_leaves_leaves_a_snapshot_where_data_is_retained(
    make: Make, stack: cdk.Stack, retain_data: bool, kept: str
) -> None:
    make(retain_data=retain_data)
    Template.from_stack(stack).has_resource(
        CLUSTER,
        {"DeletionPolicy": kept, "UpdateReplacePolicy": kept, "Properties": {"DeletionProtection": retain_data}},
    )


def test_only_named_clients_reach_it(make: Make, stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    make().allow_from(client, scope=stack)
    [rule] = Template.from_stack(stack).find_resources("AWS::EC2::SecurityGroupIngress").values()
    assert rule["Properties"]["SourceSecurityGroupId"]["Fn::GetAtt"][0].startswith("Client")
    assert (rule["Properties"]["FromPort"], rule["Properties"]["ToPort"]) == (27018, 27018)


@pytest.mark.parametrize("readers", [-1, 16])
def test_more_readers_than_documentdb_takes_are_refused(make: Make, readers: int) -> None:
    with pytest.raises(ValueError, match=f"readers must be 0-15, got {readers}"):
        make(readers=readers)


def test_a_cluster_made_from_a_snapshot_keeps_its_own_user_under_our_key(make: Make, stack: cdk.Stack) -> None:
    make(from_snapshot="before-the-move")
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {
            "SnapshotIdentifier": "before-the-move",
            "MasterUsername": Match.absent(),
            "ManageMasterUserPassword": True,
            "KmsKeyId": {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]},
        },
    )
