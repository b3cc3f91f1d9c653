"""What every stack of an environment has in common: name, place, protection, tags, and what it tells the tools."""

import os
from typing import Any

import aws_cdk as cdk

from config import Environment


def boundary_name(environment: Environment) -> str:
    """Return the name of the managed policy that bounds every role of `environment`."""
    return f"{environment.project}-{environment.name}-boundary"


def stack_settings(environment: Environment, construct_id: str, *, region: str | None = None) -> dict[str, Any]:
    """Return the keyword arguments of `cdk.Stack` for the stack `construct_id` of `environment`.

    The name does not depend on the scope, so that the stack is the same under an App and under a Stage. Every role
    of the stack is bounded, those of CDK's custom resources included.
    """
    return {
        "permissions_boundary": cdk.PermissionsBoundary.from_name(boundary_name(environment)),
        "stack_name": f"{environment.project}-{environment.name}-{construct_id.lower()}",
        "description": f"{construct_id} of {environment.project} {environment.name}",
        "env": cdk.Environment(
            account=environment.account or os.environ.get("CDK_DEFAULT_ACCOUNT"),
            region=region or environment.region or os.environ.get("CDK_DEFAULT_REGION"),
        ),
        "termination_protection": environment.retain_data,
        "tags": {"project": environment.project, "environment": environment.name, **environment.tags},
    }
