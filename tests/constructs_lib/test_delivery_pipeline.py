"""The pipeline delivers stage by stage, and waits for a person where it must."""

import json
import re
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk.assertions import Template

from constructs_lib.delivery_pipeline import Check, Delivery, DeliveryPipeline, ImageBuild
from constructs_lib.image_repository import ImageRepository

CONNECTION = "arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000"


LOOK_UP = "arn:aws:iam::777788889999:role/look-up"
PUBLISH = "arn:aws:iam::777788889999:role/publish"


def image(stack: cdk.Stack, name: str, *, arm: bool) -> ImageBuild:
    repository = ImageRepository(
        stack,
        name,
        name=f"pipeline/{name.lower()}",
        kept_images=10,
        untagged_days=1,
        encryption_key=kms.Key(stack, f"{name}Key"),
        retain_data=True,
    )
    return ImageBuild(name=name, commands=[f"build {name}"], repository=repository, arm=arm)


def delivered(stack: cdk.Stack, name: str, *, checks: list[str]) -> Delivery:
    region = "eu-west-1" if name.endswith("Eu") else "us-east-1"
    stage = cdk.Stage(stack, name, env=cdk.Environment(account="111122223333", region=region))
    url = cdk.CfnOutput(cdk.Stack(stage, "Only"), "Url", value="https://example.com")
    known = {
        "Smoke": Check(name="Smoke", commands=["smoke $API_URL"], outputs={"API_URL": url}),
        "Watch": Check(name="Watch", commands=["watch"], roles=[LOOK_UP]),
    }
    return Delivery(stage=stage, checks=[known[check] for check in checks])


def synthesised(stack: cdk.Stack) -> Template:
    delivery = DeliveryPipeline(
        stack,
        "Delivery",
        artifact_buckets={
            "us-east-1": s3.Bucket(stack, "Artifacts", encryption=s3.BucketEncryption.KMS),
            "eu-west-1": s3.Bucket.from_bucket_name(stack, "Elsewhere", "artifacts-in-ireland"),
        },
        branch="main",
        cdk_versions=("2.1148.1", "4.7.3"),
        commands=["make check", "make synth"],
        connection_arn=CONNECTION,
        log_group=logs.LogGroup(stack, "Logs"),
        repository="example/groundwork",
    )
    delivery.add_images([image(stack, "Api", arm=True), image(stack, "Old", arm=False)])
    delivery.add_wave([delivered(stack, "Dev", checks=["Smoke"])])
    report = Check(name="Report", commands=["report --since-release prod"], roles=[PUBLISH])
    delivery.add_wave(
        [delivered(stack, name, checks=["Smoke", "Watch"]) for name in ("Prod", "Prod-Eu")],
        guard=Check(name="Drift", commands=["drift"], roles=[LOOK_UP]),
        report=report,
    )
    delivery.build(failures=sns.Topic(stack, "Failures"), successes=sns.Topic(stack, "Successes"))
    return Template.from_stack(stack)


def stages(stack: cdk.Stack) -> list[dict[str, Any]]:
    (pipeline,) = synthesised(stack).find_resources("AWS::CodePipeline::Pipeline").values()
    return list(pipeline["Properties"]["Stages"])


def orders(stage: dict[str, Any]) -> dict[str, int]:
    return {action["Name"]: action["RunOrder"] for action in stage["Actions"]}


def test_a_push_is_checked_before_it_updates_the_pipeline_and_then_reaches_each_wave(stack: cdk.Stack) -> None:
    names = [stage["Name"] for stage in stages(stack)]
    assert names == ["Source", "Build", "UpdatePipeline", "Images", "Dev", "BeforeProd-Prod-Eu", "Prod-Prod-Eu"]


def test_production_waits_for_a_person_and_dev_does_not(stack: cdk.Stack) -> None:
    found = {stage["Name"]: stage for stage in stages(stack)}
    approvals = {
        name: [action["Name"] for action in stage["Actions"] if action["ActionTypeId"]["Category"] == "Approval"]
        for name, stage in found.items()
    }
    assert {name for name, found in approvals.items() if found} == {"BeforeProd-Prod-Eu"}
    assert approvals["BeforeProd-Prod-Eu"] == ["ApproveProd-Prod-Eu"]  # one for both regions
    order = orders(found["BeforeProd-Prod-Eu"])
    assert order["ReportProd-Prod-Eu"] < order["ApproveProd-Prod-Eu"]
    assert list(found).index("BeforeProd-Prod-Eu") < list(found).index("Prod-Prod-Eu")


def test_regions_of_a_wave_are_deployed_at_the_same_time(stack: cdk.Stack) -> None:
    last = stages(stack)[-1]
    deploys = {name: number for name, number in orders(last).items() if name.endswith("Deploy")}
    assert len(deploys) == 2
    assert len(set(deploys.values())) == 1
    assert {action.get("Region") for action in last["Actions"]} >= {None, "eu-west-1"}


