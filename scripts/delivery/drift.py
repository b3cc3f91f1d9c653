"""What of the deployed stacks is no longer as their templates have it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from scripts.aws import Aws, AwsError, code_of
from scripts.console import progress
from scripts.delivery.stacks import Deployed
from scripts.recovery.waiting import wait

DRIFTED = ("MODIFIED", "DELETED")


@dataclass(frozen=True)
class Drift:
    """A resource that was changed or deleted by hand."""

    stack: str
    region: str
    logical_id: str
    type: str
    physical_id: str
    #: MODIFIED or DELETED.
    status: str
    #: Path, what the template wants, what is there.
    differences: tuple[tuple[str, str, str], ...]

    def to_dict(self) -> dict[str, Any]:
        """For programs."""
        return asdict(self)


def detect(aws: Aws, stacks: Sequence[Deployed], *, seconds: float) -> list[Drift]:
    """Return the drift of every stack; what CloudFormation cannot compare is not looked at.

    Raises:
        AwsError: CloudFormation could not look at a stack.
        TimeoutError: it looked longer than `seconds`.
    """
    aws = _reader(aws)
    started = [(stack, _start(aws, stack)) for stack in stacks]
    found: list[Drift] = []
    for stack, detection in started:
        _finish(aws, stack, detection, seconds=seconds)
        pages = _pages(aws.client("cloudformation", stack.region), stack)
        found += (_drift(stack, one) for one in pages)
    return sorted(found, key=lambda one: (one.stack, one.logical_id))


def _reader(aws: Aws) -> Aws:
    """Return the APIs as the look-up role: CloudFormation reads every resource with the rights of whoever asks."""
    try:
        return aws.taking("lookup")
    except AwsError:
        return aws  # then with the caller's, which may be enough


def _start(aws: Aws, stack: Deployed) -> str:
    """Begin to look; a detection that runs already is waited for first."""
    from botocore.exceptions import ClientError

    def ask() -> Any:
        try:
            answer = aws.client("cloudformation", stack.region).detect_stack_drift(StackName=stack.arn)
        except ClientError as error:
            if code_of(error) == "ValidationError" and "already" in str(error):
                return "another look at it is under way"
            raise
        return (answer["StackDriftDetectionId"],)

    return str(wait(f"drift of {stack.name}", ask, seconds=600)[0])


def _finish(aws: Aws, stack: Deployed, detection: str, *, seconds: float) -> None:
    cloudformation = aws.client("cloudformation", stack.region)

    def ask() -> Any:
        said = cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        return None if said["DetectionStatus"] == "DETECTION_IN_PROGRESS" else said

    said = wait(f"drift of {stack.name}", ask, seconds=seconds)
    if said["DetectionStatus"] == "DETECTION_FAILED" and said.get("StackDriftStatus") not in ("DRIFTED", "IN_SYNC"):
        raise AwsError(f"drift of {stack.name} could not be found: {said.get('DetectionStatusReason', 'no reason')}")


def _pages(cloudformation: Any, stack: Deployed) -> list[dict[str, Any]]:
    """Return what CloudFormation says of each drifted resource; boto3 has no paginator for it."""
    found: list[dict[str, Any]] = []
    token: dict[str, str] = {}
    while True:
        page = cloudformation.describe_stack_resource_drifts(
            StackName=stack.arn, StackResourceDriftStatusFilters=list(DRIFTED), **token
        )
        found += page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return found
        token = {"NextToken": page["NextToken"]}


def _drift(stack: Deployed, one: dict[str, Any]) -> Drift:
    return Drift(
        stack=stack.name,
        region=stack.region,
        logical_id=one["LogicalResourceId"],
        type=one["ResourceType"],
        physical_id=one.get("PhysicalResourceId", ""),
        status=one["StackResourceDriftStatus"],
        differences=tuple(
            (difference["PropertyPath"], difference["ExpectedValue"], difference["ActualValue"])
            for difference in one.get("PropertyDifferences", [])
        ),
    )


def show(found: Sequence[Drift]) -> None:
    """Print what drifted."""
    for one in found:
        progress.print(
            f"{one.stack}: {one.logical_id} ({one.type}, {one.physical_id}) is {one.status}",
            markup=False,
            soft_wrap=True,
        )
        for path, expected, actual in one.differences:
            progress.print(f"    {path}: {actual} instead of {expected}", markup=False, soft_wrap=True)
