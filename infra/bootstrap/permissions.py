"""Which actions CloudFormation calls for a resource type: from the registry schemas, where AWS publishes them.

Each schema names, by handler (create, read, update, delete, list), the permissions that CloudFormation needs. cfn-lint
ships the schemas. A handler also lists services that the type can be connected with and the app does not have (a web
ACL with AppSync, say); those are left out: what stays belongs to a service of which the templates have a resource.
"""

import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

PREFIXES = {
    "AccessAnalyzer": ("access-analyzer",),
    "ApiGatewayV2": ("apigateway",),
    "ApplicationSignals": ("application-signals",),
    "Backup": ("backup", "backup-storage"),
    "CertificateManager": ("acm",),
    "CodeDeploy": ("codedeploy",),
    "Cognito": ("cognito-idp", "cognito-identity"),
    "Config": ("config",),
    "DocDB": ("rds",),
    "EFS": ("elasticfilesystem",),
    "ElasticLoadBalancingV2": ("elasticloadbalancing",),
    "InspectorV2": ("inspector2",),
    "OpenSearchService": ("es",),
    "ResourceGroups": ("resource-groups",),
    "StepFunctions": ("states",),
}
"""IAM prefixes by CloudFormation namespace, where neither its name nor most of its actions tell them."""

ALWAYS = frozenset({"iam", "kms", "logs", "tag"})
"""Services that any other one's resources may need: roles, keys, deliveries of logs, tags."""


def _data() -> Path:
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise RuntimeError("cfn-lint, which ships the registry schemas, is not installed")
    return Path(spec.origin).parent / "data"


@cache
def _files() -> dict[str, str]:
    found: dict[str, str] = json.loads((_data() / "schemas" / "providers" / "us-east-1.json").read_text())
    return found


@cache
def _actions(service: str) -> tuple[str, ...]:
    """Return every action of a service, as the Service Authorization Reference has them."""
    services = json.loads((_data() / "AdditionalSpecs" / "Policies.json").read_text())
    return tuple(services.get(service, {}).get("Actions", ()))


def _named_after(kind: str) -> frozenset[str]:
    """Return the actions that name a type: for the few whose schema is older than permissions in schemas."""
    noun = kind.rpartition("::")[2].lower().removesuffix("association")
    return frozenset(
        f"{service}:{action}"
        for service in PREFIXES.get(kind.split("::")[1]) or (kind.split("::")[1].lower(),)
        for action in _actions(service)
        if noun in action.lower() or action.lower() in ("tagresource", "untagresource", "listtagsforresource")
    )


@cache
def told_permissions(kind: str) -> frozenset[str]:
    """Return every permission that the schema of a resource type names; none for a custom resource."""
    files = _files()
    if kind not in files:
        return frozenset()
    schema: dict[str, Any] = json.loads((_data() / "schemas" / "resources" / f"{files[kind]}.json").read_text())
    told = (one for handler in schema.get("handlers", {}).values() for one in handler.get("permissions", []))
    found = {f"{service.lower()}:{action}" for service, _, action in (one.partition(":") for one in told) if action}
    return frozenset(found) or _named_after(kind)


def services_of(kind: str) -> tuple[str, ...]:
    """Return the IAM prefixes of a resource type's own service."""
    namespace = kind.split("::")[1] if kind.startswith("AWS::") else ""
    if not namespace:
        return ()
    told = Counter(one.partition(":")[0] for one in sorted(told_permissions(kind)))
    alike = sorted(service for service in told if service.replace("-", "") == namespace.lower())
    most = [service for service, _ in told.most_common() if service not in ALWAYS][:1]
    return PREFIXES.get(namespace) or tuple(alike or most or [namespace.lower()])


def permissions_for(kinds: Iterable[str]) -> dict[str, list[str]]:
    """Return the actions that deploying resources of these types needs, by service.

    Raises:
        LookupError: nothing tells what a type needs.
    """
    known = sorted(kind for kind in set(kinds) if is_native(kind))
    if silent := [kind for kind in known if not told_permissions(kind)]:
        raise LookupError(f"no schema tells what CloudFormation calls for {', '.join(silent)}")
    wanted = {service for kind in known for service in services_of(kind)} | ALWAYS
    found: dict[str, set[str]] = {}
    for kind in known:
        for one in told_permissions(kind):
            service = one.partition(":")[0]
            if service in wanted:
                found.setdefault(service, set()).add(one)
    return {service: sorted(actions) for service, actions in sorted(found.items())}


def is_native(kind: str) -> bool:
    """Whether AWS makes the resource, and not a function of ours."""
    return kind.startswith("AWS::") and kind not in ("AWS::CloudFormation::CustomResource", "AWS::CDK::Metadata")
