"""The VPC: three tiers, a way out by choice, and a data tier that only the tier above it reaches."""

from ipaddress import IPv4Network
from typing import Any, get_args

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk.assertions import Match, Template

from config.sections.network import InterfaceEndpoint
from constructs_lib.tiered_vpc import TieredVpc


def vpc(
    *,
    egress: str = "single-nat",
    zones: str = "ab",
    cidr: str = "10.0.0.0/16",
    endpoints: list[str] | None = None,
) -> Template:
    app = cdk.App(
        context={
            "availability-zones:account=111122223333:region=us-east-1": [
                "us-east-1a",
                "us-east-1b",
                "us-east-1c",
            ]
        }
    )
    stack = cdk.Stack(app, "Test", env=cdk.Environment(account="111122223333", region="us-east-1"))
    network = TieredVpc(
        stack,
        "Vpc",
        availability_zones=[f"us-east-1{letter}" for letter in zones],
        cidr=IPv4Network(cidr),
        egress=egress,
    )
    network.add_interface_endpoints(endpoints or [])
    return Template.from_stack(stack)


def subnets(template: Template) -> dict[str, str]:
    found = template.find_resources("AWS::EC2::Subnet").items()
    return {logical_id: subnet["Properties"]["CidrBlock"] for logical_id, subnet in found}


@pytest.mark.parametrize(
    ("egress", "gateways"), [("none", 0), ("single-nat", 1), ("nat-per-zone", 2), ("regional-nat", 1)]
)
def test_each_choice_of_egress_makes_its_gateways(egress: str, gateways: int) -> None:
    vpc(egress=egress).resource_count_is("AWS::EC2::NatGateway", gateways)


def test_an_unknown_egress_is_refused() -> None:
    with pytest.raises(ValueError, match=r"egress must be none, .*, got carrier-pigeon"):
        vpc(egress="carrier-pigeon")


@pytest.mark.parametrize("prefix", range(16, 25))
def test_three_tiers_fit_every_allowed_size_of_vpc(prefix: int) -> None:
    cidr = f"10.0.0.0/{prefix}"
    blocks = [IPv4Network(block) for block in subnets(vpc(cidr=cidr, zones="abc")).values()]
    assert len(blocks) == 9
    assert all(block.subnet_of(IPv4Network(cidr)) for block in blocks)


@pytest.mark.parametrize("prefix", range(16, 25))
def test_a_load_balancer_fits_into_every_public_subnet(prefix: int) -> None:
    found = subnets(vpc(cidr=f"10.0.0.0/{prefix}", zones="abc"))
    public = [IPv4Network(block) for name, block in found.items() if "Public" in name]
    assert len(public) == 3
    assert max(block.prefixlen for block in public) <= 27


def test_adding_a_third_zone_moves_no_subnet() -> None:
    two, three = subnets(vpc(zones="ab")), subnets(vpc(zones="abc"))
    assert two.items() <= three.items()
    assert len(three) == 9


def test_no_subnet_gives_public_addresses() -> None:
    for subnet in vpc().find_resources("AWS::EC2::Subnet").values():
        assert subnet["Properties"]["MapPublicIpOnLaunch"] is False


def test_only_the_private_and_the_isolated_tier_reach_the_isolated_one() -> None:
    template = vpc()
    blocks = subnets(template)
    neighbours = {block for logical_id, block in blocks.items() if "Public" not in logical_id}
    entries: list[dict[str, Any]] = [
        entry["Properties"] for entry in template.find_resources("AWS::EC2::NetworkAclEntry").values()
    ]
    assert {entry["CidrBlock"] for entry in entries if entry["RuleAction"] == "allow"} == neighbours
    assert {entry["Egress"] for entry in entries} == {True, False}
    template.resource_count_is("AWS::EC2::SubnetNetworkAclAssociation", 2)


def test_adding_a_third_zone_takes_no_number_of_the_network_acl_that_is_in_use() -> None:
    def numbers(zones: str) -> dict[str, tuple[int, bool]]:
        entries = vpc(zones=zones).find_resources("AWS::EC2::NetworkAclEntry").items()
        return {name: (one["Properties"]["RuleNumber"], one["Properties"]["Egress"]) for name, one in entries}

    two, three = numbers("ab"), numbers("abc")
    assert two.items() <= three.items()
    assert len(set(three.values())) == len(three)


def test_s3_and_dynamodb_are_reached_without_the_internet() -> None:
    vpc().resource_count_is("AWS::EC2::VPCEndpoint", 2)


def test_interface_endpoints_answer_the_private_tier_only() -> None:
    template = vpc(endpoints=["secretsmanager", "ecr.api"])
    template.resource_count_is("AWS::EC2::VPCEndpoint", 4)
    private = sorted(block for logical_id, block in subnets(template).items() if "Private" in logical_id)
    group = next(iter(template.find_resources("AWS::EC2::SecurityGroup").values()))["Properties"]
    assert sorted(rule["CidrIp"] for rule in group["SecurityGroupIngress"]) == private
    assert {rule["FromPort"] for rule in group["SecurityGroupIngress"]} == {443}
    template.has_resource_properties(
        "AWS::EC2::VPCEndpoint",
        {"ServiceName": Match.string_like_regexp(r".*ecr\.api$"), "PrivateDnsEnabled": True},
    )


def test_every_endpoint_of_the_configuration_is_one_of_awss() -> None:
    services = ec2.InterfaceVpcEndpointAwsService
    known = {getattr(services, name).short_name for name in dir(services) if name.isupper()}
    assert set(get_args(InterfaceEndpoint)) - known == {"scheduler"}  # in AWS's user guide, not yet in CDK
