"""What a promise finds where it is broken."""

from dataclasses import dataclass

from infra.assembly.model import Resource, Stack


@dataclass(frozen=True)
class Finding:
    """One broken promise: where, in which property, and what is there instead."""

    where: Resource | Stack
    property: str
    message: str
