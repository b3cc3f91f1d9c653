"""One way to write down why a finding is accepted, at the construct that causes it."""

from collections.abc import Sequence

import aws_cdk as cdk
from constructs import IConstruct

PACKS = {
    "AwsSolutions-": "AwsSolutions",
    "NIST.800.53.R5-": "NIST.800.53.R5",
    "HIPAA.Security-": "HIPAA.Security",
    "PCI.DSS.321-": "PCI.DSS.321",
    "Serverless-": "Serverless",
}
"""Prefix of a cdk-nag finding, and the name of the pack that raises it."""


NIST_HIPAA_PCI = ("NIST.800.53.R5", "HIPAA.Security", "PCI.DSS.321")


def in_packs(rule: str, packs: Sequence[str] = NIST_HIPAA_PCI) -> list[str]:
    """Return the finding ids of one rule that several packs share."""
    return [f"{pack}-{rule}" for pack in packs]


def acknowledge(construct: IConstruct, findings: Sequence[str], *, reason: str) -> None:
    """Accept `findings` on `construct` and everything below it; the reason must convince an auditor.

    A finding is a cdk-nag id, its detail in brackets included (`AwsSolutions-IAM5[Resource::*]`); cdk-nag
    matches ids literally, so each one is named.

    Raises:
        ValueError: a finding belongs to no pack.
    """
    for finding in findings:
        pack = next((name for prefix, name in PACKS.items() if finding.startswith(prefix)), None)
        if pack is None:
            raise ValueError(f"finding must start with one of {', '.join(PACKS)}, got {finding}")
        cdk.Validations.of(construct).acknowledge(
            cdk.Acknowledgment(id=f"{pack}::{finding}", reason=reason),
        )
