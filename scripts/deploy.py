"""`deploy`: brings an environment to what is checked out; every change is shown before it is made."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.delivery.releases import Archive

MAX_ALARMS = 5


def deploy(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    assembly: Annotated[Path | None, typer.Option(help="Deploy this synthesised assembly instead of the app.")] = None,
    prepare: Annotated[bool, typer.Option("--prepare", help="Make and show the change sets; execute nothing.")] = False,
    execute: Annotated[str | None, typer.Option(help="Execute a prepared release, exactly as it was shown.")] = None,
    accept_drift: Annotated[
        bool, typer.Option("--accept-drift", help="Deploy to production over what was changed by hand.")
    ] = False,
    rollback_alarm: Annotated[
        list[str] | None, typer.Option(help="ARN of an alarm that rolls a stack back; at most 5.")
    ] = None,
    watch_minutes: Annotated[
        int, typer.Option(min=0, max=180, help="Watch those alarms this long after each stack.")
    ] = 5,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting for a stack after this long.")] = 120,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the changes, and leave nothing behind.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """Deploy. The assembly is archived, so that `rollback` can go back to it; interrupted, the same command goes on."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from infra.guardrails.lock import LockError
    from scripts.aws import Aws, told_plainly
    from scripts.delivery import change_sets, rollout
    from scripts.delivery.releases import archive_of, names_of, new_release
    from scripts.delivery.rights import check_rights
    from scripts.delivery.stacks import check_belongs, in_order
    from scripts.synthesis import SynthesisError

    if sum((prepare, bool(execute), dry_run)) > 1:
        fail("--prepare, --execute and --dry-run are three things: give one of them", Exit.USAGE)
    if len(rollback_alarm or []) > MAX_ALARMS:
        fail(f"--rollback-alarm must be given at most {MAX_ALARMS} times, got {len(rollback_alarm or [])}", Exit.USAGE)
    extra = _triggers(rollback_alarm or [], watch_minutes)
    with told_plainly(SynthesisError, NotAnAssemblyError, LockError), tempfile.TemporaryDirectory() as scratch:
        aws = Aws(config.load(environment), port=port)
        archive = archive_of(aws, aws.check_account())
        folder = _assembly(environment, archive, Path(scratch), given=assembly, release=execute)
        loaded = load(folder)
        check_belongs(loaded, aws.environment)
        check_rights(aws, loaded)
        release = archive.get(execute) if execute else new_release(aws, names_of(loaded))
        run = rollout.Rollout(aws, archive, release, loaded, folder, time_limit_minutes * 60, extra)
        run.wait_until_ready()
        if aws.environment.production and not accept_drift:
            check_drift(aws, seconds=time_limit_minutes * 60)
        if execute:
            rollout.check_prepared(release)
            done = run.run(yes=True, prepared=rollout.read_prepared(run))
        elif dry_run:
            ready, later = run.prepare(in_order(loaded))
            rollout.show(ready, later=later)
            change_sets.discard(aws, ready)
            return
        else:
            archive.keep(release, folder)
            done = rollout.keep_prepared(run) if prepare else run.run(yes=yes)
        progress.print(f"[green]✓[/] release {done.id} is {done.state}", soft_wrap=True)
        if as_json:
            emit({"release": done.id, "state": done.state, "commit": done.commit, "stacks": run.done})


def _triggers(alarms: list[str], minutes: int) -> list[str]:
    return ["--rollback-trigger-alarm-arns", *alarms, "--monitoring-time-minutes", str(minutes)] if alarms else []


def _assembly(environment: str, archive: "Archive", scratch: Path, *, given: Path | None, release: str | None) -> Path:
    """Return the assembly to deploy: the one that was prepared, the one that was given, or the app's."""
    from scripts.synthesis import synthesise

    if release:
        return archive.fetch(archive.get(release), scratch / "assembly")
    if given:
        return given.resolve()
    with progress.status("synthesising, with every check ..."):
        return synthesise(environment, scratch / "assembly", validate=True)


def check_drift(aws: "Aws", *, seconds: float) -> None:
    """Refuse to deploy over changes that somebody made by hand: they would be lost, or fail the deployment."""
    from scripts.delivery.drift import detect, show
    from scripts.delivery.stacks import stacks_of

    comparable = [one for one in stacks_of(aws) if one.verdict == "ready"]
    found = detect(aws, comparable, seconds=seconds)
    if found:
        show(found)
        fail("production was changed by hand: undo that or put it into the app, or say --accept-drift", Exit.FINDINGS)
