"""An Aurora cluster speaks TLS only, knows its clients, and can be brought back."""

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.aurora_engine import ENGINES
from constructs_lib.database_bootstrap import DatabaseBootstrap
from constructs_lib.workload_role import WorkloadRole

Make = Callable[..., AuroraCluster]
SECRET = {"Fn::GetAtt": [Match.string_like_regexp("^Main"), "MasterUserSecret.SecretArn"]}
CLUSTER, INSTANCE = "AWS::RDS::DBCluster", "AWS::RDS::DBInstance"


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key, vpc: ec2.Vpc) -> Make:
    def cluster(**changes: Any) -> AuroraCluster:
        values: dict[str, Any] = {
            "name": "shop-main",
            "engine": "postgresql",
            "version": "17.9",
            "database_name": "app",
            "master_user": "platform",
            "min_acu": 1,
            "max_acu": 4,
            "readers": 1,
            "backup_days": 35,
            "retain_data": True,
            "vpc": vpc,
            "subnets": ec2.SubnetSelection(subnet_group_name="Isolated"),
            "encryption_key": key,
            "log_key": key,
            "log_retention_days": 30,
        }
        return AuroraCluster(stack, "Main", **{**values, **changes})

    return cluster


def test_nobody_types_a_password_and_everything_is_encrypted_with_our_key(make: Make, stack: cdk.Stack) -> None:
    make()
    key = {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]}
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {
            "ManageMasterUserPassword": True,
            "MasterUserPassword": Match.absent(),
            "MasterUserSecret": {"KmsKeyId": key},
            "StorageEncrypted": True,
            "KmsKeyId": key,
            "PerformanceInsightsKmsKeyId": key,
            "EnableIAMDatabaseAuthentication": True,
            "Port": 5433,
        },
    )


@pytest.mark.parametrize(
    ("version", "family", "forced"),
    [
        ("17.9", "aurora-postgresql17", {"rds.force_ssl": "1", "pgaudit.log": "ddl,role"}),
        ("8.0.mysql_aurora.3.12.0", "aurora-mysql8.0", {"require_secure_transport": "ON", "server_audit_logging": "1"}),
    ],
)
def test_each_engine_forces_tls_and_audits(
    make: Make, stack: cdk.Stack, version: str, family: str, forced: dict[str, str]
) -> None:
    make(engine="mysql" if "mysql" in version else "postgresql", version=version)
    Template.from_stack(stack).has_resource_properties(
        "AWS::RDS::DBClusterParameterGroup", {"Family": family, "Parameters": Match.object_like(forced)}
    )


@pytest.mark.parametrize("engine", ENGINES)
def test_every_exported_log_has_a_group_of_ours_before_the_cluster_is_made(
    make: Make, stack: cdk.Stack, engine: str
) -> None:
    make(engine=engine)
    template = Template.from_stack(stack)
    (cluster,) = template.find_resources(CLUSTER).values()
    groups = template.find_resources(
        "AWS::Logs::LogGroup", {"Properties": {"RetentionInDays": 30, "KmsKeyId": Match.any_value()}}
    )
    exported = cluster["Properties"]["EnableCloudwatchLogsExports"]
    assert {group["Properties"]["LogGroupName"] for group in groups.values()} == {
        f"/aws/rds/cluster/shop-main/{log}" for log in exported
    }
    assert set(groups) <= set(cluster["DependsOn"])


def test_a_cluster_that_is_removed_or_replaced_leaves_a_snapshot_where_data_is_retained(
    make: Make, stack: cdk.Stack
) -> None:
    make()
    Template.from_stack(stack).has_resource(
        CLUSTER,
        {
            "DeletionPolicy": "Snapshot",
            "UpdateReplacePolicy": "Snapshot",
            "Properties": {
                "DeletionProtection": True,
                "DeleteAutomatedBackups": False,
                "BackupRetentionPeriod": 35,
                "CopyTagsToSnapshot": True,
            },
        },
    )


def test_nothing_is_left_behind_where_data_is_not_retained(make: Make, stack: cdk.Stack) -> None:
    make(retain_data=False)
    Template.from_stack(stack).has_resource(
        CLUSTER,
        {
            "DeletionPolicy": "Delete",
            "UpdateReplacePolicy": "Delete",
            "Properties": {"DeletionProtection": False, "DeleteAutomatedBackups": True},
        },
    )


def test_the_first_instance_is_the_writer_and_the_next_one_takes_its_place(make: Make, stack: cdk.Stack) -> None:
    make(readers=2)
    instances = Template.from_stack(stack).find_resources(INSTANCE)
    assert [i["Properties"]["PromotionTier"] for i in instances.values()] == [0, 1, 2]
    assert all(i["Properties"]["PubliclyAccessible"] is False for i in instances.values())
    assert all(i["Properties"]["MonitoringInterval"] == 60 for i in instances.values())
    names = list(instances)
    assert [i.get("DependsOn") for i in instances.values()] == [None, [names[0]], [names[1]]]


def test_only_a_cluster_whose_minimum_is_nothing_pauses(make: Make, stack: cdk.Stack) -> None:
    make(min_acu=0, pause_after=cdk.Duration.minutes(5))
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {"ServerlessV2ScalingConfiguration": {"MinCapacity": 0, "MaxCapacity": 4, "SecondsUntilAutoPause": 300}},
    )


