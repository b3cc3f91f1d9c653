"""`lock`: commits the logical ids of what holds data, with the reason for the change."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from scripts.console import Exit, fail, progress

OWN = ("stable.stateful-ids",)
"""The promise that a lock is renewed for: its findings, and no others, are what may be locked."""


def lock(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A cloud assembly, instead of the app's environments.")
    ] = None,
    *,
    reason: Annotated[str, typer.Option(help="Why what holds data changes: a sentence, kept in the file.")],
) -> None:
    """Rewrite locks/ENVIRONMENT.json of what keeps data: a removal or a rename is meant, and this is why.

    Nothing is locked from an app that is refused, or has findings beside those of the lock.
    """
    import config
    from infra.assembly import NotAnAssemblyError, load
    from infra.guardrails.acknowledgements import sentence_problem
    from infra.guardrails.lock import LockError, renew_locks
    from scripts.synthesis import SynthesisError, synthesised

    if problem := sentence_problem(reason):
        fail(f"--reason {problem}", Exit.USAGE)
    today = datetime.now(UTC).date()
    try:
        if folder:
            changed = renew_locks(load(folder), reason=reason, today=today)
        else:
            names = [name for name in config.names() if config.load(name).retain_data]
            with progress.status(f"synthesising {', '.join(names)} ..."), synthesised(names, tolerated=OWN) as built:
                found = [load(one) for one in built.values()]
            changed = [one for assembly in found for one in renew_locks(assembly, reason=reason, today=today)]
    except SynthesisError as error:
        fail(f"nothing is locked: {error}")
    except (NotAnAssemblyError, LockError) as error:
        fail(str(error), Exit.USAGE)
    for renewed in changed:
        for word in ("removed", "added"):
            for name in renewed.history[-1][word]:
                progress.print(f"{renewed.environment}: {word} {name}", markup=False, soft_wrap=True)
    if not changed:
        progress.print("nothing changed: every stateful resource is locked as it is")
