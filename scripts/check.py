"""`check`: holds any cloud assembly against the promises of the guardrails."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from scripts.console import Exit, fail, progress


def check(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A cloud assembly: what `cdk synth` wrote.")],
    as_json: Annotated[bool, typer.Option("--json", help="Write the report as JSON.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Hold an assembly that states no policy to production's.")
    ] = False,
) -> None:
    """Check the promises on a cloud assembly, ours or not: a violation a line, exit code 3 if any."""
    from infra.assembly import NotAnAssemblyError, load
    from infra.guardrails.lock import LockError, read_locks
    from infra.guardrails.policy import MILD, STRICT, PolicyError
    from infra.guardrails.runbooks import runbook_sections
    from infra.guardrails.runner import Facts, run

    try:
        facts = Facts(otherwise=STRICT if strict else MILD, locks=read_locks(), runbooks=runbook_sections())
        report = run(load(folder), facts)
    except (NotAnAssemblyError, LockError, PolicyError) as error:
        fail(str(error), Exit.USAGE)
    if as_json:
        sys.stdout.write(json.dumps({"assembly": str(folder), **report.to_dict()}, indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{violation}\n" for violation in report.violations)
        for accepted in report.acknowledged:
            until = f" (until {accepted.expires})" if accepted.expires else ""
            progress.print(f"accepted{until}: {accepted}: {accepted.reason}", markup=False, soft_wrap=True)
        progress.print(
            f"{report.promises} promises on {report.resources} resources in {report.stacks} stacks: "
            f"{len(report.violations)} violations, {len(report.acknowledged)} accepted"
        )
    if report.violations:
        raise typer.Exit(Exit.FINDINGS)
