"""Shield Advanced: a protection names the door that it protects."""

import aws_cdk as cdk
from aws_cdk.assertions import Template

from constructs_lib.shield_protection import ShieldProtection

BALANCER = "arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/door/1"


def test_the_door_is_protected(stack: cdk.Stack) -> None:
    ShieldProtection(stack, "Shield", name="test-door", resource_arn=BALANCER)
    Template.from_stack(stack).has_resource_properties(
        "AWS::Shield::Protection", {"Name": "test-door", "ResourceArn": BALANCER}
    )
