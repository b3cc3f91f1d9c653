"""A listener rule whose weights CloudFormation leaves to ECS, which moves them with every deployment.

CloudFormation's own listener rule writes its actions with every change of a rule, a path or a priority included: what a
deployment had moved to the other target group would go back to the one where no task is (aws/aws-cdk#36649). Here a
function changes a rule by exactly what the template changed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.secure_function import SecureFunction

RUNTIME = Path(__file__).parent / "runtime"


class TrafficRules(Construct):
    """The function that keeps the rules of one listener; `add` makes one."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        listener: elbv2.CfnListener,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.listener_arn = listener.ref
        self.keeper = SecureFunction(
            self,
            "Keeper",
            description="Changes listener rules, and leaves their weights to ECS",
            code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
            handler="handler.handler",
            timeout=cdk.Duration.minutes(1),
            memory_mib=256,
            reserved_concurrency=5,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self._allow()

    def _allow(self) -> None:
        role, stack = self.keeper.role, cdk.Stack.of(self)
        # The ARN of a rule is that of its listener, with another kind and its own id at the end.
        path = cdk.Fn.select(1, cdk.Fn.split(":listener/", self.listener_arn))
        rules = stack.format_arn(service="elasticloadbalancing", resource="listener-rule", resource_name=f"{path}/*")
        role.allow("elasticloadbalancing:CreateRule", on=[self.listener_arn])
        role.allow(
            "elasticloadbalancing:DeleteRule",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:SetRulePriorities",
            on=[rules],
        )
        role.allow("elasticloadbalancing:DescribeRules", on=["*"])
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(rules))}]"],
            reason="Rules get their ids when they are made; all of them belong to one listener.",
        )

    def add(
        self,
        scope: Construct,
        construct_id: str,
        *,
        priority: int,
        conditions: Sequence[Mapping[str, Any]],
        target_group_arns: Sequence[str],
    ) -> cdk.CustomResource:
        """Make a rule in `scope`; the first target group begins with all requests. `RuleArn` is its attribute."""
        return cdk.CustomResource(
            scope,
            construct_id,
            service_token=self.keeper.function.function_arn,
            resource_type="Custom::TrafficRule",
            service_timeout=cdk.Duration.minutes(2),
            properties={
                "ListenerArn": self.listener_arn,
                "Priority": str(priority),
                "Conditions": [dict(condition) for condition in conditions],
                "TargetGroupArns": list(target_group_arns),
            },
        )
