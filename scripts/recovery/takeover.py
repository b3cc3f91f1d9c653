"""The configuration of the environment that takes over in the recovery region, which needs nothing of the lost one."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any

import config
from config import Environment
from config.model import REGION_OF_THE_EDGE
from config.sections.regions import ZONES
from config.sections.remote_access import PRIVATE_RANGES

ALWAYS_ON = (
    "us-east-2",
    "us-west-2",
    "us-east-1",
    "us-west-1",
    "eu-west-1",
    "eu-central-1",
    "eu-west-2",
    "eu-west-3",
    "eu-north-1",
    "ap-southeast-1",
    "ap-northeast-1",
    "ap-southeast-2",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ca-central-1",
    "sa-east-1",
)
"""Regions that no account has to switch on first."""


def edge_is_lost(lost: Environment) -> bool:
    """Whether the lost region is the one that CloudFront is set up in."""
    return lost.edge.enabled and lost.region == REGION_OF_THE_EDGE


def written(lost: Environment, name: str) -> str:
    """Return config/`name`.py: `lost`, in its recovery region, with its own copies in a third one."""
    settings = [
        f'name="{name}"',
        f'region="{lost.recovery_region}"',
        f'recovery_region="{_third(lost)}"',
        f"network=lost.network.but({_network(lost)})",
        *_without_names(lost),
        *(["pipeline=None"] if lost.pipeline else []),
    ]
    lines = "".join(f"    {setting},\n" for setting in settings)
    return f'''"""{name}: {lost.name}, in its recovery region."""

from config.{lost.name} import environment as lost

environment = lost.but(
{lines})
'''


def named_after_region(lost: Environment) -> list[str]:
    """Return the fields whose value holds the name of the lost region, such as ARNs of certificates."""
    taken = lost.model_dump(mode="json", exclude={"region", "recovery_region", "pipeline"})
    return sorted(path for path, value in _leaves(taken) if str(lost.region) in str(value))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, object]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    if inner is None:
        yield path, value
    for key, item in inner or ():
        yield from _leaves(item, f"{path}[{key}]" if isinstance(value, list) else f"{path}.{key}".lstrip("."))


def _third(lost: Environment) -> str:
    """Return a region that is neither lost nor the new one: on the same continent where there is one."""
    there = lost.recovery_region
    left = [region for region in ALWAYS_ON if region not in (lost.region, there)]
    return min(left, key=lambda region: region.partition("-")[0] != there.partition("-")[0])


def _network(lost: Environment) -> str:
    settings = [f'cidr="{_free(lost)}"']
    letters = ZONES[lost.recovery_region]
    if not set(lost.network.availability_zones) <= set(letters):
        zones = tuple(letters[: len(lost.network.availability_zones)])
        settings.append("availability_zones=(" + ", ".join(f'"{zone}"' for zone in zones) + ")")
    return ", ".join(settings)


def _free(lost: Environment) -> IPv4Network:
    """Return addresses that no environment and no VPN has."""
    network = lost.network
    taken = [config.load(name).network.cidr for name in config.names()] + [network.cidr]
    taken += [network.client_vpn.client_cidr] if network.client_vpn else []
    taken += network.site_vpn.cidrs if network.site_vpn else []
    blocks = (block for private in PRIVATE_RANGES for block in private.subnets(new_prefix=network.cidr.prefixlen))
    return next(block for block in blocks if not any(block.overlaps(other) for other in taken))


def _without_names(lost: Environment) -> Iterator[str]:
    """Names of the lost environment are still its own; with its region CloudFront's console may be lost, too."""
    if edge_is_lost(lost):
        yield "edge=lost.edge.but(enabled=False)"
    elif lost.edge.enabled and lost.edge.domain:
        yield "edge=lost.edge.but(domain=None, failover_host=None)"
    if lost.compute.api.domain:
        yield "compute=lost.compute.but(api=lost.compute.api.but(domain=None))"
