"""Deploying and going back, with the real CDK CLI: releases, change sets, drift, orphans, dead letters."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from emulator.daemon import ROOT
from scripts.load_test import FOLDER, _locust
from tests.emulator.local_cloud import ACCOUNT, Cloud, Local
from tests.emulator.small_app import two_stacks, write

pytestmark = pytest.mark.emulator
REFUSED = {"Type": "AWS::EC2::NetworkAclEntry", "Properties": {"NetworkAclId": "acl-nowhere", "RuleNumber": 1}}
App = Callable[..., Path]


@pytest.fixture
def app(tmp_path: Path, platform: Cloud) -> Iterator[App]:
    """Return what writes a version of an app of the test's own; whatever is deployed of it goes at the end."""
    name = f"t{uuid4().hex[:6]}"

    def version(seconds: int, **more: Any) -> Path:
        return write(tmp_path / uuid4().hex, two_stacks(name, seconds=seconds, more=more), name=name)

    yield version
    for stack in platform.api("cloudformation").describe_stacks()["Stacks"][::-1]:
        if name in stack["StackName"]:
            platform.destroy(stack["StackName"])


def place(platform: Cloud, assembly: Path) -> Path:
    """Make the stacks of a version as `deploy` would, where how they came is not the question."""
    for name, stack in json.loads((assembly / "manifest.json").read_text())["artifacts"].items():
        if stack["type"] == "aws:cloudformation:stack":
            platform.api("cloudformation").create_stack(
                StackName=stack["properties"]["stackName"],
                TemplateBody=(assembly / f"{name}.template.json").read_text(),
                Tags=[{"Key": key, "Value": value} for key, value in stack["properties"]["tags"].items()],
            )
    return assembly


def ok(done: "subprocess.CompletedProcess[str]") -> Any:
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if done.stdout else None


def stack_of(assembly: Path, key: str) -> str:
    return str(json.loads((assembly / "manifest.json").read_text())["artifacts"][key]["properties"]["stackName"])


