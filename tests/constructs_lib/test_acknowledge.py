"""What is accepted is written where it is caused, and an unknown finding is refused."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_s3 as s3
from aws_cdk.assertions import Template

from constructs_lib.acknowledge import accept_finding, acknowledge, in_packs


def test_a_finding_of_no_pack_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match=r"finding must start with one of AwsSolutions-, .*, got Nonsense-1"):
        acknowledge(stack, ["Nonsense-1"], reason="Because.")


def test_accepted_promises_travel_in_the_template(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    accept_finding(bucket, "data-kept.versioning", reason="It holds nothing that cannot be made again.")
    accept_finding(bucket, "observed.access-logs", reason="Nobody outside this account can read it.")
    (resource,) = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    assert [said["id"] for said in resource["Metadata"]["groundwork"]["acknowledge"]] == [
        "data-kept.versioning",
        "observed.access-logs",
    ]


def test_a_construct_without_a_resource_cannot_carry_an_acknowledgement(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match="construct must hold one CloudFormation resource, got Test"):
        accept_finding(stack, "identity.resource-star", reason="Because.")


def test_what_checkov_finds_as_well_is_accepted_once_for_both(stack: cdk.Stack) -> None:
    bucket = s3.Bucket(stack, "Bucket")
    acknowledge(bucket, ["AwsSolutions-S1", *in_packs("S3BucketLoggingEnabled")], reason="It holds the logs.")
    (resource,) = Template.from_stack(stack).find_resources("AWS::S3::Bucket").values()
    assert resource["Metadata"]["checkov"] == {"skip": [{"id": "CKV_AWS_18", "comment": "It holds the logs."}]}
