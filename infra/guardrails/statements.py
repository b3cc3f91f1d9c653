"""Every IAM policy statement of an assembly, wherever a template writes one, in one form."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Literal

from infra.assembly import Assembly
from infra.assembly.model import Resource, Target, Text, describe
from infra.assembly.values import at, listed, mapping
from infra.guardrails.knowledge.policies import IDENTITY_POLICIES, RESOURCE_POLICIES

Kind = Literal["identity", "boundary", "trust", "resource"]


@dataclass(frozen=True, eq=False)
class Statement:
    """One statement: where it is written, and what it says."""

    resource: Resource
    place: str
    kind: Kind
    body: dict[str, Any]

    @property
    def allows(self) -> bool:
        """Whether its effect is Allow; anything but a written Deny counts as one."""
        return self.body.get("Effect") != "Deny"

    @property
    def actions(self) -> list[str]:
        """Its actions, as written; unknown ones by their expression."""
        return [describe(action) for action in listed(self.body.get("Action"))]

    @property
    def resources(self) -> list[Any]:
        """Its resources, resolved."""
        return listed(self.body.get("Resource"))

    @property
    def principals(self) -> list[tuple[str, Any]]:
        """Its principals as (kind, value); everybody is ("*", "*")."""
        principal = self.body.get("Principal")
        if isinstance(principal, dict):
            return [(kind, value) for kind, values in principal.items() for value in listed(values)]
        return [("*", value) for value in listed(principal)]

    @property
    def conditions(self) -> list[tuple[str, str, list[Any]]]:
        """Its conditions as (operator, key in lower case, values)."""
        return [
            (operator, key.lower(), listed(values))
            for operator, pairs in mapping(self.body.get("Condition")).items()
            for key, values in mapping(pairs).items()
        ]

    def covers(self, action: str) -> bool:
        """Whether `action` is among its actions."""
        return any(matches(pattern, action) for pattern in self.actions)


def matches(pattern: str, action: str) -> bool:
    """Whether an action pattern includes an action (or a narrower pattern)."""
    action, pattern = action.lower(), pattern.lower()
    if "*" not in pattern and "?" not in pattern and "[" not in pattern:
        return action == pattern
    return fnmatchcase(action, pattern.replace("[", "[[]"))


def find_statements(assembly: Assembly) -> Iterator[Statement]:
    """Every statement of every policy in the templates."""
    boundaries = _boundaries(assembly)
    for resource in assembly.deployed:
        kind: Kind = "boundary" if resource in boundaries else "identity"
        for path in IDENTITY_POLICIES.get(resource.type, ()):
            yield from _statements(resource, path, kind)
        if resource.type == "AWS::IAM::Role":
            yield from _statements(resource, "AssumeRolePolicyDocument", "trust")
        for path in RESOURCE_POLICIES.get(resource.type, ()):
            yield from _statements(resource, path, "resource")
        if resource.type in ("AWS::Lambda::Permission", "AWS::Events::EventBusPolicy"):
            yield from _flat_statement(resource)


def _statements(resource: Resource, path: str, kind: Kind) -> Iterator[Statement]:
    for document in at(resource.resolved, path):
        for index, body in enumerate(listed(_document(document).get("Statement"))):
            if isinstance(body, dict):
                yield Statement(resource, f"{path}.Statement[{index}]", kind, body)


def _document(document: Any) -> dict[str, Any]:
    """A policy document, also where the template holds it as text."""
    if isinstance(document, str | Text):
        try:
            return mapping(json.loads(str(document)))
        except ValueError:
            return {}
    return mapping(document)


def _flat_statement(resource: Resource) -> Iterator[Statement]:
    """A permission that spells its statement as properties."""
    if "Statement" in resource.properties:
        for body in listed(resource.get("Statement")):
            yield Statement(resource, "Statement", "resource", mapping(body))
        return
    principal = resource.get("Principal")
    condition: dict[str, Any] = {}
    for name, key in {
        "SourceArn": "aws:SourceArn",
        "SourceAccount": "aws:SourceAccount",
        "PrincipalOrgID": "aws:PrincipalOrgID",
    }.items():
        if name in resource.resolved:
            operator = "ArnLike" if name == "SourceArn" else "StringEquals"
            condition.setdefault(operator, {})[key] = resource.get(name)
    given = resource.get("Condition")
    if isinstance(given, dict):
        condition[str(given.get("Type"))] = {str(given.get("Key")): given.get("Value")}
    kind = "Service" if str(principal).endswith(".amazonaws.com") else "AWS"
    body = {
        "Effect": "Allow",
        "Principal": "*" if principal == "*" else {kind: principal},
        "Action": resource.get("Action"),
        "Resource": resource.get("FunctionName", default="this"),
        "Condition": condition,
    }
    yield Statement(resource, "Principal", "resource", body)


def _boundaries(assembly: Assembly) -> set[Resource]:
    """Managed policies that only bound roles, and are attached to nobody: they grant nothing."""
    holders = assembly.of_type("AWS::IAM::Role", "AWS::IAM::User")
    bounding = {policy for holder in holders if (policy := boundary_of(assembly, holder))}
    attached = _targets(assembly, "ManagedPolicyArns") | {
        policy
        for policy in assembly.of_type("AWS::IAM::ManagedPolicy")
        if any(policy.get(name) for name in ("Roles", "Users", "Groups"))
    }
    return bounding - attached


def boundary_of(assembly: Assembly, holder: Resource) -> Resource | None:
    """The policy of `assembly` that bounds `holder`, by reference or by name; None where it is made elsewhere."""
    bound = holder.get("PermissionsBoundary")
    if isinstance(bound, Target):
        return bound.resource
    _, _, name = describe(bound).rpartition(":policy/")
    named = (p for p in assembly.of_type("AWS::IAM::ManagedPolicy") if name and p.get("ManagedPolicyName") == name)
    return next(named, None)


def _targets(assembly: Assembly, name: str) -> set[Resource]:
    return {
        value.resource
        for holder in assembly.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
        for value in listed(holder.get(name))
        if isinstance(value, Target)
    }
