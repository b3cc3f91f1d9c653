"""The truth table: one real change a row, what CloudFormation does about it, how bad that is, and who says so.

A source is `schema: <pointer>` (the registry schema of the row's type), `spec: <path>` (the service specification),
or a page of the documentation. Property names that start with @ are attributes of the resource.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

Properties = Mapping[str, Any]
Resources = Mapping[str, Mapping[str, Any]]

DOCS = "https://docs.aws.amazon.com"
CFN = f"{DOCS}/AWSCloudFormation/latest"
DELETION = f"{CFN}/TemplateReference/aws-attribute-deletionpolicy.html"
IAM = f"{DOCS}/IAM/latest/UserGuide/reference_policies_evaluation-logic.html"


class Case(NamedTuple):
    """A resource X before and after; None where it is not there. `change` is empty where nothing changes."""

    name: str
    type: str
    before: Properties | None
    after: Properties | None
    change: str
    severity: str
    source: str
    #: Resources on both sides, and those of one side only.
    others: Resources = MappingProxyType({})
    only_before: Resources = MappingProxyType({})
    only_after: Resources = MappingProxyType({})


def kept(**properties: Any) -> dict[str, Any]:
    """A resource that is retained, whatever happens."""
    return {"@DeletionPolicy": "Retain", "@UpdateReplacePolicy": "Retain", **properties}


def statement(action: Any, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    """A statement of a policy."""
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def policy(*statements: Any) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def ref(logical_id: str) -> dict[str, str]:
    """A reference."""
    return {"Ref": logical_id}


def arn(logical_id: str, attribute: str = "Arn") -> dict[str, list[str]]:
    """An attribute of a resource."""
    return {"Fn::GetAtt": [logical_id, attribute]}
