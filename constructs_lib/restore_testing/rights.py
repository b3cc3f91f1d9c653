"""What the checker may do to what a restore test made: give it a way in, look, and remove that again."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from constructs_lib.acknowledge import accept_finding, acknowledge, as_written
from constructs_lib.workload_role import WorkloadRole

COLON = cdk.ArnFormat.COLON_RESOURCE_NAME
TAG = "awsbackup-restore-test"
OWNER = "secretsmanager:ResourceTag/aws:rds:primaryDBClusterArn"
"""RDS marks the secret of a master user with its cluster; nobody else can set a tag of AWS's own."""


def allow_clusters(role: WorkloadRole, *, name: str, subnet_group: str, data_key: kms.IKey) -> None:
    """Let `role` sign in to clusters called `name` (a pattern) as their master user, and to no other."""
    stack = cdk.Stack.of(role)

    def arn(resource: str, of: str, service: str = "rds") -> str:
        return stack.format_arn(service=service, resource=resource, resource_name=of, arn_format=COLON)

    cluster, instance = arn("cluster", name), arn("db", name)
    parameters, options = arn("pg", "default.aurora*"), arn("og", "default:aurora*")
    secrets = arn("secret", "rds!cluster-*", "secretsmanager")
    made = [cluster, instance, parameters, options, arn("subgrp", subnet_group)]
    role.allow("rds:CreateDBInstance", on=made)
    role.allow("rds:AddTagsToResource", "rds:DeleteDBInstance", "rds:DescribeDBInstances", on=[instance])
    role.allow("rds:EnableHttpEndpoint", "rds:ModifyDBCluster", "rds-data:ExecuteStatement", on=[cluster])
    role.allow("secretsmanager:CreateSecret", "secretsmanager:TagResource", on=[secrets])
    role.allow("secretsmanager:GetSecretValue", on=[secrets], conditions={"StringLike": {OWNER: cluster}})
    role.allow("kms:DescribeKey", on=[data_key.key_arn])
    role.allow("kms:CreateGrant", on=[data_key.key_arn], conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}})
    acknowledge(
        role.policy,
        [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(one))}]" for one in (*made[1:4], secrets)],
        reason="AWS Backup and RDS choose these names: by a prefix, of the defaults, and by a tag that only RDS sets.",
    )


def allow_file_systems(role: WorkloadRole, *, reader: str, subnet: str, security_group: str) -> None:
    """Let `role` give file systems of restore tests a way in, and the function called `reader` the way."""
    stack = cdk.Stack.of(role)

    def arn(service: str, resource: str, name: str, form: cdk.ArnFormat = cdk.ArnFormat.SLASH_RESOURCE_NAME) -> str:
        return stack.format_arn(service=service, resource=resource, resource_name=name, arn_format=form)

    files, points = (arn("elasticfilesystem", kind, "*") for kind in ("file-system", "access-point"))
    interfaces = arn("ec2", "network-interface", "*")
    made: dict[str, dict[str, object]] = {"Null": {f"aws:ResourceTag/{TAG}": "false"}}
    tagging: dict[str, dict[str, object]] = {"Null": {f"aws:RequestTag/{TAG}": "false"}}
    role.allow(
        "elasticfilesystem:DescribeAccessPoints",
        "elasticfilesystem:DescribeFileSystems",
        "elasticfilesystem:DescribeMountTargets",
        on=[files, points],
    )
    role.allow(
        "elasticfilesystem:CreateMountTarget", "elasticfilesystem:DeleteMountTarget", on=[files], conditions=made
    )
    role.allow(
        "elasticfilesystem:CreateAccessPoint", on=[files], conditions={"Null": {**made["Null"], **tagging["Null"]}}
    )
    role.allow("elasticfilesystem:TagResource", on=[points], conditions=tagging)
    role.allow("elasticfilesystem:DeleteAccessPoint", on=[points], conditions=made)
    role.allow("ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets", on=["*"])
    role.allow(
        "ec2:CreateNetworkInterface",
        on=[interfaces, arn("ec2", "subnet", subnet), arn("ec2", "security-group", security_group)],
    )
    role.allow(
        "lambda:GetFunctionConfiguration",
        "lambda:InvokeFunction",
        "lambda:UpdateFunctionConfiguration",
        on=[arn("lambda", "function", reader, COLON)],
    )
    acknowledge(
        role.policy,
        [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(one))}]" for one in (files, points, interfaces)],
        reason="AWS chooses the ids of what a restore test makes; what is changed must carry its tag.",
    )
    accept_finding(
        role.policy,
        "identity.resource-star",
        reason="AWS chooses the ids of what a restore test makes; what is changed must carry its tag.",
    )
