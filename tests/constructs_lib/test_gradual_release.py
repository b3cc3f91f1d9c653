"""A release that moves requests by and by, looks at its errors, and gives way."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Match, Template

from constructs_lib.gradual_release import GradualRelease


def released(stack: cdk.Stack, strategy: str = "canary", answer: int = 1) -> Template:
    function = lambda_.Function(
        stack,
        "Answers",
        code=lambda_.Code.from_inline(f"def handler(event, context): return {answer}"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    GradualRelease(stack, "Release", function=function, name="the API", strategy=strategy)
    return Template.from_stack(stack)


@pytest.mark.parametrize(
    ("strategy", "config"), [("canary", "Canary10Percent5Minutes"), ("linear", "Linear10PercentEvery1Minute")]
)
def test_a_tenth_of_the_requests_goes_first(stack: cdk.Stack, strategy: str, config: str) -> None:
    template = released(stack, strategy)
    template.has_resource_properties(
        "AWS::CodeDeploy::DeploymentGroup", {"DeploymentConfigName": f"CodeDeployDefault.Lambda{config}"}
    )
    (alias,) = template.find_resources("AWS::Lambda::Alias").values()
    (application,), (group,) = (
        template.find_resources(f"AWS::CodeDeploy::{kind}") for kind in ("Application", "DeploymentGroup")
    )
    assert alias["UpdatePolicy"] == {
        "CodeDeployLambdaAliasUpdate": {
            "ApplicationName": {"Ref": application},
            "DeploymentGroupName": {"Ref": group},
        }
    }


def test_an_error_behind_the_alias_takes_the_release_back(stack: cdk.Stack) -> None:
    template = released(stack)
    (alarm,) = template.find_resources("AWS::CloudWatch::Alarm")
    (function,) = template.find_resources("AWS::Lambda::Function")
    template.has_resource_properties(
        "AWS::CodeDeploy::DeploymentGroup",
        {
            "AlarmConfiguration": {"Alarms": [{"Name": {"Ref": alarm}}], "Enabled": True},
            "AutoRollbackConfiguration": {
                "Enabled": True,
                "Events": Match.array_with(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]),
            },
        },
    )
    template.has_resource_properties(
        "AWS::CloudWatch::Alarm",
        {
            "Dimensions": [
                {"Name": "FunctionName", "Value": {"Ref": function}},
                {"Name": "Resource", "Value": {"Fn::Join": ["", [{"Ref": function}, ":live"]]}},
            ],
            "EvaluationPeriods": 1,
            "MetricName": "Errors",
            "Threshold": 0,
        },
    )


def test_new_code_is_a_new_version_beside_the_old_one_and_nothing_else(stack: cdk.Stack) -> None:
    other = cdk.Stack(cdk.App(), "Test", env=cdk.Environment(account=stack.account, region=stack.region))
    first, second = (released(one, answer=answer).to_json()["Resources"] for one, answer in ((stack, 1), (other, 2)))
    gone = set(first) - set(second)
    assert {first[name]["Type"] for name in gone} == {"AWS::Lambda::Version"}
    assert {first[name]["DeletionPolicy"] for name in gone} == {"Retain"}
    assert len(gone) == len(set(second) - set(first)) == 1


def test_codedeploy_moves_this_alias_and_no_other(stack: cdk.Stack) -> None:
    template = released(stack)
    (function,) = template.find_resources("AWS::Lambda::Function")
    arn = {"Fn::GetAtt": [function, "Arn"]}
    (policy,) = template.find_resources("AWS::IAM::ManagedPolicy").values()
    moves, _looks = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "lambda:UpdateAlias" in moves["Action"]
    assert moves["Resource"] == [arn, {"Fn::Join": ["", [arn, ":live"]]}]


def test_a_strategy_that_is_none_is_refused(stack: cdk.Stack) -> None:
    with pytest.raises(ValueError, match="strategy must be one of canary, linear, got slow"):
        released(stack, "slow")
