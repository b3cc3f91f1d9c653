"""Finds what holds data in a deployed environment: by the names that its templates give, not by guessing."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scripts.aws import Aws, AwsError, WrongArgumentError, code_of

KINDS = {
    "AWS::DynamoDB::GlobalTable": "table",
    "AWS::DynamoDB::Table": "table",
    "AWS::S3::Bucket": "bucket",
    "AWS::RDS::DBCluster": "cluster",
    "AWS::DocDB::DBCluster": "document-cluster",
    "AWS::EFS::FileSystem": "file-system",
}
"""The stores that the verbs restore, by the type that CloudFormation gives them."""


@dataclass(frozen=True)
class Store:
    """Something deployed that holds data."""

    #: Construct id, as the configuration has it: `Todos`.
    id: str
    #: One of table, bucket, cluster, document-cluster, file-system.
    kind: str
    #: Name or id that AWS knows it by.
    physical_id: str
    #: As the deployed template has it, expressions and all.
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Origin:
    """What a restore starts from: a backup, or the store itself at a moment; neither: its newest restorable state."""

    #: ARN of a DynamoDB backup or of an AWS Backup recovery point, or the name of an RDS snapshot.
    backup: str | None = None
    at: datetime | None = None

    @property
    def said(self) -> str:
        """In words."""
        if self.backup:
            return f"from {self.backup}"
        return f"as it was at {self.at.isoformat()}" if self.at else "as it was at the latest restorable moment"


def find_stores(aws: Aws) -> dict[str, Store]:
    """Return the stores of the data stack, by id.

    Raises:
        AwsError: the data stack is not deployed.
    """
    environment = aws.environment
    name = f"{environment.project}-{environment.name}-data"
    cloudformation = aws.client("cloudformation")
    template = _template(cloudformation, name)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    deployed = {
        one["LogicalResourceId"]: one["PhysicalResourceId"]
        for page in pages
        for one in page["StackResourceSummaries"]
        if one.get("PhysicalResourceId")
    }
    found = {}
    for logical_id, resource in template["Resources"].items():
        kind = KINDS.get(resource["Type"])
        if kind and logical_id in deployed:
            path = resource.get("Metadata", {}).get("aws:cdk:path", logical_id).split("/")
            store_id = next(part for part in reversed(path) if part != "Resource")
            found[store_id] = Store(store_id, kind, deployed[logical_id], resource.get("Properties", {}))
    return found


def choose(stores: Mapping[str, Store], ids: Sequence[str], *, kinds: Sequence[str] = ()) -> list[Store]:
    """Return the stores called `ids`, all where none is named.

    Raises:
        WrongArgumentError: there is no such store; the message lists those that there are.
    """
    known = {one.id: one for one in stores.values() if not kinds or one.kind in kinds}
    for one in ids:
        if one not in known:
            raise WrongArgumentError(
                f"--store must be one of {', '.join(sorted(known)) or '(none is deployed)'}, got {one}"
            )
    return [known[one] for one in ids or known]


def _template(cloudformation: Any, name: str) -> dict[str, Any]:
    from botocore.exceptions import ClientError

    try:
        body = cloudformation.get_template(StackName=name)["TemplateBody"]
    except ClientError as error:
        if code_of(error) == "ValidationError":
            raise AwsError(f"the stack {name} is not deployed here: nothing to back up or restore") from None
        raise
    return json.loads(body) if isinstance(body, str) else dict(body)
