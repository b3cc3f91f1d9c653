"""What the checker may do to a database that a restore test made: give it an instance, ask it, and remove that."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.workload_role import WorkloadRole

COLON = cdk.ArnFormat.COLON_RESOURCE_NAME
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
