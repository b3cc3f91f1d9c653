"""Jobs on Fargate: contained, retried when that may help, and free while nobody asks for them."""

import aws_cdk as cdk
import pytest
from aws_cdk import assertions
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from constructs_lib.batch_jobs import BatchJobs


@pytest.mark.parametrize(("spot", "kind"), [(True, "FARGATE_SPOT"), (False, "FARGATE")])
def test_a_job_is_contained_retried_and_limited(stack: cdk.Stack, key: kms.Key, spot: bool, kind: str) -> None:
    jobs = BatchJobs(
        stack,
        "Jobs",
        name="app",
        spot=spot,
        max_vcpus=16,
        vpc=ec2.Vpc(stack, "Vpc", max_azs=2),
        subnet_ids=["subnet-0123456789abcdef0"],
        log_key=key,
        log_retention_days=7,
    )
    jobs.add(
        "Tidy",
        image="111122223333.dkr.ecr.us-east-1.amazonaws.com/tidy:1.0.0",
        command=["tidy"],
        size=(256, 512),
        attempts=3,
        timeout=cdk.Duration.minutes(60),
        environment={"B": "2", "A": "1"},
        arm=True,
    )
    template = assertions.Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::Batch::ComputeEnvironment", {"ComputeResources": {"Type": kind, "MaxvCpus": 16}}
    )
    template.has_resource_properties(
        "AWS::Batch::JobDefinition",
        {
            "PlatformCapabilities": ["FARGATE"],
            "Timeout": {"AttemptDurationSeconds": 3600},
            "RetryStrategy": {
                "Attempts": 3,
                "EvaluateOnExit": [
                    {"Action": "EXIT", "OnExitCode": "2"},
                    {"Action": "RETRY", "OnReason": "*"},
                ],
            },
            "ContainerProperties": {
                "ReadonlyRootFilesystem": True,
                "NetworkConfiguration": {"AssignPublicIp": "DISABLED"},
                "RuntimePlatform": {"CpuArchitecture": "ARM64"},
                "Environment": [{"Name": "A", "Value": "1"}, {"Name": "B", "Value": "2"}],
                "ResourceRequirements": [{"Type": "VCPU", "Value": "0.25"}, {"Type": "MEMORY", "Value": "512"}],
            },
        },
    )
    (group,) = (
        each["Properties"]
        for name, each in template.find_resources("AWS::EC2::SecurityGroup").items()
        if name.startswith("Jobs")
    )
    assert "SecurityGroupIngress" not in group
