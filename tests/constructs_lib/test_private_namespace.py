"""A private namespace is the VPC's own."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Template

from constructs_lib.private_namespace import PrivateNamespace


def test_only_the_vpc_resolves_its_names(stack: cdk.Stack) -> None:
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2)
    names = PrivateNamespace(stack, "Names", name="test.shop.internal", vpc=vpc)
    assert names.name == "test.shop.internal"
    Template.from_stack(stack).has_resource_properties(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        {"Name": "test.shop.internal", "Vpc": stack.resolve(vpc.vpc_id)},
    )
