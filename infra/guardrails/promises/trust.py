"""Identity: who is trusted, by roles and by resources, is named."""

from collections.abc import Iterator

from infra.assembly.model import Resource, describe
from infra.assembly.values import mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.open_to_all import is_open_to_all
from infra.guardrails.registry import promise
from infra.guardrails.statements import Statement, matches

PERMISSION = "AWS::Lambda::Permission"
OIDC_ACTION = "sts:AssumeRoleWithWebIdentity"
SHARED_SERVICES = ("s3", "sns", "events", "apigateway", "logs", "iot", "config", "ses", "cognito-idp")
"""Services that anybody can make call a function: the permission must say for whom."""
KEYS = ("AWS::KMS::Key", "AWS::KMS::ReplicaKey")


@promise("identity.no-open-trust", "No role can be assumed by everybody.")
def no_open_trust(context: Context) -> Iterator[Finding]:
    """A condition on the organisation is not enough of a name for a role."""
    for statement in context.statements:
        if statement.kind != "trust" or not statement.allows:
            continue
        for _, value in statement.principals:
            if "*" in describe(value):
                yield Finding(statement.resource, statement.place, f"trusts everybody ({describe(value)})")


@promise(
    "identity.no-open-resource-policy",
    "No bucket, queue, topic, secret or other resource is open to everybody.",
)
def no_open_resource_policy(context: Context) -> Iterator[Finding]:
    """A principal `*` needs a condition that says who; key policies have a promise of their own."""
    for statement in context.statements:
        if statement.kind != "resource" or statement.resource.type in KEYS:
            continue
        if is_open_to_all(statement) and not _harmless(statement):
            actions = ", ".join(statement.actions) or "everything"
            yield Finding(statement.resource, statement.place, f"lets everybody (`*`) do {actions}")


def _harmless(statement: Statement) -> bool:
    """Whether somebody else decides: the caller's own rights (endpoint), or the API's methods."""
    return statement.resource.type in ("AWS::EC2::VPCEndpoint", "AWS::ApiGateway::RestApi")


@promise(
    "identity.oidc-pins-branch",
    "Roles for web identities name the repository and the branch, or the service account.",
)
def oidc_pins_branch(context: Context) -> Iterator[Finding]:
    """Without it, any repository of the provider could assume the role."""
    for statement in context.statements:
        if statement.kind != "trust" or not statement.allows:
            continue
        if not any(matches(action, OIDC_ACTION) for action in statement.actions):
            continue
        problem = _unpinned(statement)
        if problem:
            yield Finding(statement.resource, statement.place, problem)


def _unpinned(statement: Statement) -> str | None:
    provider = " ".join(describe(value) for kind, value in statement.principals if kind == "Federated")
    if "cognito-identity" in provider:
        return None if _values(statement, ":aud") else "names no identity pool (aud)"
    if not _values(statement, ":aud"):
        return "names no audience (aud)"
    subjects = _values(statement, ":sub")
    if not subjects:
        return "names no subject (sub), so any repository of the provider can assume the role"
    for subject in subjects:
        if problem := _unpinned_subject(subject):
            return problem
    return None


def _values(statement: Statement, suffix: str) -> list[str]:
    """Values that a claim must have; conditions that also hold where it is absent count for nothing."""
    return [
        describe(value)
        for operator, key, values in statement.conditions
        if key.endswith(suffix) and operator in ("StringEquals", "StringLike", "ForAnyValue:StringEquals")
        for value in values
    ]


def _unpinned_subject(subject: str) -> str | None:
    if not subject.startswith("repo:"):
        return f"the subject {subject} has a wildcard" if "*" in subject else None
    repository, _, where = subject.removeprefix("repo:").partition(":")
    if "*" in repository or "/" not in repository:
        return f"the subject {subject} names no single repository"
    for kind in ("ref:refs/heads/", "ref:refs/tags/", "environment:"):
        name = where.removeprefix(kind)
        if where.startswith(kind) and name and "*" not in name:
            return None
    return f"the subject {subject} names no branch"


