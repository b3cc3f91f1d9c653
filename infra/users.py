"""The directory of users in the data stack, its clients, and what applications need to know to sign in."""

import aws_cdk as cdk

from config import Environment
from config.sections.identity import UserPool
from constructs_lib.user_directory import UserDirectory


def user_directory(stack: cdk.Stack, environment: Environment, settings: UserPool) -> UserDirectory:
    """Make the directory, a client for browsers where there are pages to return to, and one for checks."""
    users = UserDirectory(
        stack,
        "Users",
        attributes={attribute.name: attribute.type for attribute in settings.attributes},
        domain_prefix=settings.domain_prefix or f"{environment.project}-{environment.name}-{stack.account}",
        groups={group.name: group.description for group in settings.groups},
        retain_data=environment.retain_data,
        self_sign_up=settings.self_sign_up,
        sender=settings.sender,
    )
    told = {"LoginUrl": users.login_url, "UserPoolId": users.pool.user_pool_id}
    pages = [*(f"{origin}/" for origin in environment.edge.allowed_origins), *settings.callback_urls]
    if pages:
        told["WebClientId"] = users.add_public_client("Web", callback_urls=pages, logout_urls=pages).ref
    told["OperationsClientId"] = users.add_operations_client("Operations").ref
    for name, value in told.items():
        cdk.CfnOutput(stack, name, value=value)
    return users
