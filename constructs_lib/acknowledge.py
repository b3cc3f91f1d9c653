"""One way to write down why a finding is accepted, at the construct that causes it."""

from collections.abc import Collection, Mapping, Sequence
from json import dumps
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import IConstruct

PACKS = {
    "AwsSolutions-": "AwsSolutions",
    "NIST.800.53.R5-": "NIST.800.53.R5",
    "HIPAA.Security-": "HIPAA.Security",
    "PCI.DSS.321-": "PCI.DSS.321",
    "Serverless-": "Serverless",
    "@aws-cdk/": "Construct-Annotations",
}
"""How the id of a finding begins, and who raises it: a cdk-nag pack, or CDK's own warnings."""


CHECKOV = {
    "APIGWCacheEnabledAndEncrypted": ("CKV_AWS_120",),
    "APIG4": ("CKV_AWS_59",),
    "CFR2": ("CKV_AWS_68",),
    "CFR3": ("CKV_AWS_86",),
    "CFR4": ("CKV_AWS_174",),
    "IAM5[Resource::*]": ("CKV_AWS_111",),
    "IAMPolicyNoStatementsWithAdminAccess": ("CKV_AWS_107", "CKV_AWS_108", "CKV_AWS_109", "CKV_AWS_110"),
    "LambdaInsideVPC": ("CKV_AWS_117",),
    "S3BucketLoggingEnabled": ("CKV_AWS_18",),
}
"""Rules of cdk-nag, without their pack, and checkov's names for what they look for."""

METADATA = "groundwork"
"""Where the guardrails look for what is accepted, in a resource's metadata."""

NIST_HIPAA_PCI = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")


def in_packs(rule: str, packs: Sequence[str] = NIST_HIPAA_PCI) -> list[str]:
    """Return the finding ids of one rule that several packs share."""
    return [f"{pack}-{rule}" for pack in packs]


def acknowledge(construct: IConstruct, findings: Sequence[str], *, reason: str) -> None:
    """Accept `findings` on `construct` and everything below it; the reason must convince an auditor.

    A finding is a cdk-nag id, its detail in brackets included (`AwsSolutions-IAM5[Resource::*]`); cdk-nag
    matches ids literally, so each one is named. Where checkov looks for the same, the resource of `construct` tells
    it, too.

    Raises:
        ValueError: a finding belongs to no pack.
    """
    accepted = []
    for finding in findings:
        pack = next((name for prefix, name in PACKS.items() if finding.startswith(prefix)), None)
        if pack is None:
            raise ValueError(f"finding must start with one of {', '.join(PACKS)}, got {finding}")
        accepted.append(cdk.Acknowledgment(id=f"{pack}::{finding}", reason=reason))
    if accepted:
        cdk.Validations.of(construct).acknowledge(*accepted)
    rules = {finding.removeprefix(prefix) for finding in findings for prefix in PACKS}
    if checks := sorted({check for rule in rules for check in CHECKOV.get(rule, ())}):
        skip_checkov(construct, checks, reason=reason)


def skip_checkov(construct: IConstruct, checks: Sequence[str], *, reason: str) -> None:
    """Tell checkov, in the template, why the resource of `construct` need not pass `checks`."""
    resource = construct.node.default_child or construct
    if isinstance(resource, cdk.CfnResource):
        said = (resource.get_metadata("checkov") or {"skip": []})["skip"]
        known = {entry["id"] for entry in said}
        new = [{"id": check, "comment": reason} for check in checks if check not in known]
        resource.add_metadata("checkov", {"skip": [*said, *new]})


def skip_checkov_of_provider(scope: IConstruct, resource_type: str) -> None:
    """Say the same of the function behind CDK's own custom resource `resource_type`, in the stack of `scope`."""
    provider = cdk.Stack.of(scope).node.try_find_child(f"{resource_type}CustomResourceProvider")
    if provider:
        skip_checkov(
            provider.node.find_child("Handler"),
            ["CKV_AWS_115", "CKV_AWS_116", "CKV_AWS_117"],
            reason="CDK makes this function; it runs in a deployment only, calls public endpoints, and fails with it.",
        )


def acknowledge_generated_wildcards(scope: IConstruct, *, reason: str, resourceless: Collection[str] = ()) -> None:
    """Accept the wildcards in the policies that a CDK library, not this app, wrote below `scope`.

    `resourceless` actions have no resource-level permissions: that they are allowed on everything is no finding.

    cdk-nag asks for every wildcard by its full text, logical ids included; this reads the texts from the
    policies themselves, so a renamed construct needs no edit.
    """
    for construct in scope.node.find_all():
        if isinstance(construct, iam.CfnPolicy):
            document = cdk.Stack.of(construct).resolve(construct.policy_document)
            acknowledge(construct, sorted(_wildcards(document)), reason=reason)
            everywhere = [one for one in document["Statement"] if "*" in _listed(one.get("Resource", []))]
            if any(not set(_listed(one["Action"])) <= set(resourceless) for one in everywhere):
                accept_finding(construct, "identity.resource-star", reason=reason)


def _wildcards(document: Mapping[str, Any]) -> set[str]:
    found = set()
    for statement in document["Statement"]:
        for kind in ("Action", "Resource"):
            for value in _listed(statement.get(kind, [])):
                text = as_written(value)
                if "*" in text:
                    found.add(f"AwsSolutions-IAM5[{kind}::{text}]")
    return found


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def as_written(value: Any) -> str:
    """Write an expression as cdk-nag does: `<LogicalId.Attribute>` for a reference, parts joined."""
    match value:
        case {"Ref": name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::Join": [separator, parts]}:
            return str(separator).join(as_written(part) for part in parts)
        case {"Fn::ImportValue": name}:
            return str(name)
        case {**other} if other:
            return dumps(other, separators=(",", ":"))
        case _:
            return str(value)


def accept_finding(construct: IConstruct, promise: str, *, reason: str, about: str = "") -> None:
    """Accept what breaks the guardrail `promise` (such as identity.resource-star) on the resource of `construct`.

    With `about`, only what the message says about this.

    It is written into the template, so that any tool that reads the assembly sees it. One that matches nothing any
    more is itself a finding.
    """
    resource = construct.node.default_child or construct
    if not isinstance(resource, cdk.CfnResource):
        raise ValueError(f"construct must hold one CloudFormation resource, got {construct.node.path}")
    said = resource.get_metadata(METADATA) or {"acknowledge": []}
    entry = {"id": promise, "reason": reason} | ({"about": about} if about else {})
    resource.add_metadata(METADATA, {"acknowledge": [*said["acknowledge"], entry]})
