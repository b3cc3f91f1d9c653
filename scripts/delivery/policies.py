"""Stack policies: what holds data is not replaced or deleted by an update, unless a committed approval names it.

Two things approve. A logical id that left `locks/ENVIRONMENT.json`, which wants a reason (`make lock`), may be deleted.
An entry of `locks/approved/ENVIRONMENT.json` (stack, logical_id, until, reason) may be replaced until that day.
"""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.aws import Aws, AwsError

if TYPE_CHECKING:
    from infra.assembly import Stack
    from infra.guardrails.lock import Lock

APPROVED = Path(__file__).parents[2] / "locks" / "approved"
NOT_APPROVED = "LogicalResourceId/"


def policy_for(stack: "Stack", lock: "Lock", *, deployed: Mapping[str, str], approved: set[str]) -> dict[str, Any]:
    """Return the policy of a stack: `deployed` are types by logical id of what it has now."""
    from infra.guardrails.knowledge.stateful import PROTECTIONS, is_cluster_member

    allow = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
    if not stack.groundwork.get("policy", {}).get("retain_data"):
        return {"Statement": [allow]}
    locked = lock.resources.get(stack.name, {})
    members = {
        resource.logical_id
        for resource in stack.resources.values()
        if resource.type == "AWS::RDS::DBInstance" and is_cluster_member(resource)
    }
    left = {one for one, kind in deployed.items() if kind in PROTECTIONS and locked and one not in locked} - members
    free = sorted(members | left | approved)
    deny = {
        "Effect": "Deny",
        "Action": ["Update:Replace", "Update:Delete"],
        "Principal": "*",
        **({"NotResource": [f"{NOT_APPROVED}{one}" for one in free]} if free else {"Resource": "*"}),
        "Condition": {"StringEquals": {"ResourceType": sorted(PROTECTIONS)}},
    }
    return {"Statement": [allow, deny]}


def approvals(environment: str, stack: str, *, today: date, folder: Path = APPROVED) -> set[str]:
    """Return the logical ids of a stack that a committed, unexpired approval lets an update replace or delete.

    Raises:
        AwsError: the file cannot be read; the message says why.
    """
    file = folder / f"{environment}.json"
    if not file.is_file():
        return set()
    try:
        entries = [
            (str(one["stack"]), str(one["logical_id"]), date.fromisoformat(one["until"]), one["reason"].strip())
            for one in json.loads(file.read_text())
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise AwsError(f"{file.name} must be a list of stack, logical_id, until and reason: {error!r}") from None
    if silent := [logical_id for _, logical_id, _, reason in entries if not reason]:
        raise AwsError(f"{file.name}: {silent[0]} must have a reason")
    return {logical_id for name, logical_id, until, _ in entries if name == stack and until >= today}


def apply(aws: Aws, stack: "Stack", policy: Mapping[str, Any]) -> None:
    """Give a deployed stack its policy, which every later update obeys, whoever makes it."""
    body = json.dumps(policy, separators=(",", ":"))
    aws.client("cloudformation", stack.region).set_stack_policy(StackName=stack.name, StackPolicyBody=body)
