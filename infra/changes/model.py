"""The words of the change report: verdicts, severities, reasons, one record per changed resource, the report."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import Any, Literal, NamedTuple


class Change(StrEnum):
    """What CloudFormation would do to a resource."""

    CREATE = "CREATE"
    UPDATE = "UPDATE"
    MAY_REPLACE = "MAY_REPLACE"
    REPLACE = "REPLACE"
    DESTROY = "DESTROY"
    DESTROY_SNAPSHOT = "DESTROY_SNAPSHOT"
    RETAIN = "RETAIN"
    RENAME = "RENAME"


class Severity(IntEnum):
    """How much a reviewer should care; ordered, so that severities compare."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3

    @property
    def word(self) -> str:
        """As it is written in options, JSON and pages."""
        return self.name.lower()


class Reason(NamedTuple):
    """One finding about a change: how bad, a sentence for a person, and who says so."""

    severity: Severity
    text: str
    source: str = ""


#: Before a reason that holds only for some values of what the templates leave open.
MAYBE = "May happen, as a parameter or condition decides:"


class Difference(NamedTuple):
    """One property whose value changes; `path` names list items by their key or position."""

    path: tuple[str, ...]
    before: Any
    after: Any

    @property
    def name(self) -> str:
        """The path as people write it."""
        return ".".join(self.path)


@dataclass(kw_only=True)
class ResourceChange:
    """What happens to one resource, in one environment or in several alike, and why a reviewer should care.

    What happens to a stack as a whole (its protection, its exports, its parameters) is a change of the type
    `AWS::CloudFormation::Stack`, with the name of the output or parameter as logical id where there is one.
    """

    stack: str
    logical_id: str
    resource_type: str
    construct_path: str
    change: Change
    #: The environments in which it happens, and the name of its stack in each.
    stacks: dict[str, str] = field(default_factory=dict)
    #: The same change in the others of these environments, where names may differ.
    elsewhere: dict[str, "ResourceChange"] = field(default_factory=dict)
    properties: list[str] = field(default_factory=list)
    stateful: bool = False
    reasons: list[Reason] = field(default_factory=list)
    new_logical_id: str | None = None
    new_stack: str | None = None
    differences: list[Difference] = field(default_factory=list)
    #: A change that every deploy makes, such as new code: folded into one line.
    routine: bool = False

    @property
    def environments(self) -> list[str]:
        """Where it happens."""
        return list(self.stacks)

    @property
    def severity(self) -> Severity:
        """The worst of the reasons."""
        return max((reason.severity for reason in self.reasons), default=Severity.LOW)

    @property
    def reason(self) -> str:
        """All reasons, worst first, as running text."""
        ordered = sorted(self.reasons, key=lambda reason: -reason.severity)
        return " ".join(dict.fromkeys(reason.text for reason in ordered))

    @property
    def sources(self) -> list[str]:
        """Who says so: each source once."""
        return list(dict.fromkeys(reason.source for reason in self.reasons if reason.source))

    @property
    def rank(self) -> tuple[Any, ...]:
        """Sorts the worst first, stateful before the rest, what is lost before what changes."""
        order = (
            Change.DESTROY,
            Change.DESTROY_SNAPSHOT,
            Change.REPLACE,
            Change.MAY_REPLACE,
            Change.RENAME,
            Change.RETAIN,
            Change.UPDATE,
            Change.CREATE,
        )
        place = (self.construct_path, self.logical_id, self.stack)
        return (-self.severity, not self.stateful, self.routine, order.index(self.change), *place)

    def as_json(self, environment: str) -> dict[str, Any]:
        """As the published schema has it, for one environment; optional fields only where they say something."""
        if (same := self.elsewhere.get(environment)) is not None:
            return same.as_json(environment)
        moved = {"new_logical_id": self.new_logical_id, "new_stack": self.new_stack}
        return {
            "environment": environment,
            "stack": self.stacks.get(environment, self.stack),
            "logical_id": self.logical_id,
            **{key: value for key, value in moved.items() if value is not None},
            "resource_type": self.resource_type,
            "construct_path": self.construct_path,
            "change": self.change.value,
            "properties": list(self.properties),
            "stateful": self.stateful,
            "severity": self.severity.word,
            "reason": self.reason,
            "sources": self.sources,
            "routine": self.routine,
        }


FindingKind = Literal["guardrail", "nag", "acknowledgement"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check says of an assembly: the engine leaves these to whoever runs the checks."""

    environment: str
    kind: FindingKind
    id: str
    stack: str
    construct_path: str
    message: str


@dataclass
class FindingsDelta:
    """Findings that only one of the two sides has."""

    added: list[Finding] = field(default_factory=list)
    removed: list[Finding] = field(default_factory=list)


@dataclass(frozen=True)
class Summary:
    """The report in numbers: changes by severity and by verdict, each de-duplicated change counted once."""

    worst: Severity | None
    by_severity: dict[str, int]
    by_change: dict[str, int]
    #: Changes that every deploy makes; they are in the counts above, too.
    routine: int
    #: Stateful resources that are destroyed, replaced or leave their template.
    stateful: int

    def as_json(self) -> dict[str, Any]:
        """As the published schema has it."""
        return {
            "worst": self.worst.word if self.worst is not None else None,
            "changes": sum(self.by_change.values()),
            "by_severity": self.by_severity,
            "by_change": self.by_change,
            "routine": self.routine,
            "stateful": self.stateful,
        }


@dataclass
class Report:
    """What a change does to every environment: `changes` ranked, alike ones of several environments joined."""

    environments: Sequence[str]
    changes: list[ResourceChange] = field(default_factory=list)
    findings: FindingsDelta = field(default_factory=FindingsDelta)
    #: Environments that only one side has.
    added_environments: Sequence[str] = ()
    removed_environments: Sequence[str] = ()

    @property
    def worst(self) -> Severity | None:
        """The worst severity; None where nothing changes."""
        return max((change.severity for change in self.changes), default=None)

    @property
    def summary(self) -> Summary:
        """The numbers."""
        severities = Counter(change.severity.word for change in self.changes)
        verdicts = Counter(change.change.value for change in self.changes)
        kept = (Change.CREATE, Change.UPDATE)
        return Summary(
            worst=self.worst,
            by_severity={severity.word: severities[severity.word] for severity in reversed(Severity)},
            by_change={change.value: verdicts[change.value] for change in Change},
            routine=sum(change.routine for change in self.changes),
            stateful=sum(change.stateful and change.change not in kept for change in self.changes),
        )

    def rows(self) -> Iterator[dict[str, Any]]:
        """Each change in each of its environments, as the published schema has it."""
        for change in self.changes:
            for environment in change.environments:
                yield change.as_json(environment)
