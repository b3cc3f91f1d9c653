"""Collects all that a change report says: changes, their cost, and findings that came or went."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.assembly import Assembly, NotAnAssemblyError
from infra.changes.comparing import between
from infra.changes.environments import Environments, read_both
from infra.changes.model import Finding, FindingKind, FindingsDelta, Report, Severity
from infra.cost import EnvironmentDelta, ResourceDelta, delta, estimate

GUARDRAILS = "Guardrails"
"""What our own plugin is called in CDK's validation report; every other plugin is a scanner's pack."""

EMULATED = "000000000000"
"""The account of environments on the emulator, which cost nothing."""


@dataclass(frozen=True, kw_only=True)
class CostDelta:
    """What the change costs a month, by environment and by resource, the largest difference first."""

    environments: dict[str, EnvironmentDelta] = field(default_factory=dict)
    resources: list[ResourceDelta] = field(default_factory=list)

    @property
    def fixed_usd(self) -> float:
        """How much more all environments cost while they exist."""
        return sum(found.fixed_after - found.fixed_before for found in self.environments.values())

    @property
    def usage_usd(self) -> float:
        """How much more they cost at the assumed use."""
        return sum(found.usage_after - found.usage_before for found in self.environments.values())


@dataclass(frozen=True, kw_only=True)
class Collected:
    """Everything that the forms show."""

    report: Report
    cost: CostDelta
    #: Why a change at or above the gate is accepted; empty where nobody said so.
    override: str = ""
    #: From which severity on the exit code is 3; None: never.
    gate: Severity | None = None

    @property
    def blocked(self) -> bool:
        """Whether the change is at or above the gate, and nobody accepted that."""
        return self.over_gate and not self.override

    @property
    def over_gate(self) -> bool:
        """Whether the change is at or above the gate."""
        worst = self.report.worst
        return self.gate is not None and worst is not None and worst >= self.gate

    def as_json(self) -> dict[str, Any]:
        """As the published schema (docs/change-report.schema.json) has it."""
        report = self.report
        return {
            "summary": {
                **report.summary.as_json(),
                "environments": list(report.environments),
                "added_environments": list(report.added_environments),
                "removed_environments": list(report.removed_environments),
                "gate": self.gate.word if self.gate is not None else "never",
                "blocked": self.blocked,
                "override": self.override or None,
            },
            "changes": list(report.rows()),
            "cost": {
                "fixed_usd": round(self.cost.fixed_usd, 2),
                "usage_usd": round(self.cost.usage_usd, 2),
                "environments": {
                    name: {key: round(value, 2) for key, value in vars_of(found).items()}
                    for name, found in self.cost.environments.items()
                },
                "resources": [resource.as_dict() for resource in self.cost.resources],
            },
            "findings": {
                "added": [vars_of(finding) for finding in report.findings.added],
                "removed": [vars_of(finding) for finding in report.findings.removed],
            },
        }


def vars_of(item: Any) -> dict[str, Any]:
    """Return the fields of a dataclass, with slots or without."""
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def collect(
    base: Path,
    head: Path,
    environments: Sequence[str] | None = None,
    *,
    gate: Severity | None = None,
    override: str = "",
) -> Collected:
    """Compare two folders of cloud assemblies, offline.

    Raises:
        NotAnAssemblyError: a folder is none, is written in a schema that cannot be compared, or lacks an environment.
    """
    before, after = read_both(base, head, environments)
    report = between(before, after)
    report.findings = _findings_delta(_findings(base, before), _findings(head, after))
    return Collected(report=report, cost=_cost(report.environments, before, after), override=override, gate=gate)


def _cost(names: Sequence[str], before: Environments, after: Environments) -> CostDelta:
    totals: dict[str, EnvironmentDelta] = {}
    resources: list[ResourceDelta] = []
    for name in names:
        if all(source.account == EMULATED for side in (before, after) for source in side.get(name, [])):
            continue
        sides = (estimate(Assembly(side.get(name, []))) for side in (before, after))
        found = delta(*sides)
        if found.environments:
            totals[name] = next(iter(found.environments.values()))
        resources += found.resources
    ordered = sorted(resources, key=lambda one: (-abs(one.fixed_usd) - abs(one.usage_usd), one.place.key))
    return CostDelta(environments=totals, resources=ordered)


def _findings(folder: Path, environments: Environments) -> Counter[Finding]:
    """What the checks said when the assemblies were synthesised; nothing where no check was run."""
    single = (folder / "manifest.json").is_file()
    found: Counter[Finding] = Counter()
    for name, sources in environments.items():
        file = (folder if single else folder / name) / "validation-report.json"
        mine = {source.construct_path.split("/")[0] if not source.stage else source.stage for source in sources}
        for finding in _of_report(file, name):
            if any(finding.construct_path == path or finding.construct_path.startswith(f"{path}/") for path in mine):
                found[finding] += 1
    return found


def _of_report(file: Path, environment: str) -> Iterator[Finding]:
    if not file.is_file():
        return
    try:
        plugins = json.loads(file.read_text(encoding="utf-8"))["pluginReports"]
    except (ValueError, KeyError, TypeError) as error:
        raise NotAnAssemblyError(f"{file} is no validation report: {error}") from None
    for plugin in plugins:
        kind: FindingKind = "guardrail" if plugin["pluginName"] == GUARDRAILS else "nag"
        for violation in plugin.get("violations", []):
            yield from _of_rule(environment, kind, violation, str(violation.get("description", "")))
        for accepted in plugin.get("suppressedViolations", []):
            yield from _of_rule(environment, "acknowledgement", accepted, str(accepted.get("reason", "")))


def _of_rule(environment: str, kind: FindingKind, rule: Mapping[str, Any], said: str) -> Iterator[Finding]:
    for construct in rule.get("violatingConstructs", []):
        path = str(construct.get("constructPath", ""))
        yield Finding(
            environment=environment,
            kind=kind,
            id=str(rule.get("acknowledgedId") or rule.get("ruleName", "")),
            stack=path.split("/", maxsplit=1)[0],
            construct_path=path,
            message=said,
        )


def _findings_delta(before: Counter[Finding], after: Counter[Finding]) -> FindingsDelta:
    def ordered(found: Counter[Finding]) -> list[Finding]:
        return sorted(found.elements(), key=lambda one: (one.kind, one.id, one.construct_path, one.environment))

    return FindingsDelta(added=ordered(after - before), removed=ordered(before - after))
