"""The permission of a rule to call its function, under the same logical id wherever the stack stands."""

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_lambda as lambda_


def settle_permission(rule: events.Rule) -> None:
    """Name the permission after the rule: CDK names it after the function's whole path, a pipeline's Stage included."""
    within = rule.node.path.removeprefix(f"{cdk.Stack.of(rule).node.path}/").replace("/", "")
    for child in rule.node.children:
        if isinstance(child, lambda_.CfnPermission):
            child.override_logical_id(f"{within}Permission")