def test_images_are_built_on_their_processor_and_they_alone_with_privileges(stack: cdk.Stack) -> None:
    projects = [one["Properties"] for one in synthesised(stack).find_resources("AWS::CodeBuild::Project").values()]
    built = {
        command: (one["Environment"]["Type"], one["Environment"]["Image"])
        for one in projects
        for command in ("build Api", "build Old")
        if command in one["Source"]["BuildSpec"]
    }
    assert [kind for kind, _ in built.values()] == ["ARM_CONTAINER", "LINUX_CONTAINER"]
    assert all(name.rpartition(":")[2] not in ("", "latest") for _, name in built.values())
    privileged = [one["Source"]["BuildSpec"] for one in projects if one["Environment"].get("PrivilegedMode")]
    assert len(privileged) == 2
    assert all("build " in spec for spec in privileged)


def test_a_build_pushes_to_its_own_repository_alone(stack: cdk.Stack) -> None:
    pushing = [
        (name, statement["Resource"])
        for name, policy in synthesised(stack).find_resources("AWS::IAM::Policy").items()
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if "ecr:PutImage" in statement["Action"]
    ]
    assert len(pushing) == 2
    for name, resource in pushing:
        (repository, _) = resource["Fn::GetAtt"]
        assert f"Image{repository.rstrip('0123456789ABCDEF')}" in name


def test_who_approves_finds_the_change_report_of_the_push(stack: cdk.Stack) -> None:
    found = stages(stack)
    assert found[0]["Actions"][0]["Namespace"] == "Source"
    (approve,) = [action for action in found[-2]["Actions"] if action["Name"] == "ApproveProd-Prod-Eu"]
    link = str(approve["Configuration"]["ExternalEntityLink"])
    assert ".console.aws.amazon.com/s3/object/" in link
    assert "reports/#{Source.CommitId}.html" in link


def test_nobody_is_asked_for_what_a_guard_refuses(stack: cdk.Stack) -> None:
    order = orders(stages(stack)[-2])
    assert order["DriftProd-Prod-Eu"] < order["ApproveProd-Prod-Eu"]


def test_a_stage_is_checked_after_its_deployment_one_check_after_the_other(stack: cdk.Stack) -> None:
    order = orders(stages(stack)[-1])
    deployed = max(number for name, number in order.items() if name.endswith("Deploy"))
    assert deployed < order["Prod.SmokeProd"] < order["Prod.WatchProd"]


def test_what_a_person_approved_goes_back_by_itself_when_it_fails(stack: cdk.Stack) -> None:
    found = {stage["Name"]: stage.get("OnFailure") for stage in stages(stack)}
    assert {name: found[name] for name in ("Images", "Dev")} == {"Images": None, "Dev": None}
    assert found["Prod-Prod-Eu"] == {"Result": "ROLLBACK"}
    assert found["BeforeProd-Prod-Eu"] is None, "who refuses, or finds drift, takes nothing back"


def test_a_check_takes_the_role_it_needs_and_no_other(stack: cdk.Stack) -> None:
    policies = synthesised(stack).find_resources("AWS::IAM::Policy").values()
    taken = {
        str(statement["Resource"])
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "sts:AssumeRole" and "777788889999" in str(statement["Resource"])
    }
    assert taken == {LOOK_UP, PUBLISH}


def test_somebody_hears_that_a_run_failed_waits_or_arrived(stack: cdk.Stack) -> None:
    rules = synthesised(stack).find_resources("AWS::CodeStarNotifications::NotificationRule").values()
    heard = {tuple(rule["Properties"]["EventTypeIds"]): rule["Properties"]["Targets"] for rule in rules}
    failed = ("codepipeline-pipeline-pipeline-execution-failed", "codepipeline-pipeline-manual-approval-needed")
    assert set(heard) == {failed, ("codepipeline-pipeline-pipeline-execution-succeeded",)}
    assert "Failures" in str(heard[failed])


def test_whatever_uses_the_connection_may_under_both_names_of_its_service(stack: cdk.Stack) -> None:
    using: dict[str, set[str]] = {}
    for name, policy in synthesised(stack).find_resources("AWS::IAM::Policy").items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]:
            if statement["Resource"] == CONNECTION:
                using.setdefault(name, set()).update(
                    [statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"]
                )
    assert len(using) >= 8, "the source, the synthesis, the builds of images and every check"
    both = {"codeconnections:UseConnection", "codestar-connections:UseConnection"}
    assert {name: found for name, found in using.items() if found != both} == {}


def test_what_cdk_adds_runs_pinned_tools(stack: cdk.Stack) -> None:
    projects = synthesised(stack).find_resources("AWS::CodeBuild::Project").values()
    installed = re.findall(r"npm install[^\"\\]*", json.dumps([one["Properties"]["Source"] for one in projects]))
    assert installed == ["npm install -g aws-cdk@2.1148.1"]


def test_the_source_is_the_branch_behind_the_connection(stack: cdk.Stack) -> None:
    (source,) = stages(stack)[0]["Actions"]
    assert source["Configuration"]["BranchName"] == "main"
    assert source["Configuration"]["ConnectionArn"] == CONNECTION
    assert source["Configuration"]["FullRepositoryId"] == "example/groundwork"
