"""What each way out of the private subnets costs: the model over templates with nothing else in them."""

from pathlib import Path
from typing import Any, NamedTuple

from infra.assembly import Assembly, StackSource
from infra.cost.estimating import DEFAULT_REGION, estimate
from infra.cost.model import Estimate
from infra.cost.prices import PriceBook

Resources = dict[str, dict[str, Any]]
LETTERS = "abcdef"


class EgressCost(NamedTuple):
    """A choice of `network.egress`, and its estimate."""

    name: str
    estimate: Estimate


def egress_costs(zones: int, prices: PriceBook | None = None) -> list[EgressCost]:
    """The four choices in a VPC of `zones` zones, and an interface endpoint, which `none` needs instead."""
    choices: dict[str, Resources] = {
        "none": {},
        "single-nat": _gateways(1),
        "nat-per-zone": _gateways(zones),
        "regional-nat": {
            "Nat": _resource("AWS::EC2::NatGateway", AvailabilityMode="regional", VpcId="vpc"),
            **{f"Subnet{letter}": _resource("AWS::EC2::Subnet", AvailabilityZone=letter) for letter in LETTERS[:zones]},
        },
        "each interface endpoint": {
            "Endpoint": _resource("AWS::EC2::VPCEndpoint", VpcEndpointType="Interface", SubnetIds=list(LETTERS[:zones]))
        },
    }
    return [EgressCost(name, _estimate(resources, prices)) for name, resources in choices.items()]


def _gateways(count: int) -> Resources:
    return {
        f"{name}{letter}": _resource(kind)
        for letter in LETTERS[:count]
        for name, kind in (("Nat", "AWS::EC2::NatGateway"), ("Address", "AWS::EC2::EIP"))
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": kind, "Properties": properties}


def _estimate(resources: Resources, prices: PriceBook | None) -> Estimate:
    source = StackSource(
        name="egress",
        construct_path="egress",
        template={"Resources": resources},
        file=Path("egress"),
        region=DEFAULT_REGION,
    )
    return estimate(Assembly([source]), prices=prices)
