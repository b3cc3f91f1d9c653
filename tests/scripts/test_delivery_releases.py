"""What the pipeline deployed is archived where it is deployed, and the next change is compared with that."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

import config
from scripts import synthesis
from scripts.__main__ import app
from scripts.aws import Aws

PROD = "777788889999"


@pytest.fixture
def bucket(aws: Aws) -> Any:
    """The bucket of releases in the account of production; the credentials in use are the pipeline's, of dev."""
    role = f"arn:aws:iam::{PROD}:role/any"
    found = aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    session = boto3.Session(
        found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"], region_name="us-east-1"
    )
    name = f"cdk-hnb659fds-assets-{PROD}-us-east-1"
    session.client("s3").create_bucket(Bucket=name)
    return session.resource("s3").Bucket(name)


@pytest.fixture
def built(assembly: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the app be synthesised already."""
    monkeypatch.setattr(synthesis, "synthesise", lambda name, folder: shutil.copytree(assembly(name), folder))


def verb(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(arguments))
    return done.exit_code, done.stdout, " ".join(done.stderr.split())


@pytest.mark.usefixtures("built")
def test_the_pipeline_archives_what_it_deployed_in_the_account_where_it_is(
    bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CODEBUILD_RESOLVED_SOURCE_VERSION", "0a1b2c3d4e5f")
    code, told, said = verb("release", "--environment", "prod", "--dry-run")
    assert (code, list(bucket.objects.all())) == (0, []), said
    code, told, said = verb("release", "--environment", "prod", "--json")
    assert code == 0, said
    release = json.loads(told)
    assert (release["state"], release["commit"]) == ("deployed", "0a1b2c3d4e5f")
    assert "groundwork-prod-data" in release["stacks"]
    assert {one.key.rpartition(".")[2] for one in bucket.objects.filter(Prefix="releases/prod/")} == {"json", "zip"}


@pytest.mark.usefixtures("built")
def test_an_approval_is_about_the_difference_to_what_is_deployed(bucket: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    report = ("report", "--since-release", "prod", "--json", str(file))
    code, _, said = verb(*report)
    assert code == 0, said
    assert "prod: was never deployed: all of it is new" in said
    first = json.loads(file.read_text())
    assert len(first["changes"]) > 100
    assert {change["change"] for change in first["changes"]} == {"CREATE"}

    release = json.loads(verb("release", "--environment", "prod", "--json")[1])
    code, _, said = verb(*report)
    assert code == 0, said
    assert f"prod: compared with {release['id']}, of commit {release['commit']}" in said
    second = json.loads(file.read_text())
    assert second["changes"] == []
    assert second["findings"] == {"added": [], "removed": []}


def test_where_no_role_may_publish_nothing_is_archived(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "No."}}, "AssumeRole")

    make = Aws._client

    def client(self: Aws, service: str, region: str | None = None) -> Any:
        made = make(self, service, region)
        if service == "sts":
            made.assume_role = refuse
        return made

    monkeypatch.setattr(Aws, "_client", client)
    code, _, said = verb("release", "--environment", "prod")
    role = f"arn:aws:iam::{PROD}:role/cdk-hnb659fds-file-publishing-role-{PROD}-us-east-1"
    assert (code, said) == (1, f"error: its account is {PROD}, and {role} cannot be taken (AccessDenied)")


@pytest.mark.parametrize("name", [name for name in config.names() if config.load(name).pipeline])
def test_every_role_that_a_check_takes_is_of_the_stages_account(name: str, templates: Callable[[str], Any]) -> None:
    pipeline = config.load(name).pipeline
    assert pipeline
    policies = [one for one in templates(name)["Pipeline"]["Resources"].values() if one["Type"] == "AWS::IAM::Policy"]
    taken = {
        resource
        for policy in policies
        for statement in policy["Properties"]["PolicyDocument"]["Statement"]
        if statement["Action"] == "sts:AssumeRole"
        for resource in (statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]])
        if "file-publishing" in str(resource) and "arn:aws:iam" in str(resource)[:15]
    }
    wanted = {
        f"arn:aws:iam::{one.account}:role/cdk-hnb659fds-file-publishing-role-{one.account}-{one.region}"
        for one in map(config.load, pipeline.stages)
    }
    assert wanted <= taken