def test_a_cluster_that_never_pauses_says_nothing_of_pausing(make: Make, stack: cdk.Stack) -> None:
    make(pause_after=cdk.Duration.minutes(5))
    Template.from_stack(stack).has_resource_properties(
        CLUSTER, {"ServerlessV2ScalingConfiguration": {"SecondsUntilAutoPause": Match.absent()}}
    )


@pytest.mark.parametrize(("mode", "days"), [("standard", 7), ("advanced", 465)])
def test_insights_keep_what_their_mode_asks_for(make: Make, stack: cdk.Stack, mode: str, days: int) -> None:
    make(insights=mode)
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {
            "DatabaseInsightsMode": mode,
            "PerformanceInsightsEnabled": True,
            "PerformanceInsightsRetentionPeriod": days,
        },
    )


def test_whoever_is_let_in_may_sign_in_as_one_user_on_one_port(make: Make, stack: cdk.Stack, vpc: ec2.Vpc) -> None:
    cluster = make()
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    cluster.allow_from(client, scope=client)
    cluster.grant_connect(WorkloadRole(stack, "Role", service="lambda", description="Client").policy, user="app")
    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::EC2::SecurityGroupIngress",
        {
            "FromPort": 5433,
            "ToPort": 5433,
            "SourceSecurityGroupId": {"Fn::GetAtt": [Match.string_like_regexp("Client"), "GroupId"]},
        },
    )
    policies = template.find_resources("AWS::IAM::ManagedPolicy", {"Properties": {"Description": "Client"}})
    (statement,) = next(iter(policies.values()))["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == "rds-db:connect"
    parts = statement["Resource"]["Fn::Join"][1]
    assert parts[-1] == "/app"
    assert parts[-2]["Fn::GetAtt"][1] == "DBClusterResourceId"


def test_the_bootstrap_alone_reads_the_master_password_and_runs_when_an_instance_is_there(
    make: Make, stack: cdk.Stack, key: kms.Key, vpc: ec2.Vpc
) -> None:
    DatabaseBootstrap(
        stack,
        "Bootstrap",
        database=make(),
        application_user="app",
        migrations_user="migrator",
        extensions=["vector"],
        code=lambda_.Code.from_inline("def handler(event, context): pass"),
        handler="index.handler",
        release="1",
        vpc=vpc,
        subnets=ec2.SubnetSelection(subnet_group_name="Isolated"),
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
    )
    template = Template.from_stack(stack)
    (bootstrap,) = template.find_resources("Custom::DatabaseBootstrap").values()
    assert bootstrap["Properties"]["Extensions"] == ["pg_stat_statements", "pgaudit", "vector"]
    assert bootstrap["Properties"]["Port"] == "5433"
    ways = template.find_resources("AWS::EC2::SecurityGroupIngress") | template.find_resources(INSTANCE)
    ways |= template.find_resources("AWS::EC2::SecurityGroupEgress")
    assert set(ways) <= set(bootstrap["DependsOn"])
    policies = json.dumps(template.find_resources("AWS::IAM::ManagedPolicy"))
    assert policies.count("secretsmanager:GetSecretValue") == 1
    secret = Match.array_with([Match.object_like({"Action": "secretsmanager:GetSecretValue", "Resource": SECRET})])
    template.has_resource_properties("AWS::IAM::ManagedPolicy", {"PolicyDocument": {"Statement": secret}})


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"engine": "oracle"}, "engine must be one of postgresql, mysql, got oracle"),
        ({"min_acu": 5}, "min_acu and max_acu must be steps of 0.5"),
        ({"min_acu": 0.3}, "min_acu and max_acu must be steps of 0.5"),
        ({"min_acu": 0.5, "max_acu": 0.5}, "1 <= max_acu <= 256, got 0.5 and 0.5"),
        ({"readers": 16}, "readers must be 0-15, got 16"),
    ],
)
def test_what_aurora_would_refuse_is_refused_before(make: Make, changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(ValueError, match=rule):
        make(**changes)


def test_a_cluster_made_from_a_snapshot_keeps_its_own_user_under_our_key(make: Make, stack: cdk.Stack) -> None:
    make(from_snapshot="before-the-move")
    Template.from_stack(stack).has_resource_properties(
        CLUSTER,
        {
            "SnapshotIdentifier": "before-the-move",
            "MasterUsername": Match.absent(),
            "DatabaseName": Match.absent(),
            "ManageMasterUserPassword": True,
            "KmsKeyId": {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]},
        },
    )


@pytest.mark.parametrize(
    ("version", "parameter"),
    [("17.9", {"rds.logical_replication": "1"}), ("8.0.mysql_aurora.3.12.0", {"binlog_format": "ROW"})],
)
def test_a_cluster_can_be_copied_by_a_blue_green_deployment(
    make: Make, stack: cdk.Stack, version: str, parameter: dict[str, str]
) -> None:
    make(engine="mysql" if "mysql" in version else "postgresql", version=version, blue_green=True)
    Template.from_stack(stack).has_resource_properties(
        "AWS::RDS::DBClusterParameterGroup", {"Parameters": Match.object_like(parameter)}
    )


def test_a_copy_that_took_its_name_has_the_stack_read_its_id_anew(make: Make, stack: cdk.Stack) -> None:
    make(served_from="shop-main-20260101")
    tags = [{"Key": "served-from", "Value": "shop-main-20260101"}]
    Template.from_stack(stack).has_resource_properties(CLUSTER, {"Tags": Match.array_with(tags)})
