"""Identity: what identities of the app may do is named, action by action and resource by resource."""

import re
from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, Target, Text, describe
from infra.assembly.values import listed
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.knowledge.actions import ON_EVERYTHING, resourceless_actions
from infra.guardrails.registry import promise
from infra.guardrails.statements import Statement, boundary_of, matches

BROAD_POLICIES = ("AdministratorAccess", "PowerUserAccess", "ReadOnlyAccess", "IAMFullAccess")
ROLE_HOLDERS = ("AWS::IAM::Role", "AWS::IAM::User")
ARN_SEPARATORS = 5
EVERY_OF_A_KIND = re.compile(r"^[a-z-]+[/:]\*+$")
PASSING = "iam:PassRole"


def _grants(context: Context) -> Iterator[Statement]:
    """Allow statements that take effect: a boundary grants nothing."""
    yield from (s for s in context.statements if s.allows and s.kind in ("identity", "resource"))


def _wildcard(text: str) -> bool:
    return bool(text) and not text.replace("*", "").replace("?", "")


@promise("identity.no-star-action", "No policy allows every action of every service.")
def no_star_action(context: Context) -> Iterator[Finding]:
    """Neither `*` nor `*:*`, nor the same action of every service."""
    for statement in _grants(context):
        for action in statement.actions:
            service = action.partition(":")[0]
            if _wildcard(service) or "*" in service:
                yield Finding(statement.resource, statement.place, f"allows the action {action}")


@promise("identity.no-service-wide-action", "No policy allows every action of a service.")
def no_service_wide_action(context: Context) -> Iterator[Finding]:
    """A key's own account is the exception: without it, nobody could administer the key."""
    for statement in _grants(context):
        for action in statement.actions:
            service, _, name = action.partition(":")
            if service and "*" not in service and _wildcard(name) and not _own_account(statement):
                yield Finding(statement.resource, statement.place, f"allows every action of {service} ({action})")


def _own_account(statement: Statement) -> bool:
    """Whether it hands a key to the account it is in, as KMS asks for."""
    if statement.resource.type not in ("AWS::KMS::Key", "AWS::KMS::ReplicaKey"):
        return False
    account = statement.resource.stack.account
    return bool(statement.principals) and all(
        kind == "AWS"
        and describe(value) in (account, f"arn:aws:iam::{account}:root", "arn:aws:iam::${AWS::AccountId}:root")
        for kind, value in statement.principals
    )


@promise("identity.no-inverted-allow", "No policy allows all but a few: no NotAction, NotResource or NotPrincipal.")
def no_inverted_allow(context: Context) -> Iterator[Finding]:
    """What AWS adds tomorrow would be allowed as well. In a Deny they are welcome."""
    for statement in context.statements:
        for name in ("NotAction", "NotResource", "NotPrincipal"):
            if statement.allows and name in statement.body and statement.kind != "boundary":
                excepted = describe(statement.body[name])
                yield Finding(statement.resource, statement.place, f"allows all but {name} {excepted}")


@promise("identity.pass-role", "Roles are passed by name, and to named services only.")
def pass_role(context: Context) -> Iterator[Finding]:
    """Whoever passes any role to any service has the rights of all roles."""
    for statement in _grants(context):
        if statement.kind != "identity" or not any(matches(action, PASSING) for action in statement.actions):
            continue
        for resource in statement.resources:
            if _unnamed_role(resource):
                yield Finding(statement.resource, statement.place, f"passes any role ({describe(resource)})")
        services = [
            value
            for operator, key, values in statement.conditions
            if key == "iam:passedtoservice" and operator in ("StringEquals", "StringLike")
            for value in values
        ]
        if not services or any("*" in str(service) for service in services):
            message = "passes roles to any service: iam:PassedToService names none"
            yield Finding(statement.resource, statement.place, message)


def _unnamed_role(resource: Any) -> bool:
    if isinstance(resource, Target):
        return False
    return "*" in describe(resource) or "?" in describe(resource)


