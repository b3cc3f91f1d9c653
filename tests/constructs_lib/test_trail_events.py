"""Every event of the CIS list is counted, and what is none of it is not."""

import re
from typing import Any

import pytest

from constructs_lib.trail_events import TRAIL_EVENTS

LONGEST_PATTERN = 1024
"""Characters that CloudWatch Logs takes."""

COMPARISON = re.compile(
    r"\$\.(?P<path>[\w.]+)\s*(?:(?P<how>!?=)\s*\"?(?P<value>[^\s\")]+(?: \w+)?)\"?|(?P<none>NOT EXISTS))"
)


def at(event: dict[str, Any], path: str) -> Any:
    for name in path.split("."):
        event = event.get(name, {})
    return event or None


def holds(event: dict[str, Any], found: re.Match[str]) -> str:
    """One comparison of a filter, decided for `event`; a `*` at an end of the value stands for anything."""
    value = at(event, found["path"])
    if found["none"]:
        return str(value is None)
    wanted = re.escape(found["value"]).replace(r"\*", ".*")
    same = value is not None and re.fullmatch(wanted, str(value)) is not None
    return str(same == (found["how"] == "=") and (same or value is not None))


def counts(pattern: str, event: dict[str, Any]) -> bool:
    """A small reading of CloudWatch's filter syntax, as far as these patterns use it."""
    text = COMPARISON.sub(lambda found: holds(event, found), pattern.strip("{} "))
    text = text.replace("&&", " and ").replace("||", " or ")
    assert set(re.findall(r"\w+", text)) <= {"True", "False", "and", "or"}, text
    return bool(eval(text))  # noqa: S307 - nothing but True, False, and, or


def call(service: str, name: str, **more: Any) -> dict[str, Any]:
    return {
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "userIdentity": {"type": "AssumedRole"},
        **more,
    }


def sign_in(**more: Any) -> dict[str, Any]:
    return call("signin", "ConsoleLogin", **{"userIdentity": {"type": "IAMUser"}, **more})


@pytest.mark.parametrize(
    ("event", "counted"),
    [
        (call("s3", "ListBuckets", userIdentity={"type": "Root"}, eventType="AwsApiCall"), {"RootUse"}),
        (call("s3", "ListBuckets", userIdentity={"type": "Root"}, eventType="AwsServiceEvent"), set()),
        (
            call("s3", "ListBuckets", userIdentity={"type": "Root", "invokedBy": "x"}, eventType="AwsApiCall"),
            set(),
        ),
        (call("ec2", "RunInstances", errorCode="Client.UnauthorizedOperation"), {"RefusedCalls"}),
        (call("s3", "GetObject", errorCode="AccessDenied"), {"RefusedCalls"}),
        (call("sts", "AssumeRole", errorCode="AccessDeniedException"), {"RefusedCalls"}),
        (call("s3", "GetObject", errorCode="NoSuchKey"), set()),
        (
            sign_in(additionalEventData={"MFAUsed": "No"}, responseElements={"ConsoleLogin": "Success"}),
            {"SignInWithoutMfa"},
        ),
        (sign_in(additionalEventData={"MFAUsed": "Yes"}, responseElements={"ConsoleLogin": "Success"}), set()),
        (sign_in(errorMessage="Failed authentication"), {"FailedSignIns"}),
        (call("iam", "AttachRolePolicy"), {"PolicyChanges"}),
        (call("iam", "PutUserPolicy"), {"PolicyChanges"}),
        (call("iam", "CreatePolicyVersion"), {"PolicyChanges"}),
        (call("iam", "GetRole"), set()),
        (call("cloudtrail", "StopLogging"), {"TrailChanges"}),
        (call("config", "StopConfigurationRecorder"), {"RecorderChanges"}),
        (call("kms", "ScheduleKeyDeletion"), {"KeyLoss"}),
        (call("kms", "Decrypt"), set()),
        (call("s3", "PutBucketPolicy"), {"BucketPolicyChanges"}),
        (call("s3", "DeleteBucketReplication"), {"BucketPolicyChanges"}),
        (call("ec2", "AuthorizeSecurityGroupIngress"), {"SecurityGroupChanges"}),
        (call("ec2", "ReplaceNetworkAclEntry"), {"NetworkAclChanges"}),
        (call("ec2", "AttachInternetGateway"), {"GatewayChanges"}),
        (call("ec2", "ReplaceRoute"), {"RouteChanges"}),
        (call("ec2", "AcceptVpcPeeringConnection"), {"VpcChanges"}),
        (call("ec2", "DescribeVpcs"), set()),
        (call("organizations", "LeaveOrganization"), {"OrganizationChanges"}),
    ],
    ids=lambda value: value.get("eventName") if isinstance(value, dict) else None,
)
def test_an_event_is_counted_where_it_belongs(event: dict[str, Any], counted: set[str]) -> None:
    assert {watched.name for watched in TRAIL_EVENTS if counts(watched.pattern, event)} == counted


def test_the_whole_list_of_the_benchmark_is_there() -> None:
    assert len({event.name for event in TRAIL_EVENTS}) == len(TRAIL_EVENTS) == 15


def test_every_pattern_fits() -> None:
    assert max(len(event.pattern) for event in TRAIL_EVENTS) <= LONGEST_PATTERN
