"""A plain setting is a parameter that may change, and no place for a secret."""

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Match, Template

from constructs_lib.plain_setting import PlainSetting
from constructs_lib.workload_role import WorkloadRole


def setting(stack: cdk.Stack, **changes: str) -> PlainSetting:
    return PlainSetting(
        stack, "Currency", **{"name": "/shop/test/Currency", "value": "EUR", "description": "Of prices", **changes}
    )


def test_it_is_a_plain_parameter(stack: cdk.Stack) -> None:
    setting(stack)
    Template.from_stack(stack).has_resource_properties(
        "AWS::SSM::Parameter", {"Name": "/shop/test/Currency", "Type": "String", "Tier": "Standard", "Value": "EUR"}
    )


def test_who_is_let_reads_it_and_no_other(stack: cdk.Stack) -> None:
    reader = WorkloadRole(stack, "Reader", service="lambda", description="Reads")
    setting(stack).grant_read(reader)
    arn = {"Fn::Join": ["", Match.array_with([Match.string_like_regexp(":parameter$"), {"Ref": Match.any_value()}])]}
    Template.from_stack(stack).has_resource_properties(
        "AWS::IAM::ManagedPolicy",
        {
            "PolicyDocument": {
                "Statement": [
                    {"Action": ["ssm:GetParameter", "ssm:GetParameters"], "Effect": "Allow", "Resource": arn}
                ],
                "Version": "2012-10-17",
            }
        },
    )


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "Currency"}, "name must begin with a slash, got Currency"),
        ({"value": ""}, "value must have 1-4096 characters, got 0"),
        ({"value": "x" * 4097}, "value must have 1-4096 characters, got 4097"),
    ],
)
def test_what_parameter_store_refuses_is_refused(stack: cdk.Stack, changes: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        setting(stack, **changes)