@promise("identity.resource-star", "A policy names its resources, but for actions that have no resource to name.")
def resource_star(context: Context) -> Iterator[Finding]:
    """In a resource's own policy `*` is the resource itself. A condition on its tags names it too; what is yet to be
    created has no name, and a condition on the tags that it must get bounds it."""
    for statement in _grants(context):
        wide = [r for r in statement.resources if _any_resource(r) or (context.policy.hardened and _any_of_a_kind(r))]
        if statement.kind != "identity" or not wide or _by_tag(statement):
            continue
        for action in statement.actions:
            if not _needs_everything(action):
                yield Finding(statement.resource, statement.place, f"allows {action} on {describe(wide[0])}")


def _needs_everything(action: str) -> bool:
    service, _, name = action.lower().partition(":")
    return name in resourceless_actions().get(service, ()) or any(matches(known, action) for known in ON_EVERYTHING)


def _any_resource(resource: Any) -> bool:
    """Whether it is `*`, or an ARN that names no resource at all."""
    if not isinstance(resource, str | Text):
        return False
    text = str(resource)
    names_nothing = _wildcard(text.split(":", 5)[-1]) or text.count(":") < ARN_SEPARATORS
    return _wildcard(text) or (text.startswith("arn:") and names_nothing)


def _any_of_a_kind(resource: Any) -> bool:
    """Whether it is an ARN that names a kind of resource and nothing more, such as `table/*`."""
    name = str(resource).split(":", 5)[-1] if isinstance(resource, str | Text) else ""
    return bool(EVERY_OF_A_KIND.match(name))


def _by_tag(statement: Statement) -> bool:
    creates = all(action.lower().partition(":")[2].startswith("create") for action in statement.actions)
    return any(
        ("resourcetag/" in key or (creates and "requesttag/" in key))
        and operator.removeprefix("ForAnyValue:") in ("StringEquals", "StringLike")
        for operator, key, values in statement.conditions
        if values and not any(_wildcard(str(value)) for value in values)
    )


@promise("identity.no-broad-managed-policy", "No identity gets an AWS-managed policy that opens a whole service.")
def no_broad_managed_policy(context: Context) -> Iterator[Finding]:
    """Administrator, power user, read-everything, and whatever ends in FullAccess."""
    for holder in context.of_type(*ROLE_HOLDERS, "AWS::IAM::Group", "AWS::SSO::PermissionSet"):
        for name in ("ManagedPolicyArns", "ManagedPolicies"):
            for arn in listed(holder.get(name)):
                policy = describe(arn).rsplit("/", 1)[-1]
                if policy in BROAD_POLICIES or policy.endswith(("FullAccess", "_FullAccess")):
                    yield Finding(holder, name, f"contain {policy}")


@promise("identity.boundary", "Every role and user has a permissions boundary, and it is one that bounds.")
def boundary(context: Context) -> Iterator[Finding]:
    """A boundary that allows everything, and denies nothing, is none."""
    if not context.policy.permissions_boundary:
        return
    for holder in context.of_type(*ROLE_HOLDERS):
        bound = holder.get("PermissionsBoundary")
        if bound is None or describe(bound).endswith("/AdministratorAccess"):
            yield Finding(holder, "PermissionsBoundary", f"is {describe(bound)}")
        elif (policy := boundary_of(context.assembly, holder)) and not _bounds(context, policy):
            yield Finding(policy, "PolicyDocument", "allows everything and denies nothing, so it is no boundary")


def _bounds(context: Context, policy: Resource) -> bool:
    statements = [statement for statement in context.statements if statement.resource is policy]
    if any(not statement.allows for statement in statements):
        return True
    unlimited = (
        any(map(_wildcard, s.actions)) and any(map(_any_resource, s.resources)) and not s.conditions for s in statements
    )
    return bool(statements) and not any(unlimited)


@promise("identity.no-long-lived-keys", "No access key is made: identities get short-lived credentials.")
def no_long_lived_keys(context: Context) -> Iterator[Finding]:
    """Roles, OIDC and SSO give credentials that expire."""
    for key in context.of_type("AWS::IAM::AccessKey"):
        yield Finding(key, "Type", f"makes a long-lived key for {describe(key.get('UserName'))}")
    for user in context.of_type("AWS::IAM::User"):
        if "LoginProfile" in user.resolved:
            yield Finding(user, "LoginProfile", "gives a password to an IAM user")
