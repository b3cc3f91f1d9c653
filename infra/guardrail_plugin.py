"""Runs the guardrails at every synth: a violation, also one that sits only in a pipeline's Stage, fails it."""

from collections.abc import Iterable
from itertools import groupby

import aws_cdk as cdk
import jsii

from infra.assembly import load
from infra.guardrails.lock import read_locks
from infra.guardrails.registry import PROMISES
from infra.guardrails.report import Violation
from infra.guardrails.runbooks import runbook_sections
from infra.guardrails.runner import Facts, run


@jsii.implements(cdk.IPolicyValidationPlugin)
class Guardrails:
    """The policy-validation plugin: add it to `cdk.Validations.of(app)`, on the App whose `outdir` it reads."""

    def __init__(self, *, outdir: str) -> None:
        self._outdir = outdir

    @property
    def name(self) -> str:
        """The name in the validation report."""
        return "Guardrails"

    @property
    def version(self) -> str:
        """The version in the validation report."""
        return "1.0.0"

    @property
    def rule_ids(self) -> list[str]:
        """The ids of all promises."""
        return list(PROMISES)

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Check the assembly that was just written, nested Stages included."""
        facts = Facts(locks=read_locks(), runbooks=runbook_sections())
        report = run(load(self._outdir), facts)
        return cdk.PolicyValidationPluginReport(
            success=not report.violations,
            violations=list(_violations(report.violations)),
            metadata={"promises": str(report.promises), "accepted": str(len(report.acknowledged))},
        )


def _violations(found: Iterable[Violation]) -> Iterable[cdk.PolicyViolation]:
    """One entry a promise and message. Each names a construct: CDK passes a report that names none in silence."""
    for (promise, message), group in groupby(found, key=lambda item: (item.promise, item.message)):
        yield cdk.PolicyViolation(
            rule_name=promise,
            description=f"{PROMISES[promise].sentence} Found: {message}",
            # CDK's own acknowledgements cannot touch a fatal finding: ours are checked, and travel in the template.
            severity="fatal",
            violating_resources=[
                cdk.PolicyViolatingResource(
                    construct_path=violation.construct_path,
                    template_path=violation.template,
                    locations=[violation.property],
                )
                for violation in group
            ],
        )
