"""Cognito."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, priced, text, usage


@priced("AWS::Cognito::UserPool")
def user_pool(resource: Resource, context: Context) -> Iterator[Answer]:
    """Monthly active users, by the pool's tier."""
    tier = text(resource, "UserPoolTier", default="ESSENTIALS").lower()
    yield usage("active users", f"cognito.{tier}", context.assume("monthly_active_users", "users"))
