"""Answers to alarms that need nobody: within limits, one at a time, recorded."""

from constructs_lib.remediation.construct import REMEDIABLE, Remediation, Remedy, allow_remediation

__all__ = ["REMEDIABLE", "Remediation", "Remedy", "allow_remediation"]
