"""Releases as the emulator deploys them: callers of the alias get the new version, and the old one stays."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template

from constructs_lib.gradual_release import ALIAS, GradualRelease
from tests.emulator.local_cloud import ACCOUNT, Cloud

pytestmark = pytest.mark.emulator


def release(answer: int) -> dict[str, Any]:
    stack = cdk.Stack(cdk.App(), "Test", env=cdk.Environment(account=ACCOUNT, region="us-east-1"))
    function = lambda_.Function(
        stack,
        "Answers",
        code=lambda_.Code.from_inline(f"def handler(event, context): return {answer}"),
        handler="index.handler",
        runtime=lambda_.Runtime.PYTHON_3_14,
    )
    made = GradualRelease(stack, "Release", function=function, name="the API", strategy="canary")
    cdk.CfnOutput(stack, "Alias", value=made.alias.function_arn)
    cdk.CfnOutput(stack, "Name", value=function.function_name)
    return dict(Template.from_stack(stack).to_json())


def outputs(template: dict[str, Any]) -> dict[str, Any]:
    return {name: output["Value"] for name, output in template["Outputs"].items()}


def test_a_release_moves_the_alias_and_keeps_the_version_before(cloud: Cloud) -> None:
    functions = cloud.api("lambda")

    def answered(arn: str) -> Any:
        return json.load(functions.invoke(FunctionName=arn)["Payload"])

    first = release(1)
    made = cloud.deploy(first["Resources"], outputs(first))
    assert answered(made["Alias"]) == 1
    second = release(2)
    cloud.deploy(second["Resources"], outputs(second), name=made["stack"])
    assert answered(made["Alias"]) == 2
    alias = functions.get_alias(FunctionName=made["Name"], Name=ALIAS)
    assert alias["FunctionVersion"] == "2"
    assert answered(f"{made['Name']}:1") == 1
    cloud.destroy(made["stack"])
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.get_function(FunctionName=made["Name"])
