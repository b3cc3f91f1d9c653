"""A bare stack, a key and a bucket for constructs to stand in."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3


@pytest.fixture
def stack() -> cdk.Stack:
    """An empty stack of its own app."""
    app = cdk.App(context={"@aws-cdk/aws-s3:serverAccessLogsUseBucketPolicy": True})
    return cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="us-east-1"))


@pytest.fixture
def key(stack: cdk.Stack) -> kms.Key:
    """A key to encrypt with."""
    return kms.Key(stack, "Key")


@pytest.fixture
def logs_bucket(stack: cdk.Stack) -> s3.IBucket:
    """A bucket for access logs that stands somewhere else."""
    return s3.Bucket.from_bucket_name(stack, "ElsewhereLogs", "access-logs")


@pytest.fixture
def vpc(stack: cdk.Stack) -> ec2.Vpc:
    """Two subnets for data, called Isolated."""
    tier = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    return ec2.Vpc(stack, "Vpc", availability_zones=["us-east-1a", "us-east-1b"], subnet_configuration=[tier])
