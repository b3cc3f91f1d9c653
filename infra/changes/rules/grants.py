"""Policy statements in a form that compares across assemblies: for whom, what, on what, under which conditions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from infra.assembly import Assembly, Resource, Target
from infra.assembly.values import listed
from infra.changes.rules.patterns import Conditions, Selector, narrowed_by, principal_covers
from infra.changes.values import canonical, resource_key
from infra.guardrails.statements import Statement, find_statements

#: Where a resource policy that is a resource of its own names what it protects.
_PROTECTS = {
    "AWS::ECR::RepositoryPolicy": "RepositoryName",
    "AWS::Events::EventBusPolicy": "EventBusName",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::S3::AccessPointPolicy": "Bucket",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SNS::TopicInlinePolicy": "TopicArn",
    "AWS::SNS::TopicPolicy": "Topics",
    "AWS::SQS::QueueInlinePolicy": "Queue",
    "AWS::SQS::QueuePolicy": "Queues",
    "AWS::SecretsManager::ResourcePolicy": "SecretId",
}
_HOLDERS = ("Roles", "Users", "Groups")


@dataclass(frozen=True, eq=False)
class Grant:
    """One statement as it applies to one holder: the identity that may, or the resource that may be used."""

    statement: Statement
    holder: str
    #: The holder's own resource, where the template makes it.
    owner: Resource | None
    actions: Selector
    resources: Selector
    principals: Selector
    conditions: Conditions

    @property
    def allows(self) -> bool:
        """Whether it lets through."""
        return self.statement.allows

    @cached_property
    def content(self) -> tuple[Any, ...]:
        """What it says, for equality."""
        conditions = tuple(sorted(self.conditions.items()))
        return (self.allows, self.actions, self.resources, self.principals, conditions)

    def covers(self, other: "Grant", *, delegated: bool = True) -> bool:
        """Whether everything that `other` lets through, or denies, is in this one as well."""
        return (
            self.actions.covers(other.actions)
            and self.resources.covers(other.resources)
            and _principals_cover(self.principals, other.principals, delegated=delegated)
            and narrowed_by(self.conditions, other.conditions)
        )

    def atoms(self) -> "Iterable[Grant]":
        """The same, action by action, resource by resource, principal by principal, where it lists them."""
        parts = [
            [selector] if selector.negated or not selector.patterns else [Selector((one,)) for one in selector.patterns]
            for selector in (self.actions, self.resources, self.principals)
        ]
        for actions, resources, principals in product(*parts):
            yield Grant(self.statement, self.holder, self.owner, actions, resources, principals, self.conditions)


def _principals_cover(outer: Selector, inner: Selector, *, delegated: bool) -> bool:
    if outer.negated or inner.negated:
        return outer == inner or "*:*" in outer.patterns
    return all(any(principal_covers(one, two, delegated=delegated) for one in outer.patterns) for two in inner.patterns)


def find_grants(assembly: Assembly, names: dict[str, str]) -> Iterator[Grant]:
    """Every statement for each of its holders; `names` gives renamed resources their old key."""
    attached = _attached(assembly)
    for statement in find_statements(assembly):
        stack = statement.resource.stack
        body = canonical(statement.body, stack, names)
        for holder, owner in _holders(statement, attached, names):
            yield Grant(
                statement,
                f"{statement.kind} {holder}",
                owner,
                _selector(body, "Action", lower=True),
                _selector(body, "Resource"),
                _principals(body),
                _conditions(body),
            )


def _selector(body: dict[str, Any], name: str, *, lower: bool = False) -> Selector:
    negated = f"Not{name}" in body
    values = [str(value) for value in listed(body.get(f"Not{name}" if negated else name))]
    return Selector(tuple(value.lower() for value in values) if lower else tuple(values), negated)


def _principals(body: dict[str, Any]) -> Selector:
    negated = "NotPrincipal" in body
    found = body.get("NotPrincipal" if negated else "Principal")
    if isinstance(found, dict):
        pairs = [(kind, value) for kind, values in found.items() for value in listed(values)]
        everybody = [("*", "*") if value == "*" else (kind, value) for kind, value in pairs]
        return Selector(tuple(f"{kind}:{value}" for kind, value in everybody), negated)
    return Selector(tuple(f"*:{value}" for value in listed(found)), negated)


def _conditions(body: dict[str, Any]) -> Conditions:
    found = body.get("Condition")
    return {
        (operator, key.lower()): tuple(sorted(str(value) for value in listed(values)))
        for operator, pairs in (found.items() if isinstance(found, dict) else ())
        for key, values in (pairs.items() if isinstance(pairs, dict) else ())
    }


Holder = tuple[str, Resource | None]


def _holders(statement: Statement, attached: dict[int, list[Resource]], names: dict[str, str]) -> list[Holder]:
    resource = statement.resource
    if statement.kind == "resource":
        values = listed(resource.get(_PROTECTS.get(resource.type, ""), default=None))
        return [_holder(value, resource, names) for value in values] or [_own(resource, names)]
    holders = [_holder(value, resource, names) for name in _HOLDERS for value in listed(resource.get(name))]
    if resource.type in ("AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"):
        values = [resource.get(name) for name in ("RoleName", "UserName", "GroupName")]
        holders = [_holder(value, resource, names) for value in values if value is not None]
    holders += [_own(role, names) for role in attached.get(id(resource), ())]
    return holders or [_own(resource, names)]


def _holder(value: Any, resource: Resource, names: dict[str, str]) -> Holder:
    if isinstance(value, Target):
        return _own(value.resource, names)
    return str(canonical(value, resource.stack, names)), None


def _own(resource: Resource, names: dict[str, str]) -> Holder:
    key = resource_key(resource)
    return names.get(key, key), resource


def _attached(assembly: Assembly) -> dict[int, list[Resource]]:
    """Who has each managed policy by listing it."""
    found: dict[int, list[Resource]] = {}
    for holder in assembly.of_type("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"):
        for value in listed(holder.get("ManagedPolicyArns")):
            if isinstance(value, Target):
                found.setdefault(id(value.resource), []).append(holder)
    return found