@promise(
    "identity.callers-named",
    "Whoever may invoke a function is named: the source of a shared service, never everybody.",
)
def callers_named(context: Context) -> Iterator[Finding]:
    """Anybody can make S3, SNS or EventBridge call a function whose permission names no source."""
    for permission in context.of_type(PERMISSION):
        principal = describe(permission.get("Principal"))
        service = principal.removesuffix(".amazonaws.com")
        named = any(permission.get(name) for name in ("SourceArn", "SourceAccount", "PrincipalOrgID"))
        if principal.endswith(".amazonaws.com") and service in SHARED_SERVICES and not named:
            yield Finding(permission, "SourceArn", f"is missing, so anybody's {service} may invoke the function")
    for url in context.of_type("AWS::Lambda::Url"):
        if url.get("AuthType") != "AWS_IAM":
            yield Finding(url, "AuthType", f"is {describe(url.get('AuthType'))}, so everybody may call the function")


@promise("identity.api-asks-who", "Every API method asks who is calling.")
def api_asks_who(context: Context) -> Iterator[Finding]:
    """An OPTIONS method answers browsers before they can say who they are."""
    if not context.policy.authorised_api:
        return
    for method in context.of_type("AWS::ApiGateway::Method"):
        if method.get("HttpMethod") != "OPTIONS" and _anonymous(method):
            yield Finding(method, "AuthorizationType", f"is {describe(method.get('AuthorizationType'))}")
    for route in context.of_type("AWS::ApiGatewayV2::Route"):
        key = str(route.get("RouteKey"))
        websocket_reply = key.startswith("$") and key not in ("$connect", "$default")
        if not key.startswith("OPTIONS ") and not websocket_reply and _anonymous(route):
            yield Finding(route, "AuthorizationType", f"is {describe(route.get('AuthorizationType'))}")
    for api in context.of_type("AWS::AppSync::GraphQLApi"):
        if api.get("AuthenticationType") == "API_KEY":
            yield Finding(api, "AuthenticationType", "is API_KEY, which says nothing of the caller")


def _anonymous(method: Resource) -> bool:
    kind = method.get("AuthorizationType", default="NONE")
    if kind in ("CUSTOM", "COGNITO_USER_POOLS", "JWT"):
        return not method.get("AuthorizerId")
    return bool(kind != "AWS_IAM")


@promise("identity.caches-ask-who", "Every cache asks its clients for a user or a token.")
def caches_ask_who(context: Context) -> Iterator[Finding]:
    """A cache without users answers whoever reaches it."""
    for group in context.of_type("AWS::ElastiCache::ReplicationGroup"):
        if not group.get("UserGroupIds") and not group.get("AuthToken"):
            yield Finding(
                group, "UserGroupIds", "is missing, and so is AuthToken: whoever reaches the cache may use it"
            )
    for cache in context.of_type("AWS::ElastiCache::ServerlessCache"):
        if cache.get("Engine") != "memcached" and not cache.get("UserGroupId"):
            yield Finding(cache, "UserGroupId", "is missing: whoever reaches the cache may use it")
    for user in context.of_type("AWS::ElastiCache::User"):
        mode = mapping(user.get("AuthenticationMode")).get("Type")
        off = "off" in str(user.get("AccessString")).split()
        if not off and (str(user.get("NoPasswordRequired")).lower() == "true" or mode == "no-password-required"):
            yield Finding(user, "NoPasswordRequired", "is on: the name is all that is asked")
    for cluster in context.of_type("AWS::MemoryDB::Cluster"):
        if cluster.get("ACLName") == "open-access":
            yield Finding(cluster, "ACLName", "is open-access")
    for broker in context.of_type("AWS::MSK::Cluster"):
        if str(broker.get("ClientAuthentication", "Unauthenticated", "Enabled")).lower() == "true":
            yield Finding(broker, "ClientAuthentication.Unauthenticated", "is on")
