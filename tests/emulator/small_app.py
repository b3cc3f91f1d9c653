"""A small app as the CDK writes it: two stacks of the local environment, of which one reads from the other."""

import hashlib
import json
from pathlib import Path
from typing import Any

from tests.emulator.local_cloud import ACCOUNT

REGION = "us-east-1"
TAGS = {"project": "groundwork", "environment": "local"}


def write(folder: Path, stacks: dict[str, dict[str, Any]], *, name: str, region: str = REGION) -> Path:
    """Write an assembly of `stacks`: templates by id, each after those that it needs; groundwork-local-NAME-ID."""
    folder.mkdir(parents=True)
    artifacts: dict[str, Any] = {}
    earlier: list[str] = []
    for key, template in stacks.items():
        body = json.dumps({"Metadata": {"groundwork": {"environment": "local"}}, **template})
        digest = hashlib.sha256(body.encode()).hexdigest()
        bucket = f"cdk-hnb659fds-assets-{ACCOUNT}-{region}"
        (folder / f"{key}.template.json").write_text(body)
        target = {"bucketName": bucket, "objectKey": f"{digest}.json", "region": region}
        source = {"path": f"{key}.template.json", "packaging": "file"}
        files = {digest: {"source": source, "destinations": {"here": target}}}
        (folder / f"{key}.assets.json").write_text(json.dumps({"version": "55.0.0", "files": files}))
        artifacts[f"{key}.assets"] = {"type": "cdk:asset-manifest", "properties": {"file": f"{key}.assets.json"}}
        artifacts[key] = {
            "type": "aws:cloudformation:stack",
            "environment": f"aws://{ACCOUNT}/{region}",
            "displayName": key,
            "dependencies": [*earlier, f"{key}.assets"],
            "properties": {
                "templateFile": f"{key}.template.json",
                "stackName": f"groundwork-local-{name}-{key.lower()}",
                "stackTemplateAssetObjectUrl": f"s3://{bucket}/{digest}.json",
                "tags": TAGS,
            },
        }
        earlier.append(key)
    (folder / "manifest.json").write_text(json.dumps({"version": "55.0.0", "artifacts": artifacts}))
    (folder / "cdk.out").write_text(json.dumps({"version": "55.0.0"}))
    return folder


def two_stacks(name: str, *, seconds: int, more: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """Return a store with a retained table, and a reader whose queue waits `seconds` and knows the table's name."""
    key = {"AttributeName": "pk", "KeyType": "HASH"}
    table = {
        "Type": "AWS::DynamoDB::Table",
        "DeletionPolicy": "Retain",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [key],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        },
    }
    export = {"Value": {"Ref": "Table"}, "Export": {"Name": f"{name}:Table"}}
    queue = {
        "Type": "AWS::SQS::Queue",
        "Properties": {
            "VisibilityTimeout": seconds,
            "Tags": [{"Key": "table", "Value": {"Fn::ImportValue": f"{name}:Table"}}],
        },
    }
    return {
        "Store": {"Resources": {"Table": table}, "Outputs": {"Table": export}},
        "Reader": {"Resources": {"Queue": queue, **(more or {})}},
    }
