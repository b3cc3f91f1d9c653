"""What a run of the guardrails found, in plain strings."""

from dataclasses import dataclass, field
from typing import Any

from infra.assembly.model import Resource, Stack
from infra.guardrails.acknowledgements import Acknowledgement
from infra.guardrails.finding import Finding


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A broken promise as reported."""

    promise: str
    stack: str
    construct_path: str
    logical_id: str
    resource_type: str
    property: str
    message: str
    template: str
    #: Set where somebody accepted it.
    reason: str = ""
    expires: str = ""

    def to_dict(self) -> dict[str, str]:
        """Plain values, for JSON."""
        return {name: value for name, value in vars(self).items() if value or name not in OPTIONAL}

    def __str__(self) -> str:
        """One line."""
        where = f"{self.construct_path} ({self.logical_id})" if self.logical_id else self.construct_path
        return f"{self.promise}: {where}: {self.property}: {self.message}"


OPTIONAL = ("reason", "expires")


@dataclass
class Report:
    """What a run found."""

    promises: int
    stacks: int
    resources: int
    violations: list[Violation] = field(default_factory=list)
    acknowledged: list[Violation] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "promises": self.promises,
            "stacks": self.stacks,
            "resources": self.resources,
            "violations": [violation.to_dict() for violation in self.violations],
            "acknowledged": [violation.to_dict() for violation in self.acknowledged],
        }


def violation(promise_id: str, finding: Finding, accepted: Acknowledgement | None) -> Violation:
    """A finding as reported, with the reason of whoever accepted it."""
    where = finding.where
    stack = where if isinstance(where, Stack) else where.stack
    return Violation(
        promise=promise_id,
        stack=stack.name,
        construct_path=where.construct_path,
        logical_id=where.logical_id if isinstance(where, Resource) else "",
        resource_type=where.type if isinstance(where, Resource) else "",
        property=finding.property,
        message=finding.message,
        template=str(stack.template_file),
        reason=accepted.reason if accepted else "",
        expires=accepted.expires if accepted else "",
    )
