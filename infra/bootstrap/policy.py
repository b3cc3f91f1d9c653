"""The rights of the role that CloudFormation deploys with: what the templates need, in the app's regions, and no more.

Roles are the way out of every other limit, so they are limited most: only those whose names begin with the names of
the environment's stacks can be made, changed or passed, and passed only to the services that the templates trust.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra.assembly import Assembly
from infra.bootstrap.permissions import is_native, permissions_for

Statement = dict[str, Any]
MAX_CHARACTERS = 6144
"""Of one managed policy, white space not counted."""
POLICIES = 9
"""Managed policies of the role: always as many, so that more rights never need another policy; AWS allows 10 a role."""
READS = ("Get", "List", "Describe")
ON_ROLES = (
    "CreateRole", "DeleteRole", "UpdateRole", "UpdateRoleDescription", "UpdateAssumeRolePolicy", "TagRole", "UntagRole",
    "AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy", "PutRolePermissionsBoundary",
)  # fmt: skip
ON_POLICIES = ("CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "TagPolicy", "UntagPolicy")
NEVER = (
    "iam:CreateUser", "iam:CreateLoginProfile", "iam:CreateAccessKey", "iam:CreateSAMLProvider",
    "iam:DeleteRolePermissionsBoundary", "iam:DeleteUserPermissionsBoundary", "organizations:LeaveOrganization",
    "account:CloseAccount", "account:DisableRegion",
)  # fmt: skip


@dataclass(frozen=True)
class Needs:
    """What the templates of one environment need of the role that deploys them."""

    #: Resource types.
    kinds: frozenset[str]
    #: Regions of the stacks.
    regions: tuple[str, ...]
    #: First part of every stack's name, and so of the generated names of its roles.
    prefix: str
    #: Services that the templates' roles trust.
    trusted: tuple[str, ...]
    #: Permissions boundary of every role, as an ARN; empty where one has none, or another.
    boundary: str = ""


def needs_of(assembly: Assembly, *, prefix: str) -> Needs:
    """Return what an assembly needs; stacks below a pipeline's Stage are another environment's."""
    resources = [resource for resource in assembly.resources if not resource.stack.stage]
    roles = [resource for resource in resources if resource.type == "AWS::IAM::Role"]
    trusted = {
        service
        for role in roles
        for statement in _listed((role.properties.get("AssumeRolePolicyDocument") or {}).get("Statement"))
        for service in _listed((statement.get("Principal") or {}).get("Service"))
        if isinstance(service, str)
    }
    boundaries = {str(role.get("PermissionsBoundary", default="")) for role in roles}
    return Needs(
        kinds=frozenset(resource.type for resource in resources),
        regions=tuple(sorted({resource.stack.region for resource in resources} | {"us-east-1"})),
        prefix=prefix,
        trusted=tuple(sorted(trusted)),
        boundary=boundaries.pop() if len(boundaries) == 1 else "",
    )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def statements(needs: Needs, account: str) -> list[Statement]:
    """Return everything that is allowed, a statement for each service, and what never is."""
    in_regions = {"StringEquals": {"aws:RequestedRegion": list(needs.regions)}}
    found = [
        {"Sid": service.title().replace("-", ""), "Effect": "Allow", "Action": actions, "Resource": "*",
         "Condition": in_regions}
        for service, actions in permissions_for(needs.kinds).items()
        if service != "iam"
    ]  # fmt: skip
    return [
        *found,
        *_on_identities(needs, account),
        *_of_deployments(needs, account),
        _not_itself(needs, account),
        _never(),
    ]


def _on_identities(needs: Needs, account: str) -> list[Statement]:
    told = {one.partition(":")[2] for one in permissions_for(needs.kinds).get("iam", [])}
    reads = sorted({one for one in told if one.startswith(READS)} | {"GetRole", "GetRolePolicy", "GetPolicy"})
    own = f"{needs.prefix}-*"
    bounded = {"StringEquals": {"iam:PermissionsBoundary": needs.boundary}} if needs.boundary else {}
    needs_boundary = ("CreateRole", "PutRolePermissionsBoundary", "AttachRolePolicy", "PutRolePolicy")
    free = [one for one in ON_ROLES if not needs.boundary or one not in needs_boundary]
    roles = f"arn:aws:iam::{account}:role/{own}"
    made = [
        _allow("IamRead", [f"iam:{one}" for one in reads], "*"),
        _allow("IamRoles", [f"iam:{one}" for one in free], roles),
        _allow("IamPolicies", [f"iam:{one}" for one in ON_POLICIES], f"arn:aws:iam::{account}:policy/{own}"),
        _allow("IamServiceRoles", ["iam:CreateServiceLinkedRole"], f"arn:aws:iam::{account}:role/aws-service-role/*"),
        _allow(
            "IamPass",
            ["iam:PassRole"],
            [roles, f"arn:aws:iam::{account}:role/cdk-*"],
            {"StringEquals": {"iam:PassedToService": list(needs.trusted)}},
        ),
    ]
    profiles = sorted(f"iam:{one}" for one in told if one.endswith("InstanceProfile") and not one.startswith(READS))
    if profiles and "AWS::IAM::InstanceProfile" in needs.kinds:
        made.append(_allow("IamProfiles", profiles, f"arn:aws:iam::{account}:instance-profile/{own}"))
    if needs.boundary:
        made.append(_allow("IamBoundedRoles", [f"iam:{one}" for one in needs_boundary], roles, bounded))
    return made


def _of_deployments(needs: Needs, account: str) -> list[Statement]:
    """What CloudFormation does for every stack: reads assets and the bootstrap's version, calls custom resources."""
    said = [
        _allow("Assets", ["s3:GetObject", "s3:GetObjectVersion"], f"arn:aws:s3:::cdk-*-assets-{account}-*"),
        _allow("BootstrapVersion", ["ssm:GetParameters"], f"arn:aws:ssm:*:{account}:parameter/cdk-bootstrap/*"),
    ]
    if any(not is_native(kind) or kind == "AWS::CloudFormation::CustomResource" for kind in needs.kinds):
        functions = f"arn:aws:lambda:*:{account}:function:{needs.prefix}-*"
        said.append(_allow("CustomResources", ["lambda:InvokeFunction"], functions))
    said[0]["Resource"] = [said[0]["Resource"], f"{said[0]['Resource']}/*"]
    return said


