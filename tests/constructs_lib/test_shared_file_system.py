"""Shared files travel over TLS, to roles of IAM, through a door of their own."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring.files import monitor_file_system
from constructs_lib.shared_file_system import Door, SharedFileSystem
from constructs_lib.workload_role import WorkloadRole

Make = Callable[..., SharedFileSystem]
FILES, POINT, TARGET = "AWS::EFS::FileSystem", "AWS::EFS::AccessPoint", "AWS::EFS::MountTarget"
UPLOADS = Door(path="/uploads", uid=1000, gid=2000, permissions="750")


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key, vpc: ec2.Vpc) -> Make:
    def files(**changes: Any) -> SharedFileSystem:
        values: dict[str, Any] = {
            "name": "shop-shared",
            "doors": {"Uploads": UPLOADS},
            "cold_after_days": 30,
            "archive_after_days": 90,
            "retain_data": True,
            "vpc": vpc,
            "subnets": ec2.SubnetSelection(subnet_group_name="Isolated"),
            "encryption_key": key,
        }
        return SharedFileSystem(stack, "Shared", **{**values, **changes})

    return files


def test_files_are_encrypted_with_our_key_and_get_colder_until_they_are_read(make: Make, stack: cdk.Stack) -> None:
    make()
    Template.from_stack(stack).has_resource_properties(
        FILES,
        {
            "Encrypted": True,
            "KmsKeyId": {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]},
            "LifecyclePolicies": [
                {"TransitionToIA": "AFTER_30_DAYS"},
                {"TransitionToPrimaryStorageClass": "AFTER_1_ACCESS"},
                {"TransitionToArchive": "AFTER_90_DAYS"},
            ],
        },
    )


def test_nobody_mounts_it_without_tls_or_past_its_doors(make: Make, stack: cdk.Stack) -> None:
    make()
    [files] = Template.from_stack(stack).find_resources(FILES).values()
    statements = files["Properties"]["FileSystemPolicy"]["Statement"]
    assert {statement["Effect"] for statement in statements} == {"Deny"}  # nobody is allowed but by their own role
    assert {"Bool": {"aws:SecureTransport": "false"}} in [statement["Condition"] for statement in statements]
    past = next(statement for statement in statements if "Null" in statement["Condition"])
    assert past["Condition"] == {"Null": {"elasticfilesystem:AccessPointArn": "true"}}
    assert past["Action"] == ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientRootAccess"]


def test_a_door_leads_to_one_folder_as_one_user(make: Make, stack: cdk.Stack) -> None:
    make()
    Template.from_stack(stack).has_resource_properties(
        POINT,
        {
            "PosixUser": {"Uid": "1000", "Gid": "2000"},
            "RootDirectory": {
                "Path": "/uploads",
                "CreationInfo": {"OwnerUid": "1000", "OwnerGid": "2000", "Permissions": "750"},
            },
        },
    )


def test_every_subnet_has_a_mount_target_that_its_clients_alone_reach(
    make: Make, stack: cdk.Stack, vpc: ec2.Vpc
) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    make().allow_from(client, scope=stack)
    template = Template.from_stack(stack)
    assert len(template.find_resources(TARGET)) == 2
    [rule] = template.find_resources("AWS::EC2::SecurityGroupIngress").values()
    assert (rule["Properties"]["FromPort"], rule["Properties"]["ToPort"]) == (2049, 2049)
    assert rule["Properties"]["SourceSecurityGroupId"]["Fn::GetAtt"][0].startswith("Client")


@pytest.mark.parametrize(
    ("read_only", "actions"),
    [
        (False, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]),
        (True, "elasticfilesystem:ClientMount"),
    ],
)
def test_a_client_mounts_the_door_it_is_granted_and_no_other(
    make: Make, stack: cdk.Stack, read_only: bool, actions: Any
) -> None:
    role = WorkloadRole(stack, "Client", service="ecs-tasks", description="client")
    files = make()
    files.grant_mount(role.policy, door_id="Uploads", read_only=read_only)
    point = {"Fn::GetAtt": [stack.get_logical_id(files.door("Uploads")), "Arn"]}
    [policy] = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert statement["Action"] == actions
    assert statement["Condition"] == {"StringEquals": {"elasticfilesystem:AccessPointArn": point}}


@pytest.mark.parametrize(("retain_data", "kept"), [(True, "Retain"), (False, "Delete")])
def test_files_outlive_their_stack_where_data_does(make: Make, stack: cdk.Stack, retain_data: bool, kept: str) -> None:
    make(retain_data=retain_data)
    Template.from_stack(stack).has_resource(FILES, {"DeletionPolicy": kept, "UpdateReplacePolicy": kept})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"cold_after_days": 31}, "cold_after_days must be one of 1, 7, 14, .* or None, got 31"),
        ({"archive_after_days": 30}, r"archive_after_days must be > cold_after_days \(30\), got 30"),
        ({"cold_after_days": None}, r"archive_after_days must be > cold_after_days \(None\), got 90"),
    ],
)
def test_days_that_efs_does_not_take_are_refused(make: Make, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changes)


def test_alarms_go_off_before_a_file_system_is_at_its_limits(stack: cdk.Stack) -> None:
    monitoring = Monitoring(stack, "Monitoring", name="test", topics={"P2": "arn:aws:sns:us-east-1:1:alarms"})
    monitor_file_system(monitoring, name="Shared", file_system="fs-1", io_percent=90, throughput_percent=80)
    found = Template.from_stack(stack).find_resources("AWS::CloudWatch::Alarm").values()
    assert {each["Properties"]["AlarmName"]: each["Properties"]["Threshold"] for each in found} == {
        "test-Shared-file-system-io": 90,
        "test-Shared-file-system-throughput": 80,
    }
