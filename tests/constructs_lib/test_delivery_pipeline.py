"""The pipeline delivers stage by stage, and waits for a person where it must."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from constructs_lib.delivery_pipeline import Check, DeliveryPipeline

CONNECTION = "arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000"


LOOK_UP = "arn:aws:iam::777788889999:role/look-up"


def synthesised(stack: cdk.Stack) -> Template:
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
        url = cdk.CfnOutput(cdk.Stack(stage, "Only"), "Url", value="https://example.com")
        smoke = Check(name="Smoke", commands=["smoke $API_URL"], outputs={"API_URL": url})
        watch = Check(name="Watch", commands=["watch"], outputs={}, roles=[LOOK_UP])
        delivery.add_stage(stage, needs_approval=name == "Prod", checks=[smoke, watch] if name == "Prod" else [smoke])
    delivery.build(failures=sns.Topic(stack, "Failures"), successes=sns.Topic(stack, "Successes"))
    return Template.from_stack(stack)


def stages(stack: cdk.Stack) -> list[dict[str, Any]]:
    (pipeline,) = synthesised(stack).find_resources("AWS::CodePipeline::Pipeline").values()
    return list(pipeline["Properties"]["Stages"])


def orders(stage: dict[str, Any]) -> dict[str, int]:
    return {action["Name"]: action["RunOrder"] for action in stage["Actions"]}


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
    order = orders(found["Prod"])
    assert order.pop("ReportProd") < order["ApproveProd"]
    assert order.pop("ApproveProd") < min(order.values())


def test_who_approves_finds_the_change_report_of_the_push(stack: cdk.Stack) -> None:
    found = stages(stack)
    assert found[0]["Actions"][0]["Namespace"] == "Source"
    (approve,) = [action for action in found[-1]["Actions"] if action["Name"] == "ApproveProd"]
    link = str(approve["Configuration"]["ExternalEntityLink"])
    assert ".console.aws.amazon.com/s3/object/" in link
    assert "reports/#{Source.CommitId}.html" in link


def test_a_stage_is_checked_after_its_deployment_one_check_after_the_other(stack: cdk.Stack) -> None:
    order = orders(stages(stack)[-1])
    deployed = max(number for name, number in order.items() if name.endswith("Deploy"))
    assert deployed < order["SmokeProd"] < order["WatchProd"]


def test_what_a_person_approved_goes_back_by_itself_when_it_fails(stack: cdk.Stack) -> None:
    found = {stage["Name"]: stage.get("OnFailure") for stage in stages(stack)}
    assert {name: found[name] for name in ("Dev", "Prod")} == {"Dev": None, "Prod": {"Result": "ROLLBACK"}}


def test_a_check_takes_the_role_it_needs_and_no_other(stack: cdk.Stack) -> None:
    policies = synthesised(stack).find_resources("AWS::IAM::Policy").values()
    taken = [
        statement["Resource"]
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "sts:AssumeRole" and LOOK_UP in str(statement["Resource"])
    ]
    assert taken == [LOOK_UP]


def test_somebody_hears_that_a_run_failed_waits_or_arrived(stack: cdk.Stack) -> None:
    rules = synthesised(stack).find_resources("AWS::CodeStarNotifications::NotificationRule").values()
    heard = {tuple(rule["Properties"]["EventTypeIds"]): rule["Properties"]["Targets"] for rule in rules}
    failed = ("codepipeline-pipeline-pipeline-execution-failed", "codepipeline-pipeline-manual-approval-needed")
    assert set(heard) == {failed, ("codepipeline-pipeline-pipeline-execution-succeeded",)}
    assert "Failures" in str(heard[failed])


def test_the_source_is_the_branch_behind_the_connection(stack: cdk.Stack) -> None:
    (source,) = stages(stack)[0]["Actions"]
    assert source["Configuration"]["BranchName"] == "main"
    assert source["Configuration"]["ConnectionArn"] == CONNECTION
    assert source["Configuration"]["FullRepositoryId"] == "example/groundwork"
