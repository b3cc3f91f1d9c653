"""Runs the cost guard at every synth: it warns near the limit of an environment, and fails above it."""

import sys

import aws_cdk as cdk
import jsii

from infra.assembly import load
from infra.cost.guard import Verdict, verdicts

RULE = "cost.max-monthly-fixed-usd"


@jsii.implements(cdk.IPolicyValidationPlugin)
class CostGuard:
    """The policy-validation plugin: add it to `cdk.Validations.of(app)`, on the App whose `outdir` it reads."""

    def __init__(self, *, outdir: str) -> None:
        self._outdir = outdir

    @property
    def name(self) -> str:
        """The name in the validation report."""
        return "CostGuard"

    @property
    def version(self) -> str:
        """The version in the validation report."""
        return "1.0.0"

    @property
    def rule_ids(self) -> list[str]:
        """The one rule that there is."""
        return [RULE]

    def validate(self, context: cdk.IPolicyValidationContext) -> cdk.PolicyValidationPluginReport:
        """Price the assembly that was just written, nested Stages included."""
        found = list(verdicts(load(self._outdir)))
        for verdict in found:
            if verdict.is_near:
                sys.stderr.write(f"warning: {verdict}\n")
        over = [verdict for verdict in found if verdict.is_over]
        return cdk.PolicyValidationPluginReport(success=not over, violations=[_violation(one) for one in over])


def _violation(verdict: Verdict) -> cdk.PolicyViolation:
    return cdk.PolicyViolation(
        rule_name=RULE,
        description=str(verdict),
        severity="fatal",
        violating_resources=[
            cdk.PolicyViolatingResource(
                construct_path=one.place.construct_path,
                template_path=one.place.stack,
                locations=[f"{one.fixed_usd:.2f} USD a month"],
            )
            for one in verdict.dearest
        ],
    )