def _allow(sid: str, actions: list[str], resource: Any, condition: Mapping[str, Any] | None = None) -> Statement:
    allowed: Statement = {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}
    return allowed | ({"Condition": dict(condition)} if condition else {})


def _not_itself(needs: Needs, account: str) -> Statement:
    """Deny changing what this stack made: its names begin as those of the environment's own roles and policies do."""
    roles = (f"role/{needs.prefix}-{name}" for name in ("deploy", "drill", "review"))
    resources = [f"arn:aws:iam::{account}:{one}" for one in (f"policy/{needs.prefix}-execution-*", *roles)]
    return {"Sid": "NotItself", "Effect": "Deny", "Action": "iam:*", "Resource": resources}


def _never() -> Statement:
    return {"Sid": "Never", "Effect": "Deny", "Action": list(NEVER), "Resource": "*"}


def policies(needs: Needs, account: str) -> list[dict[str, Any]]:
    """Return the managed policies, filled one after the other; those that are left over deny what is never allowed.

    Raises:
        ValueError: the app needs more than fits.
    """
    full: list[list[Statement]] = [[]]
    for statement in (part for whole in statements(needs, account) for part in _parts(whole)):
        if size([*full[-1], statement]) > MAX_CHARACTERS:
            full.append([])
        full[-1].append(statement)
    if len(full) > POLICIES:
        raise ValueError(f"the rights of a deployment fill {len(full)} policies, and a role can have {POLICIES}")
    full += [[_never()]] * (POLICIES - len(full))
    return [_document(one) for one in full]


def _parts(statement: Statement) -> list[Statement]:
    """Cut a statement of a service with very many actions in two, until each fits a policy."""
    if size([statement]) <= MAX_CHARACTERS:
        return [statement]
    half = len(statement["Action"]) // 2
    cut = (statement["Action"][:half], statement["Action"][half:])
    named = (statement | {"Action": actions, "Sid": f"{statement['Sid']}{i}"} for i, actions in enumerate(cut, start=1))
    return [part for one in named for part in _parts(one)]


def size(found: Sequence[Statement]) -> int:
    """Return the characters that IAM counts."""
    return len(json.dumps(_document(found), separators=(",", ":")))


def _document(found: Sequence[Statement]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(found)}
