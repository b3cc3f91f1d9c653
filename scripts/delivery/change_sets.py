"""Change sets: made by the CDK CLI, read back to be shown, and executed exactly as they were shown."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.aws import Aws, AwsError, code_of
from scripts.recovery.waiting import wait

if TYPE_CHECKING:
    from infra.assembly import Stack

NOTHING = ("didn't contain changes", "No updates are to be performed")
LATER = ("No export named", "does not exist", "has no output", "not found in stack", "Unresolved")
"""What CloudFormation says where a change set needs what another stack does not give yet."""


@dataclass(frozen=True)
class Change:
    """One change to one resource."""

    #: Add, Modify, Remove, Import or Dynamic.
    action: str
    logical_id: str
    type: str
    #: True, False or Conditional; empty where the question does not arise.
    replacement: str
    #: Delete, Retain, Snapshot ...: what happens to what goes.
    policy: str
    stateful: bool
    properties: tuple[str, ...] = ()

    @property
    def destroys(self) -> bool:
        """Whether data may be lost by it."""
        gone = self.action == "Remove" or self.replacement in ("True", "Conditional")
        return self.stateful and gone and not self.policy.startswith("Retain")

    @property
    def rank(self) -> tuple[bool, bool, str]:
        """Sorts what matters first."""
        return not self.destroys, not self.stateful, self.logical_id


@dataclass(frozen=True)
class ChangeSet:
    """What CloudFormation would do to one stack."""

    stack: str
    region: str
    arn: str
    changes: tuple[Change, ...]

    @property
    def size(self) -> str:
        """In words."""
        number = len(self.changes)
        return f"{number} change{'s' * (number != 1)}" if number else "outputs only"

    @property
    def digest(self) -> str:
        """Of everything that was shown."""
        said = [(c.action, c.logical_id, c.type, c.replacement, c.policy, c.properties) for c in self.changes]
        return hashlib.sha256(json.dumps([self.stack, said]).encode()).hexdigest()[:16]


def prepare(aws: Aws, assembly: Path, stack: "Stack", name: str, extra: Sequence[str] = ()) -> ChangeSet | str | None:
    """Publish a stack's assets and make its change set; None: nothing changes. Nothing is executed.

    What is returned as a text is why it must wait until another stack is deployed.

    Raises:
        AwsError: CloudFormation refuses it.
    """
    from scripts.delivery.cli import cdk_of
    from scripts.local.cdk import CdkError

    command = cdk_of(aws).start(
        f"prepare-{stack.name}", "deploy", stack.construct_path, "--app", str(assembly), "--exclusively",
        "--method", "prepare-change-set", "--change-set-name", name, "--require-approval", "never", *extra,
    )  # fmt: skip
    try:
        command.finish()
    except CdkError as error:
        said = str(error)
        if any(part in said for part in NOTHING):
            return None
        if stack.dependencies and any(part in said for part in LATER):
            return said
        raise AwsError(f"{stack.name} cannot be changed so: {said}") from None
    finally:
        command.stop()
    return read(aws, stack.name, stack.region, name)


def read(aws: Aws, stack: str, region: str, name: str) -> ChangeSet | None:
    """Return a change set, by name or ARN; None where there is none, or it would change nothing."""
    from botocore.exceptions import ClientError

    from infra.guardrails.knowledge.stateful import PROTECTIONS

    cloudformation = aws.client("cloudformation", region)
    try:
        pages = [cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)]
        while token := pages[-1].get("NextToken"):
            pages.append(cloudformation.describe_change_set(StackName=stack, ChangeSetName=name, NextToken=token))
    except ClientError as error:
        if code_of(error) in ("ChangeSetNotFound", "ChangeSetNotFoundException", "ValidationError"):
            return None
        raise
    if pages[0]["Status"] == "FAILED":
        reason = pages[0].get("StatusReason", "")
        if any(part in reason for part in NOTHING):
            cloudformation.delete_change_set(StackName=stack, ChangeSetName=name)
            return None
        raise AwsError(f"{stack}: CloudFormation refuses the change set: {reason}")
    changes = (
        _change(one["ResourceChange"], PROTECTIONS)
        for page in pages
        for one in page["Changes"]
        if "ResourceChange" in one
    )
    return ChangeSet(stack, region, pages[0]["ChangeSetId"], tuple(sorted(changes, key=lambda change: change.rank)))


def _change(found: dict[str, Any], stateful: Iterable[str]) -> Change:
    targets = (detail.get("Target", {}) for detail in found.get("Details", []))
    return Change(
        action=found["Action"],
        logical_id=found["LogicalResourceId"],
        type=found["ResourceType"],
        replacement=found.get("Replacement", ""),
        policy=found.get("PolicyAction", ""),
        stateful=found["ResourceType"] in stateful,
        properties=tuple(sorted({target["Name"] for target in targets if target.get("Name")})),
    )


def execute(aws: Aws, change_set: ChangeSet, *, seconds: float) -> None:
    """Execute a change set and wait until its stack is done.

    Raises:
        AwsError: the stack rolled back; the message says which resource was refused, and why.
        TimeoutError: it takes longer; CloudFormation goes on.
    """
    cloudformation = aws.client("cloudformation", change_set.region)
    arn = cloudformation.describe_change_set(ChangeSetName=change_set.arn, StackName=change_set.stack)["StackId"]
    token = f"{change_set.digest}-{change_set.arn.rpartition('/')[2]}"[:128]
    cloudformation.execute_change_set(
        ChangeSetName=change_set.arn, StackName=change_set.stack, ClientRequestToken=token
    )
    status = settle(aws, arn, change_set.region, seconds=seconds, total=len(change_set.changes), token=token)
    if status not in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE"):
        lines = [f"{change_set.stack} is {status}", *failures(aws, arn, change_set.region, token)]
        raise AwsError("\n  ".join(lines))


def settle(aws: Aws, arn: str, region: str, *, seconds: float, total: int = 0, token: str = "") -> str:
    """Wait until a stack is at rest, and return its state as `Deployed.status` has it."""
    cloudformation = aws.client("cloudformation", region)

    def ask() -> Any:
        stack = cloudformation.describe_stacks(StackName=arn)["Stacks"][0]
        status = str(stack["StackStatus"])
        if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
            return (status,)
        if not total:
            return status
        done = {
            event["LogicalResourceId"]
            for event in cloudformation.describe_stack_events(StackName=arn)["StackEvents"]
            if event.get("ClientRequestToken") == token and str(event.get("ResourceStatus", "")).endswith("_COMPLETE")
        }
        full = min(20, 20 * len(done) // total)
        return f"{status} {'█' * full}{'░' * (20 - full)} {len(done)} of {total}"

    return str(wait(arn.split("/")[1], ask, seconds=seconds)[0])


def failures(aws: Aws, arn: str, region: str, token: str = "") -> list[str]:
    """Return a line for each resource that CloudFormation refused, the first cause first."""
    pages = aws.client("cloudformation", region).get_paginator("describe_stack_events").paginate(StackName=arn)
    events = [event for page in pages for event in page["StackEvents"]]
    ours = [event for event in events if not token or event.get("ClientRequestToken") in (token, None)]
    refused = [event for event in ours if str(event.get("ResourceStatus", "")).endswith("_FAILED")]
    return [
        f"{event['LogicalResourceId']} ({event['ResourceType']}): {event.get('ResourceStatusReason', 'no reason')}"
        for event in reversed(refused)
        if "cancelled" not in event.get("ResourceStatusReason", "")
    ][:10]


def discard(aws: Aws, change_sets: Iterable[ChangeSet]) -> None:
    """Delete change sets that nobody will execute, and the empty stacks that they came with."""
    from scripts.delivery.stacks import find_stack

    for one in change_sets:
        cloudformation = aws.client("cloudformation", one.region)
        cloudformation.delete_change_set(ChangeSetName=one.arn, StackName=one.stack)
        stack = find_stack(aws, one.stack, one.region)
        if stack and stack.status == "REVIEW_IN_PROGRESS":
            cloudformation.delete_stack(StackName=stack.arn)
