"""Small assemblies made in memory."""

from pathlib import Path
from typing import Any

from infra.assembly import Assembly, StackSource
from infra.guardrails.policy import MILD, Policy
from infra.guardrails.report import Report
from infra.guardrails.runner import Facts, run


def stack(name: str = "stack", /, *, region: str = "us-east-1", stage: str = "", **sections: Any) -> StackSource:
    """A stack of one template."""
    return StackSource(
        name=name,
        construct_path=f"{stage}/{name}" if stage else name,
        template={"Resources": {}, **sections},
        file=Path(f"{name}.template.json"),
        account="777788889999",
        region=region,
        stage=stage,
    )


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of a template."""
    return {"Type": kind, "Properties": properties}


def check(*stacks: StackSource, policy: Policy = MILD) -> Report:
    """Run every promise over stacks that state no policy."""
    return run(Assembly(stacks), Facts(otherwise=policy))


def found(report: Report) -> set[str]:
    """The promises that were broken."""
    return {violation.promise for violation in report.violations}
