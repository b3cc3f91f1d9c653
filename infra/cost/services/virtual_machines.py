"""EC2 instances and their volumes."""

from collections.abc import Iterator
from typing import Any

from infra.assembly import Resource
from infra.cost.rules import (
    Answer,
    Context,
    Factor,
    UnknownValueError,
    Unpriced,
    fixed,
    hours,
    items,
    mentioned,
    number,
    priced,
    text,
)


@priced("AWS::EC2::Instance")
def instance(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Hours by type, and the volumes that it names."""
    yield fixed("instance", f"ec2.{_type(resource)}.hour", hours())
    volumes = [mapping["Ebs"] for mapping in items(resource, "BlockDeviceMappings") if "Ebs" in mapping]
    if not volumes:
        yield Unpriced("root volume", "its size comes from the machine image")
    for found in volumes:
        yield from _volume(found.get("VolumeType", "gp2"), found.get("VolumeSize"))


@priced("AWS::EC2::Volume")
def volume(resource: Resource, _context: Context) -> Iterator[Answer]:
    """Its size, by type."""
    yield from _volume(text(resource, "VolumeType", default="gp2"), number(resource, "Size"))


def _type(resource: Resource) -> str:
    if resource.get("InstanceType") is not None:
        return text(resource, "InstanceType")
    for template in mentioned(resource.get("LaunchTemplate")):
        return text(template, "LaunchTemplateData", "InstanceType")
    raise UnknownValueError("InstanceType is in a launch template outside the assembly")


def _volume(kind: Any, size: Any) -> Iterator[Answer]:
    if isinstance(size, int | float):
        yield fixed(f"volume {kind}", f"ebs.{kind}", Factor(size, "GB"))
    else:
        yield Unpriced("volume", "its size is not in the template")
