"""The deployed stacks of an environment, and what each of CloudFormation's states allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from scripts.aws import Aws, AwsError, code_of

if TYPE_CHECKING:
    from config import Environment
    from infra.assembly import Assembly

Verdict = Literal["ready", "absent", "busy", "stuck", "never-stable"]

STATES: dict[str, Verdict] = {
    "CREATE_COMPLETE": "ready",
    "UPDATE_COMPLETE": "ready",
    "UPDATE_ROLLBACK_COMPLETE": "ready",
    "IMPORT_COMPLETE": "ready",
    "IMPORT_ROLLBACK_COMPLETE": "ready",
    "DELETE_COMPLETE": "absent",
    "REVIEW_IN_PROGRESS": "absent",
    "CREATE_IN_PROGRESS": "busy",
    "DELETE_IN_PROGRESS": "busy",
    "ROLLBACK_IN_PROGRESS": "busy",
    "UPDATE_IN_PROGRESS": "busy",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "busy",
    "UPDATE_ROLLBACK_IN_PROGRESS": "busy",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "busy",
    "IMPORT_IN_PROGRESS": "busy",
    "IMPORT_ROLLBACK_IN_PROGRESS": "busy",
    "UPDATE_FAILED": "stuck",
    "UPDATE_ROLLBACK_FAILED": "stuck",
    "IMPORT_ROLLBACK_FAILED": "stuck",
    "DELETE_FAILED": "stuck",
    "CREATE_FAILED": "never-stable",
    "ROLLBACK_COMPLETE": "never-stable",
    "ROLLBACK_FAILED": "never-stable",
}
"""Every state of a stack. REVIEW_IN_PROGRESS has change sets and no resources: as good as absent."""


@dataclass(frozen=True)
class Deployed:
    """A stack as CloudFormation has it."""

    name: str
    region: str
    arn: str
    status: str
    reason: str = ""
    protected: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """What its state allows; a state that AWS adds later counts as stuck, so that nobody deploys over it."""
        return STATES.get(self.status, "stuck")

    def advice(self, environment: str) -> str:
        """What to do about a state that is not ready."""
        verb = "python -m scripts"
        if self.status in ("UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"):
            return f"{verb} rollback --environment {environment} --recover"
        if self.verdict == "never-stable" or self.status == "DELETE_FAILED":
            return f"{verb} cleanup --environment {environment} --delete {self.name}"
        if self.verdict == "busy":
            return "wait until it is done"
        return "look at its events, and repair it in the console" if self.verdict == "stuck" else ""


def regions_of(environment: "Environment") -> list[str]:
    """Return every region that the environment's stacks live in, its own first; the edge is in us-east-1."""
    return list(dict.fromkeys([str(environment.region), environment.recovery_region, "us-east-1"]))


def find_stack(aws: Aws, name: str, region: str) -> Deployed | None:
    """Return a stack, by name or ARN; None where there is none."""
    from botocore.exceptions import ClientError

    try:
        (found,) = aws.client("cloudformation", region).describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if code_of(error) == "ValidationError" and "does not exist" in str(error):
            return None
        raise
    return _deployed(found, region)


def stacks_of(aws: Aws) -> list[Deployed]:
    """Return the environment's stacks in all of its regions, by the tags that the app gives each."""
    environment = aws.environment
    wanted = {"project": environment.project, "environment": environment.name}
    pages = (
        (region, page)
        for region in regions_of(environment)
        for page in aws.client("cloudformation", region).get_paginator("describe_stacks").paginate()
    )
    found = [_deployed(stack, region) for region, page in pages for stack in page["Stacks"]]
    return [one for one in found if wanted.items() <= dict(one.tags).items() and one.verdict != "absent"]


def _deployed(stack: Mapping[str, Any], region: str) -> Deployed:
    return Deployed(
        name=stack["StackName"],
        region=region,
        arn=stack["StackId"],
        status=stack["StackStatus"],
        reason=stack.get("StackStatusReason", ""),
        protected=bool(stack.get("EnableTerminationProtection")),
        tags={tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])},
    )


def resources_of(aws: Aws, stack: Deployed) -> list[dict[str, Any]]:
    """Return what CloudFormation says of each resource of a stack."""
    pages = aws.client("cloudformation", stack.region).get_paginator("list_stack_resources")
    return [one for page in pages.paginate(StackName=stack.arn) for one in page["StackResourceSummaries"]]


def in_order(assembly: "Assembly") -> list[Any]:
    """Return the stacks that an assembly deploys by itself, each after those that it depends on."""
    ours = [stack for stack in assembly.stacks if not stack.stage and not stack.nested]
    by_id = {stack.construct_path: stack for stack in ours}
    ordered: list[Any] = []

    def add(stack: Any) -> None:
        for needed in stack.dependencies:
            if needed in by_id:
                add(by_id[needed])
        if stack not in ordered:
            ordered.append(stack)

    for stack in ours:
        add(stack)
    return ordered


def check_belongs(assembly: "Assembly", environment: "Environment") -> None:
    """Check that an assembly was synthesised for this environment.

    Raises:
        AwsError: it is another one's: deploying it would put that one's stacks here.
    """
    others = {str(stack.groundwork.get("environment", environment.name)) for stack in in_order(assembly)}
    others |= {stack.account for stack in in_order(assembly) if environment.account}
    if wrong := sorted(others - {environment.name, environment.account}):
        raise AwsError(f"the assembly is of {', '.join(wrong)}, not of {environment.name}: synthesise it again")


def check_ready(stacks: Iterable[Deployed], environment: str) -> None:
    """Check that no stack is in a state over which nothing can be deployed.

    Raises:
        AwsError: one is; the message says which, and what to do.
    """
    bad = [one for one in stacks if one.verdict in ("stuck", "never-stable")]
    if bad:
        lines = (f"  {one.name} is {one.status}: {one.advice(environment)}" for one in bad)
        raise AwsError("\n".join(["nothing is deployed over a stack in this state:", *lines]))
