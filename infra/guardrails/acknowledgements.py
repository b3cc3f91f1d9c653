"""Exceptions, written where the cause is: in the metadata of the resource, or of the stack's template.

Metadata: {"groundwork": {"acknowledge": [
    {"id": "identity.resource-star",          # the promise
     "reason": "A sentence that would convince an auditor.",
     "expires": "2027-06-30",                 # optional: the last day on which it counts
     "about": "xray:PutTraceSegments"}        # optional: only findings whose message mentions this
]}}
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, Stack
from infra.guardrails.finding import Finding

MIN_WORDS = 5
MIN_CHARACTERS = 25
FIELDS = {"id", "reason", "expires", "about"}


@dataclass(frozen=True)
class Acknowledgement:
    """One accepted finding, as it is written."""

    where: Resource | Stack
    entry: Any

    @property
    def id(self) -> str:
        """The promise that it excepts from."""
        return str(self._field("id"))

    @property
    def reason(self) -> str:
        """Why."""
        return str(self._field("reason"))

    @property
    def about(self) -> str:
        """The part of the message that it is limited to; empty: no limit."""
        return str(self._field("about"))

    @property
    def expires(self) -> str:
        """The last day on which it counts; empty: no end."""
        return str(self._field("expires"))

    def _field(self, name: str) -> Any:
        return self.entry.get(name, "") if isinstance(self.entry, dict) else ""

    def problem(self, today: date) -> str | None:
        """What is wrong with the entry itself, or None."""
        if not isinstance(self.entry, dict) or not self.id:
            return f"an acknowledgement is an object with id and reason, got {self.entry!r}"
        if self.id.startswith("exceptions."):
            return f"{self.id}: the rules about acknowledgements know no exception"
        if unknown := set(self.entry) - FIELDS:
            return f"{self.id}: an acknowledgement has no field {', '.join(sorted(unknown))}"
        if problem := sentence_problem(self.reason):
            return f"{self.id}: a reason {problem}"
        return self._expiry_problem(today)

    def _expiry_problem(self, today: date) -> str | None:
        if not self.expires:
            return None
        try:
            last_day = date.fromisoformat(self.expires)
        except ValueError:
            return f"{self.id}: expires is a date such as 2027-06-30, got {self.expires!r}"
        return f"{self.id}: expired on {self.expires}" if today > last_day else None

    def matches(self, promise_id: str, finding: Finding) -> bool:
        """Whether it is written about this finding."""
        return self.id == promise_id and self.where is finding.where and self.about in finding.message


def sentence_problem(text: str) -> str | None:
    """Why a reason says too little to convince anybody, or None."""
    if len(text.split()) >= MIN_WORDS and len(text.strip()) >= MIN_CHARACTERS:
        return None
    return f"must be at least a sentence of {MIN_WORDS} words, got {text!r}"


def find_acknowledgements(assembly: Assembly) -> Iterator[Acknowledgement]:
    """Every acknowledgement in the templates, well-formed or not."""
    for stack in assembly.stacks:
        yield from (Acknowledgement(stack, entry) for entry in _entries(stack.groundwork))
        for resource in stack.resources.values():
            found = resource.metadata.get("groundwork")
            yield from (Acknowledgement(resource, entry) for entry in _entries(found))


def _entries(groundwork: Any) -> list[Any]:
    if not isinstance(groundwork, dict):
        return []
    entries = groundwork.get("acknowledge", [])
    return entries if isinstance(entries, list) else [entries]
