"""The pipeline delivers stage by stage, and waits for a person where it must."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib.delivery_pipeline import DeliveryPipeline

CONNECTION = "arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000"


def stages(stack: cdk.Stack) -> list[dict[str, Any]]:
    delivery = DeliveryPipeline(
        stack,
        "Delivery",
        artifact_buckets={"us-east-1": s3.Bucket(stack, "Artifacts", encryption=s3.BucketEncryption.KMS)},
        branch="main",
        commands=["make check", "make synth"],
        connection_arn=CONNECTION,
        log_group=logs.LogGroup(stack, "Logs"),
        repository="example/groundwork",
    )
    for name in ("Dev", "Prod"):
        stage = cdk.Stage(stack, name, env=cdk.Environment(account="111122223333", region="us-east-1"))
        cdk.CfnOutput(cdk.Stack(stage, "Only"), "Nothing", value="here")
        delivery.add_stage(stage, needs_approval=name == "Prod")
    delivery.build()
    (pipeline,) = Template.from_stack(stack).find_resources("AWS::CodePipeline::Pipeline").values()
    return list(pipeline["Properties"]["Stages"])


def test_a_push_is_checked_before_it_updates_the_pipeline_and_then_each_environment(stack: cdk.Stack) -> None:
    assert [stage["Name"] for stage in stages(stack)] == ["Source", "Build", "UpdatePipeline", "Dev", "Prod"]


def test_production_waits_for_a_person_and_dev_does_not(stack: cdk.Stack) -> None:
    found = {stage["Name"]: stage for stage in stages(stack)}
    approvals = {
        name: [action["Name"] for action in stage["Actions"] if action["ActionTypeId"]["Category"] == "Approval"]
        for name, stage in found.items()
    }
    assert approvals["Dev"] == []
    assert approvals["Prod"] == ["ApproveProd"]
    orders = {action["Name"]: action["RunOrder"] for action in found["Prod"]["Actions"]}
    assert orders.pop("ApproveProd") < min(orders.values())


def test_the_source_is_the_branch_behind_the_connection(stack: cdk.Stack) -> None:
    (source,) = stages(stack)[0]["Actions"]
    assert source["Configuration"]["BranchName"] == "main"
    assert source["Configuration"]["ConnectionArn"] == CONNECTION
    assert source["Configuration"]["FullRepositoryId"] == "example/groundwork"
