"""Brings stacks that are stuck in a failed state back to the last state in which they worked."""

from collections.abc import Sequence

from scripts.aws import Aws, AwsError
from scripts.delivery.change_sets import failures, settle
from scripts.delivery.releases import Release
from scripts.delivery.stacks import STATES, Deployed


def was_stable(aws: Aws, stack: Deployed, releases: Sequence[Release]) -> bool:
    """Whether a stack ever worked: an event says so, or a release that was deployed (events last 90 days)."""
    pages = aws.client("cloudformation", stack.region).get_paginator("describe_stack_events")
    for page in pages.paginate(StackName=stack.arn):
        for event in page["StackEvents"]:
            own = event["PhysicalResourceId"] == stack.arn
            if own and STATES.get(event.get("ResourceStatus", "")) == "ready":
                return True
    return any(stack.name in release.stacks for release in releases if release.state == "deployed")


def recover(aws: Aws, stack: Deployed, releases: Sequence[Release], *, skip: Sequence[str], seconds: float) -> str:
    """Roll a stuck stack back and return the state that it ends in.

    Raises:
        AwsError: the stack never worked: rolling it back would delete it, with what it holds; or nothing else helps.
    """
    cloudformation = aws.client("cloudformation", stack.region)
    name = aws.environment.name
    if stack.status == "UPDATE_FAILED":
        if not was_stable(aws, stack, releases):
            raise AwsError(
                f"{stack.name} never worked, so rolling it back would delete it and what it holds. Repair and deploy "
                f"it, or delete it knowingly: python -m scripts cleanup --environment {name} --delete {stack.name}"
            )
        cloudformation.rollback_stack(StackName=stack.arn, RetainExceptOnCreate=True)
    elif stack.status == "UPDATE_ROLLBACK_FAILED":
        cloudformation.continue_update_rollback(StackName=stack.arn, ResourcesToSkip=list(skip))
    else:
        raise AwsError(f"{stack.name} is {stack.status}, which no roll back ends: {stack.advice(name)}")
    status = settle(aws, stack.arn, stack.region, seconds=seconds)
    if STATES.get(status) != "ready":
        lines = [f"{stack.name} is {status}", *failures(aws, stack.arn, stack.region)[-3:]]
        hint = "a resource that cannot be brought back is left as it is with --skip LOGICAL_ID"
        raise AwsError("\n  ".join([*lines, hint]))
    return status
