"""What every synthesis is checked against: five cdk-nag packs, with an audit trail, and our guardrails."""

import sys

import aws_cdk as cdk
from cdk_nag import (
    AwsSolutionsChecks,
    HIPAASecurityChecks,
    NIST80053R5Checks,
    PCIDSS321Checks,
    ServerlessChecks,
)

from infra.cost_guard_plugin import CostGuard
from infra.guardrail_plugin import Guardrails

PACKS = (AwsSolutionsChecks, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks, ServerlessChecks)


def new_app() -> cdk.App:
    """Return an App whose synthesis fails on a finding anywhere.

    By default the CDK command line looks at the stacks it selects, and never at those of a Stage. Templates hold no
    stack traces, so that two of them are equal to the byte; cdk.json may not say so (the CLI warns of its names).
    """
    return cdk.App(
        post_cli_context={
            "@aws-cdk/core:failSynthOnValidationErrors": True,
            "aws:cdk:disable-creation-stack-traces": True,
            "aws:cdk:disable-stack-trace": True,
        }
    )


def add_checks(app: cdk.App) -> None:
    """Check every stack of `app`, those of its Stages included; a finding nobody accepted fails the synthesis."""
    cdk.Validations.of(app).add_plugins(
        *(pack(app, write_suppressions_to_cloud_formation=True, verbose=True) for pack in PACKS),
        Guardrails(outdir=app.outdir),
        CostGuard(outdir=app.outdir),
    )


def synthesise(app: cdk.App) -> None:
    """Write the assembly of `app` and check it; leave with 1 on findings, which CDK has printed by then."""
    try:
        app.synth()
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
        sys.exit(f"error: a finding nobody accepted, see above; all of them: {app.outdir}/validation-report.json")
