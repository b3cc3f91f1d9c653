"""The role by which ECS shifts requests from one target group to another."""

import aws_cdk as cdk
from aws_cdk import aws_elasticloadbalancingv2 as elbv2
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.workload_role import WorkloadRole


class ShiftingRole(Construct):
    """Lets ECS change the rules of `listener` and register targets, as AWS's managed policy does on all resources."""

    def __init__(
        self, scope: Construct, construct_id: str, *, listener: elbv2.CfnListener, tag: tuple[str, str]
    ) -> None:
        """Make the role; `tag` is one that every target group of the environment carries."""
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        role = WorkloadRole(self, "Role", service="ecs", description="ECS shifts requests between target groups")
        path = cdk.Fn.select(1, cdk.Fn.split(":listener/", listener.ref))
        rules = stack.format_arn(service="elasticloadbalancing", resource="listener-rule", resource_name=f"{path}/*")
        groups = stack.format_arn(service="elasticloadbalancing", resource="targetgroup", resource_name="*/*")
        role.allow("elasticloadbalancing:ModifyListener", on=[listener.ref])
        role.allow("elasticloadbalancing:ModifyRule", on=[rules])
        role.allow(
            "elasticloadbalancing:RegisterTargets",
            "elasticloadbalancing:DeregisterTargets",
            on=[groups],
            conditions={"StringEquals": {f"aws:ResourceTag/{tag[0]}": tag[1]}},
        )
        role.allow(
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            on=["*"],
        )
        acknowledge(
            role.policy,
            [
                "AwsSolutions-IAM5[Resource::*]",
                f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(rules))}]",
                f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(groups))}]",
            ],
            reason="Rules and target groups come with services: of one listener, and with this environment's tag; "
            "looking at them has no resource-level permission.",
        )
        self.role = role.role
