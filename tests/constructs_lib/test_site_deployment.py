"""Files in the bucket behind a distribution: what the construct allows its function, and what the function does."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import aws_cdk as cdk
import boto3
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template
from moto import mock_aws

from constructs_lib.site_deployment import SiteDeployment
from constructs_lib.site_deployment.runtime import handler

BUCKET, SOURCE = "the-site", "the-assets"
FILES = {"index.html": "<p>", "app.js": "let a", "icons/a.svg": "<svg/>", "site.webmanifest": "{}"}


def deployment(stack: cdk.Stack, key: kms.Key, folder: Path) -> Template:
    (folder / "index.html").write_text("<p>")
    SiteDeployment(
        stack,
        "Site",
        folder=folder,
        settings={"api": "/v1", "client": cdk.Fn.import_value("Client")},
        bucket_name=BUCKET,
        bucket_region="us-east-1",
        bucket_key_arn="arn:aws:kms:us-east-1:111122223333:key/k",
        distribution_arn="arn:aws:cloudfront::111122223333:distribution/D",
        distribution_id="D",
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
    )
    return Template.from_stack(stack)


def test_its_function_writes_this_bucket_and_invalidates_this_distribution_alone(
    stack: cdk.Stack, key: kms.Key, tmp_path: Path
) -> None:
    (policy,) = deployment(stack, key, tmp_path).find_resources("AWS::IAM::ManagedPolicy").values()
    statements = policy["Properties"]["PolicyDocument"]["Statement"]
    on = {
        action: json.dumps(statement["Resource"])
        for statement in statements
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
        if action.startswith(("s3:", "cloudfront:"))
    }
    assert set(on) == {
        "cloudfront:CreateInvalidation",
        "cloudfront:GetInvalidation",
        "s3:DeleteObject",
        "s3:GetObject",
        "s3:ListBucket",
        "s3:PutObject",
    }
    assert on["cloudfront:CreateInvalidation"] == '"arn:aws:cloudfront::111122223333:distribution/D"'
    assert on["s3:PutObject"].endswith('":s3:::the-site/*"]]}')
    assert on["s3:GetObject"].endswith('.zip"]]}')


def test_settings_known_at_deployment_only_reach_the_page(stack: cdk.Stack, key: kms.Key, tmp_path: Path) -> None:
    (resource,) = deployment(stack, key, tmp_path).find_resources("Custom::SiteDeployment").values()
    written = json.dumps(resource["Properties"]["Extra"]["config.json"])
    assert '{"Fn::ImportValue": "Client"}' in written
    assert '\\"api\\":\\"/v1\\"' in written


def test_a_folder_without_an_entry_page_is_refused(stack: cdk.Stack, key: kms.Key, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"folder must hold an index\.html, got"):
        SiteDeployment(
            stack, "Site", folder=tmp_path, settings={}, bucket_name="b", bucket_region="us-east-1", bucket_key_arn="k",
            distribution_arn="d", distribution_id="d", encryption_key=key, log_key=key, log_retention_days=30,
        )  # fmt: skip


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Any:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setattr(handler, "POLL_SECONDS", 0.0)
    monkeypatch.setattr(handler, "INVALIDATION_SECONDS", 0.0)  # here it never ends
    with mock_aws():
        s3 = boto3.client("s3", region_name="us-east-1")
        for name in (BUCKET, SOURCE):
            s3.create_bucket(Bucket=name)
        put_source(s3, FILES)
        yield s3


def put_source(s3: Any, files: dict[str, str]) -> None:
    archive = BytesIO()
    with ZipFile(archive, "w") as zipped:
        for name, text in files.items():
            zipped.writestr(name, text)
    s3.put_object(Bucket=SOURCE, Key="site.zip", Body=archive.getvalue())


def distribution() -> str:
    made = boto3.client("cloudfront").create_distribution(
        DistributionConfig={
            "CallerReference": uuid4().hex,
            "Comment": "",
            "Enabled": True,
            "Origins": {
                "Quantity": 1,
                "Items": [
                    {
                        "Id": "o",
                        "DomainName": "the-site.s3.amazonaws.com",
                        "S3OriginConfig": {"OriginAccessIdentity": ""},
                    }
                ],
            },
            "DefaultCacheBehavior": {
                "TargetOriginId": "o",
                "ViewerProtocolPolicy": "https-only",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
    )
    return str(made["Distribution"]["Id"])


def deploy(**changes: Any) -> str:
    properties = {
        "SourceBucket": SOURCE,
        "SourceKey": "site.zip",
        "Bucket": BUCKET,
        "BucketRegion": "us-east-1",
        "DistributionId": distribution(),
        "Extra": {"config.json": '{"api": "/v1"}'},
        **changes,
    }
    return handler.deploy(properties, reference="request")


def test_every_file_is_there_with_its_type_and_browsers_ask_each_time(cloud: Any) -> None:
    deploy()
    found = {name: cloud.get_object(Bucket=BUCKET, Key=name) for name in (*FILES, "config.json")}
    assert {name: answer["ContentType"] for name, answer in found.items()} == {
        "index.html": "text/html; charset=utf-8",
        "app.js": "text/javascript; charset=utf-8",
        "icons/a.svg": "image/svg+xml",
        "site.webmanifest": "application/manifest+json",
        "config.json": "application/json",
    }
    assert {answer["CacheControl"] for answer in found.values()} == {handler.CACHE_CONTROL}
    assert found["config.json"]["Body"].read() == b'{"api": "/v1"}'


def test_what_left_the_site_leaves_the_bucket(cloud: Any) -> None:
    cloud.put_object(Bucket=BUCKET, Key="old.js", Body=b"")
    assert deploy().startswith("5 files are there, 1 others are gone")
    assert "old.js" not in [item["Key"] for item in cloud.list_objects_v2(Bucket=BUCKET)["Contents"]]


def test_the_entry_page_comes_last(cloud: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    client = boto3.client

    def spy(service: str, **settings: Any) -> Any:
        made = client(service, **settings)
        if service == "s3":
            made.meta.events.register(
                "before-call.s3.PutObject", lambda params, **_: written.append(params["url_path"])
            )
        return made

    monkeypatch.setattr(handler.boto3, "client", spy)
    deploy()
    assert written[-1].endswith("/index.html")


def test_cloudfront_is_told_to_forget_everything_once(cloud: Any) -> None:
    chosen = distribution()
    deploy(DistributionId=chosen)
    (made,) = boto3.client("cloudfront").list_invalidations(DistributionId=chosen)["InvalidationList"]["Items"]
    batch = boto3.client("cloudfront").get_invalidation(DistributionId=chosen, Id=made["Id"])["Invalidation"]
    assert batch["InvalidationBatch"]["Paths"]["Items"] == ["/*"]
    assert batch["InvalidationBatch"]["CallerReference"] == "request"


def test_an_archive_without_an_entry_page_changes_nothing(cloud: Any) -> None:
    put_source(cloud, {"app.js": ""})
    with pytest.raises(ValueError, match=r"the archive must hold index\.html, got app\.js, config\.json"):
        deploy()
    assert "Contents" not in cloud.list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [("Create", "FAILED", "KeyError: 'SourceBucket'"), ("Delete", "SUCCESS", "Nothing to do.")],
)
def test_cloudformation_always_gets_an_answer(
    kind: str, status: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers: list[tuple[str, str]] = []
    monkeypatch.setattr(handler, "send", lambda event, status, reason: answers.append((status, reason)))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    handler.handler({"RequestType": kind, "RequestId": "r", "ResourceProperties": {}}, None)
    assert answers == [(status, reason)]