def queue(platform: Cloud, assembly: Path) -> tuple[str, int]:
    found = platform.api("cloudformation").describe_stack_resource(
        StackName=stack_of(assembly, "Reader"), LogicalResourceId="Queue"
    )
    url = found["StackResourceDetail"]["PhysicalResourceId"]
    attributes = platform.api("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return url, int(attributes["VisibilityTimeout"])


def test_a_release_is_deployed_changed_and_gone_back_to(local: Local, platform: Cloud, app: App) -> None:
    first = ok(local.operate("deploy", "--assembly", str(app(30)), "--yes", "--json"))
    assert [one["changes"] for one in first["stacks"]] == [1, 1]
    second = app(60)
    ok(local.operate("deploy", "--assembly", str(second), "--yes", "--json"))
    assert queue(platform, second)[1] == 60

    done = local.operate("rollback", "--to", first["release"], "--yes", "--json")
    assert ok(done)["state"] == "deployed"
    assert "Data is not rolled back" in done.stderr
    assert queue(platform, second)[1] == 30

    listed = ok(local.operate("rollback", "--json"))
    assert [one["state"] for one in listed[:3]] == ["deployed"] * 3
    assert first["release"] in {one["id"] for one in listed}


def test_only_what_was_shown_is_executed(local: Local, platform: Cloud, app: App) -> None:
    place(platform, app(30))
    second = app(60)
    prepared = local.operate("deploy", "--assembly", str(second), "--prepare", "--json")
    release = ok(prepared)["release"]
    assert "VisibilityTimeout" in prepared.stderr
    assert queue(platform, second)[1] == 30
    ok(local.operate("deploy", "--execute", release, "--json"))
    assert queue(platform, second)[1] == 60
    again = local.operate("deploy", "--execute", release)
    assert again.returncode == 2
    assert "is deployed, with no change sets that wait" in again.stderr


def test_a_failing_update_rolls_back_by_itself_and_names_the_cause(local: Local, platform: Cloud, app: App) -> None:
    place(platform, app(30))
    broken = app(60, Refused=REFUSED | {"DependsOn": "Queue"})
    done = local.operate("deploy", "--assembly", str(broken), "--yes")
    assert done.returncode == 1
    assert "is UPDATE_ROLLBACK_COMPLETE" in done.stderr
    assert "Refused (AWS::EC2::NetworkAclEntry)" in done.stderr
    assert "Traceback" not in done.stderr
    assert queue(platform, broken)[1] == 30
    assert ok(local.operate("rollback", "--json"))[0]["state"] == "failed"


def test_a_change_by_hand_is_found(local: Local, platform: Cloud, app: App) -> None:
    first = app(30)
    place(platform, first)
    stack = stack_of(first, "Reader")
    assert ok(local.operate("drift", "--stack", stack, "--json")) == []
    url, _ = queue(platform, first)
    platform.api("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "77"})
    done = local.operate("drift", "--stack", stack, "--json")
    assert done.returncode == 3, done.stderr
    (found,) = json.loads(done.stdout)
    assert (found["logical_id"], found["status"]) == ("Queue", "MODIFIED")
    assert found["differences"] == [["/VisibilityTimeout", "30", "77"]]


def test_an_orphan_is_found_and_deleted_by_name_and_its_data_stays(local: Local, platform: Cloud, app: App) -> None:
    first, whole = app(30), str(local.folder / "assembly")
    place(platform, first)
    store, reader = stack_of(first, "Store"), stack_of(first, "Reader")
    listed = local.operate("cleanup", "--assembly", whole, "--json")
    assert listed.returncode == 3
    found = {one["stack"]: one for one in json.loads(listed.stdout)}
    assert found[store]["used_by"] == [reader]
    (kept,) = found[store]["kept"]
    assert local.operate("cleanup", "--assembly", whole, "--delete", store, "--yes").returncode == 1  # still used
    for wrong, code in ((("--delete", "groundwork-local-data"), 2), (("--delete", reader), 2)):  # in the app; no --yes
        assert local.operate("cleanup", "--assembly", whole, *wrong).returncode == code
    for one in (reader, store):
        ok(local.operate("cleanup", "--assembly", whole, "--delete", one, "--yes"))
    assert kept["name"] in platform.api("dynamodb").list_tables()["TableNames"]
    platform.api("dynamodb").delete_table(TableName=kept["name"])


def test_interrupted_the_same_command_goes_on(local: Local, platform: Cloud, app: App) -> None:
    first = app(30)
    arguments = local.verb("deploy", "--assembly", str(first), "--yes", "--json")
    # What a shell runs in the background ignores Ctrl-C, and so would its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    running = subprocess.Popen(
        [sys.executable, "-m", "scripts", *arguments],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    limit = time.monotonic() + 60
    while time.monotonic() < limit and stack_of(first, "Store") not in {
        one["StackName"] for one in platform.api("cloudformation").describe_stacks()["Stacks"]
    }:
        time.sleep(0.05)
    os.kill(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 1, said
    assert "Traceback" not in said
    ok(local.operate("deploy", "--assembly", str(first), "--yes", "--json"))
    assert queue(platform, first)[1] == 30


def test_dead_letters_go_back_to_their_queue(local: Local, platform: Cloud, app: App) -> None:
    source = {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Queue", "Arn"]}, "maxReceiveCount": 3}
        },
    }
    first = app(30, Source=source)
    place(platform, first)
    sqs, (url, _) = platform.api("sqs"), queue(platform, first)
    for number in range(25):
        sqs.send_message(QueueUrl=url, MessageBody=f"order {number}")
    name = url.rpartition("/")[2]
    seen = local.operate("redrive", "--queue", name, "--dry-run")
    assert "25 messages" in seen.stderr
    done = ok(local.operate("redrive", "--queue", name, "--per-second", "500", "--yes", "--json"))
    assert (done["sent"], done["left"]) == (25, 0)
    target = sqs.get_queue_url(QueueName=done["target"].rpartition(":")[2])["QueueUrl"]
    counted = sqs.get_queue_attributes(QueueUrl=target, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert counted == {"ApproximateNumberOfMessages": "25"}


def test_a_resource_is_found_by_a_part_of_its_name(local: Local, platform: Cloud, app: App) -> None:
    first = app(30)
    place(platform, first)
    url, _ = queue(platform, first)
    name = url.rpartition("/")[2]
    (found,) = ok(local.operate("find", name[:-3], "--json"))
    assert (found["stack"], found["logical_id"], found["name"]) == (stack_of(first, "Reader"), "Queue", url)


def test_an_account_is_bootstrapped_with_the_rights_of_the_templates(local: Local, platform: Cloud, app: App) -> None:
    first = app(30)
    done = local.operate("bootstrap", "--assembly", str(first), "--yes")
    assert done.returncode == 0, done.stderr
    iam = platform.api("iam")
    roles = [one["RoleName"] for one in iam.list_roles()["Roles"]]
    role = next(name for name in roles if "cfn-exec-role" in name and name.endswith("us-east-1"))
    attached = {
        one["PolicyArn"].rpartition("/")[2]
        for one in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
    }
    assert "groundwork-local-execution-1" in attached
    assert "AdministratorAccess" not in attached
    topic = app(30, Topic={"Type": "AWS::SNS::Topic"})
    refused = local.operate("deploy", "--assembly", str(topic), "--yes")
    assert refused.returncode == 1
    assert "deployments may not make AWS::SNS::Topic yet: run `make bootstrap ENV=local`" in refused.stderr
    platform.destroy("groundwork-local-bootstrap")


def test_a_load_test_measures_the_api_and_leaves_nothing(
    local: Local, report: dict[str, Any], token: str, tmp_path: Path
) -> None:
    def items() -> Any:
        return httpx.get(f"{report['api']}/todos", headers={"Authorization": f"Bearer {token}"}, timeout=30).json()

    page, before = tmp_path / "load.html", items()
    command = [sys.executable, "-m", "scripts", "load-test", "--environment", "local", "--url", report["api"]]
    options = ["--users", "2", "--seconds", "5", "--p95-ms", "60000", "--report", str(page), "--yes", "--json"]
    done = subprocess.run(
        [*command, *options, "--token", token], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300
    )
    assert all(one["holds"] for one in ok(done)["outcomes"])
    assert "GET /todos" in page.read_text()
    assert items() == before


def test_workers_of_a_load_test_play_the_users_and_their_master_reports(
    platform: Cloud, report: dict[str, Any], tmp_path: Path
) -> None:
    """As on Fargate, but for Fargate: each task is a process here, and the bucket is the emulator's."""
    s3, bucket = platform.api("s3"), f"load-{uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    settings = {
        "host": report["api"], "users": 4, "seconds": 3, "spawn_rate": 4, "workers": 2,
        "environment": {"LOAD_OUTSIDE": "1"},
    }  # fmt: skip
    s3.put_object(Bucket=bucket, Key="runs/one/settings.json", Body=json.dumps(settings).encode())
    environment = {
        **os.environ, "AWS_ENDPOINT_URL": platform.emulator.url, "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "emulator", "BUCKET": bucket, "RUN": "one",
    }  # fmt: skip
    command = [str(_locust().with_name("python")), str(FOLDER / "task.py")]
    with ExitStack() as tasks:
        master, *workers = (
            tasks.enter_context(
                subprocess.Popen(command, env=environment | told, stderr=subprocess.PIPE, text=True, cwd=tmp_path)
            )
            for told in ({}, {"MASTER": "127.0.0.1"}, {"MASTER": "127.0.0.1"})
        )
        _, said = master.communicate(timeout=120)
        assert master.returncode == 0, said
        assert [one.wait(timeout=60) for one in workers] == [0, 0]
    table = s3.get_object(Bucket=bucket, Key="runs/one/stats.csv")["Body"].read().decode()
    (total,) = [row for row in csv.DictReader(table.splitlines()) if row["Name"] == "Aggregated"]
    assert int(total["Request Count"]) > 0
    assert total["Failure Count"] == "0"
    assert b"<html" in s3.get_object(Bucket=bucket, Key="runs/one/report.html")["Body"].read()
