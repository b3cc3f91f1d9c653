"""The check runs again whenever something was released, and cannot outlast its time."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from constructs_lib.health_check import HealthCheck


def check(stack: cdk.Stack, key: kms.Key, *, bundle: str = "1") -> tuple[dict[str, Any], dict[str, Any]]:
    HealthCheck(
        stack,
        "Answers",
        encryption_key=key,
        log_key=key,
        log_retention_days=30,
        releases={"Bundle": bundle},
        timeout=cdk.Duration.seconds(90),
        url="https://api.example.com/health",
    )
    template = Template.from_stack(stack)
    (resource,) = template.find_resources("Custom::HealthCheck").values()
    (function,) = template.find_resources("AWS::Lambda::Function").values()
    return resource["Properties"], function["Properties"]


def test_a_release_changes_the_resource_so_that_cloudformation_asks_again(stack: cdk.Stack, key: kms.Key) -> None:
    properties, _ = check(stack, key, bundle="2")
    assert properties["Url"] == "https://api.example.com/health"
    assert properties["Bundle"] == "2"


def test_the_function_outlasts_the_check_and_cloudformation_outlasts_the_function(
    stack: cdk.Stack, key: kms.Key
) -> None:
    properties, function = check(stack, key)
    assert int(properties["TimeoutSeconds"]) < function["Timeout"] < int(properties["ServiceTimeout"])
