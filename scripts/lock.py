"""`lock`: commits the logical ids of what holds data, with the reason for the change."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scripts.console import Exit, fail, progress


def lock(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A cloud assembly: what `cdk synth` wrote.")],
    reason: Annotated[str, typer.Option(help="Why what holds data changes: a sentence, kept in the file.")],
) -> None:
    """Rewrite locks/ENVIRONMENT.json from an assembly: a removal or a rename is meant, and this is why."""
    from infra.assembly import NotAnAssemblyError, load
    from infra.guardrails.acknowledgements import sentence_problem
    from infra.guardrails.lock import LockError, renew_locks

    if problem := sentence_problem(reason):
        fail(f"--reason {problem}", Exit.USAGE)
    try:
        changed = renew_locks(load(folder), reason=reason, today=datetime.now(UTC).date())
    except (NotAnAssemblyError, LockError) as error:
        fail(str(error), Exit.USAGE)
    for renewed in changed:
        for word in ("removed", "added"):
            for name in renewed.history[-1][word]:
                progress.print(f"{renewed.environment}: {word} {name}", markup=False, soft_wrap=True)
    if not changed:
        progress.print("nothing changed: every stateful resource is locked as it is")
