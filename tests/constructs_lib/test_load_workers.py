"""Workers of load tests reach what they test and each other, and nothing of it runs between two tests."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Match, Template

from constructs_lib.load_workers import LoadWorkers


@pytest.fixture
def template(stack: cdk.Stack, vpc: ec2.Vpc, key: kms.Key, logs_bucket: s3.IBucket) -> Template:
    LoadWorkers(
        stack,
        "Workers",
        name="test-load",
        image="111122223333.dkr.ecr.us-east-1.amazonaws.com/load:1.0.0",
        size=(1024, 2048),
        arm=True,
        report_days=30,
        vpc=vpc,
        access_log_bucket=logs_bucket,
        encryption_key=key,
        log_key=key,
        log_retention_days=7,
        retain_data=False,
    )
    return Template.from_stack(stack)


def test_nothing_runs_until_a_test_starts_it(template: Template) -> None:
    template.resource_count_is("AWS::ECS::Service", 0)
    template.has_resource_properties("AWS::ECS::TaskDefinition", {"Cpu": "1024", "Family": "test-load"})


def test_tasks_talk_to_each_other_and_go_out_by_https_alone(template: Template) -> None:
    groups = template.find_resources("AWS::EC2::SecurityGroup", {"Properties": {"GroupDescription": Match.any_value()}})
    (group,) = [one for name, one in groups.items() if name.startswith("WorkersAccess")]
    (out,) = group["Properties"]["SecurityGroupEgress"]
    assert (out["FromPort"], out["ToPort"]) == (443, 443)
    for kind in ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroupEgress"):
        (rule,) = template.find_resources(kind).values()
        assert (rule["Properties"]["FromPort"], rule["Properties"]["ToPort"]) == (5557, 5557)


def test_a_task_reaches_the_bucket_of_reports_and_no_other(template: Template) -> None:
    policies = template.find_resources(
        "AWS::IAM::ManagedPolicy", {"Properties": {"Description": "What test-load may do"}}
    )
    (policy,) = policies.values()
    reached = [
        str(statement["Resource"])
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if any(action.startswith("s3:") for action in statement["Action"])
    ]
    assert reached
    assert all("WorkersReports" in one for one in reached)
