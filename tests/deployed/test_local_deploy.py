"""The whole app, deployed into an emulator by the real CDK CLI and driven over HTTP."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import boto3
import httpx
import pytest
from botocore.exceptions import ClientError

from scripts.smoke import check
from tests.emulator.local_cloud import Cloud, Local

pytestmark = pytest.mark.emulator


def test_every_stack_of_the_app_is_deployed(local: Local, report: dict[str, Any]) -> None:
    manifest = json.loads((local.folder / "assembly" / "manifest.json").read_text())
    stacks = [one for one in manifest["artifacts"].values() if one["type"] == "aws:cloudformation:stack"]
    names = {stack["properties"].get("stackName") for stack in stacks}
    assert {stack["name"] for stack in report["stacks"]} == names
    assert {stack["status"] for stack in report["stacks"]} == {"CREATE_COMPLETE"}


def test_the_api_keeps_its_promises_over_http(report: dict[str, Any], token: str) -> None:
    assert not [(name, problem) for name, problem in check(report["api"], token=token) if problem]


def test_what_one_user_writes_another_does_not_see(local: Local, report: dict[str, Any], token: str) -> None:
    mine, others = {"Authorization": f"Bearer {token}"}, {"Authorization": f"Bearer {local.token()}"}
    item = httpx.post(f"{report['api']}/todos", json={"title": "Mine"}, headers=mine, timeout=30).json()["id"]
    assert httpx.get(f"{report['api']}/todos/{item}", headers=mine, timeout=30).status_code == 200
    assert httpx.get(f"{report['api']}/todos/{item}", headers=others, timeout=30).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "/nowhere"), ("PUT", "/todos"), ("POST", "/todos/1")])
def test_an_unknown_route_or_method_is_not_found(report: dict[str, Any], token: str, method: str, path: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.request(method, f"{report['api']}{path}", headers=headers, timeout=30)
    assert answer.status_code == 404
    assert answer.json()["title"] == "There is no such route"


def test_what_the_api_is_told_is_written_to_the_table(platform: Cloud, report: dict[str, Any], token: str) -> None:
    title = f"Written {uuid4().hex}"
    headers = {"Authorization": f"Bearer {token}"}
    created = httpx.post(f"{report['api']}/todos", json={"title": title}, headers=headers, timeout=30)
    assert created.status_code == 201
    tables = [
        resource["physical_id"]
        for stack in platform.emulator.stacks()
        for resource in stack["resources"]
        if resource["type"] in ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table")
    ]
    items = [item for table in tables for item in platform.api("dynamodb").scan(TableName=table)["Items"]]
    written = [item for item in items if item.get("title") == {"S": title}]
    assert len(written) == 1
    assert created.json()["id"] in json.dumps(written[0])


def test_what_is_only_recorded_is_listed_by_construct(report: dict[str, Any]) -> None:
    listed = {one["type"]: one for one in report["recorded_only"]}
    vpc = listed["AWS::EC2::VPC"]
    assert vpc["limit"] == "no packet is routed or filtered: recorded only"
    assert vpc["construct_path"].startswith("Network/")


def test_deploying_again_changes_nothing(local: Local, report: dict[str, Any]) -> None:
    again = local.up()
    assert again.returncode == 0, again.stderr
    changed = [stack["name"] for stack in json.loads(again.stdout)["stacks"] if stack["seconds"] is not None]
    assert not changed
    assert json.loads(again.stdout)["api"] == report["api"]


def test_every_option_of_the_platform_is_deployed_beside_it(
    local: Local, report: dict[str, Any], assembly: Callable[[str], Path]
) -> None:
    done = local.up("--environment", "everything", "--assembly", str(assembly("everything")))
    assert done.returncode == 0, done.stderr
    stacks = json.loads(done.stdout)["stacks"]
    assert {stack["status"] for stack in stacks} == {"CREATE_COMPLETE"}
    assert not {stack["name"] for stack in stacks} & {stack["name"] for stack in report["stacks"]}


def test_a_template_of_the_emulator_is_refused_by_another_account(local: Local, platform: Cloud) -> None:
    template = (local.folder / "assembly" / "Recovery.template.json").read_text()
    ssm, other = (
        boto3.client(
            service,
            endpoint_url=platform.emulator.url,
            region_name="us-west-2",
            aws_access_key_id="111122223333",
            aws_secret_access_key="emulator",
        )
        for service in ("ssm", "cloudformation")
    )
    ssm.put_parameter(Name="/cdk-bootstrap/hnb659fds/version", Value="30", Type="String")
    with pytest.raises(ClientError, match="no account of AWS may have it"):
        other.create_stack(StackName="taken", TemplateBody=template, Capabilities=["CAPABILITY_NAMED_IAM"])


def test_a_refused_resource_is_named_and_its_stack_rolled_back(local: Local, platform: Cloud, tmp_path: Path) -> None:
    broken = tmp_path / "assembly"
    shutil.copytree(local.folder / "assembly", broken)
    stack = add_refused_resource(broken)
    done = local.up("--assembly", str(broken))
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Refused" in done.stderr
    assert "Broken/Refused" in done.stderr
    assert "The network ACL 'acl-nowhere' does not exist" in " ".join(done.stderr.split())
    status = {one["name"]: one["status"] for one in platform.emulator.stacks()}
    assert status[stack] == "UPDATE_ROLLBACK_COMPLETE"


def add_refused_resource(assembly: Path) -> str:
    """Give the network stack an entry for an ACL that does not exist; return the stack's name."""
    manifest = (assembly / "manifest.json").read_text()
    name, artifact = next(
        (name, artifact)
        for name, artifact in json.loads(manifest)["artifacts"].items()
        if artifact["type"] == "aws:cloudformation:stack" and artifact["displayName"].startswith("Network")
    )
    template = assembly / artifact["properties"]["templateFile"]
    changed = json.loads(template.read_text())
    changed["Resources"]["Refused"] = {
        "Type": "AWS::EC2::NetworkAclEntry",
        "Properties": {"NetworkAclId": "acl-nowhere", "RuleNumber": 1, "Protocol": 6, "RuleAction": "deny"},
        "Metadata": {"aws:cdk:path": "Broken/Refused"},
    }
    template.write_text(json.dumps(changed))
    old, new = Path(artifact["properties"]["stackTemplateAssetObjectUrl"]).stem, uuid4().hex
    for file in (assembly / "manifest.json", assembly / f"{name}.assets.json"):
        file.write_text(file.read_text().replace(old, new))
    return str(artifact["properties"].get("stackName", name))
