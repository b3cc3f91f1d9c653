"""Brings an environment to an assembly: what is ready is prepared, shown, asked for and executed, wave by wave.

A change set cannot be made before the stacks that it takes values from are deployed. So what can be prepared is,
and the rest follows in a next wave, shown and asked for again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from scripts.aws import Aws, AwsError
from scripts.console import Exit, confirm, fail, progress
from scripts.delivery import change_sets, policies
from scripts.delivery.change_sets import ChangeSet
from scripts.delivery.releases import Archive, Release
from scripts.delivery.stacks import check_ready, find_stack, in_order, resources_of
from scripts.mute import muted

if TYPE_CHECKING:
    from infra.assembly import Assembly, Stack


@dataclass
class Rollout:
    """One assembly on its way into one environment."""

    aws: Aws
    archive: Archive
    release: Release
    assembly: "Assembly"
    folder: Path
    seconds: float
    #: Further arguments of `cdk deploy`, such as alarms that roll back.
    extra: Sequence[str] = ()
    done: list[dict[str, Any]] = field(default_factory=list)

    def wait_until_ready(self) -> None:
        """Wait for operations that still run, such as those of a run that was interrupted; refuse bad states."""
        known = [find_stack(self.aws, stack.name, stack.region) for stack in in_order(self.assembly)]
        for one in known:
            if one and one.verdict == "busy":
                change_sets.settle(self.aws, one.arn, one.region, seconds=self.seconds)
        settled = (find_stack(self.aws, one.name, one.region) if one.verdict == "busy" else one for one in known if one)
        check_ready([one for one in settled if one], self.aws.environment.name)

    def prepare(self, stacks: "Sequence[Stack]") -> "tuple[list[ChangeSet], list[Stack]]":
        """Return the change sets of `stacks`, and the stacks that must wait for others. Interrupted: leaves none."""
        ready: list[ChangeSet] = []
        later: list[Stack] = []
        name = f"release-{self.release.id}"
        try:
            for stack in stacks:
                with progress.status(f"preparing {stack.name} ..."):
                    made = change_sets.prepare(self.aws, self.folder, stack, name, self.extra)
                if isinstance(made, str):
                    later.append(stack)
                elif made:
                    ready.append(made)
                else:
                    self._guard(stack)
            if later and not ready:
                stack = later[0]
                said = change_sets.prepare(self.aws, self.folder, stack, name, self.extra)
                raise AwsError(f"{stack.name} needs what no stack gives: {said}")
        except (AwsError, KeyboardInterrupt):
            change_sets.discard(self.aws, ready)
            raise
        return ready, later

    def run(self, *, yes: bool, prepared: list[ChangeSet] | None = None) -> Release:
        """Go on until every stack is as the assembly has it; `prepared` was shown and approved before.

        Raises:
            AwsError: a stack was refused and rolled back by itself; stacks before it stay as they are now.
        """
        waiting = in_order(self.assembly)
        approved = prepared is not None
        try:
            while waiting:
                ready, waiting = self._next_wave(waiting, prepared)
                if not approved:
                    show(ready, later=waiting)
                    if ready:
                        self._ask(ready, yes=yes)
                elif prepared is None and (lost := [one for one in ready if any(c.destroys for c in one.changes)]):
                    show(lost)
                    change_sets.discard(self.aws, ready)
                    raise AwsError("this was not shown before, and may lose data: prepare again, and have it approved")
                with muted(self.aws, seconds=self.seconds * len(ready)):
                    for change_set in ready:
                        self._execute(change_set)
                prepared = None
        except (AwsError, TimeoutError):
            self.archive.ended(self.release, "failed")
            raise
        except KeyboardInterrupt:
            self.archive.ended(self.release, "failed")
            progress.print("\n[bold]Interrupted.[/] CloudFormation ends what it began; run the same command to go on.")
            raise SystemExit(int(Exit.ERROR)) from None
        return self.archive.ended(self.release, "deployed")

    def _next_wave(
        self, waiting: "list[Stack]", prepared: list[ChangeSet] | None
    ) -> "tuple[list[ChangeSet], list[Stack]]":
        if prepared is None:
            return self.prepare(waiting)
        names = {one.stack for one in prepared}
        return prepared, [stack for stack in waiting if stack.name not in names]

    def _ask(self, ready: list[ChangeSet], *, yes: bool) -> None:
        names = ", ".join(one.stack for one in ready)
        try:
            confirm(self.aws.environment, f"change {names}", yes=yes)
        except (SystemExit, KeyboardInterrupt):
            change_sets.discard(self.aws, ready)
            raise

    def _execute(self, change_set: ChangeSet) -> None:
        stack = next(one for one in in_order(self.assembly) if one.name == change_set.stack)
        if (existing := find_stack(self.aws, stack.name, stack.region)) and existing.verdict == "ready":
            self._guard(stack)
        change_sets.execute(self.aws, change_set, seconds=self.seconds)
        self._guard(stack)
        self._protect(stack)
        self.done.append({"stack": change_set.stack, "changes": len(change_set.changes)})
        progress.print(f"[green]✓[/] {change_set.stack}: {change_set.size}", soft_wrap=True)

    def _guard(self, stack: "Stack") -> None:
        """Set the stack's policy, with what a committed approval lets through."""
        from infra.guardrails.lock import FOLDER, read_lock

        name = self.aws.environment.name
        deployed = find_stack(self.aws, stack.name, stack.region)
        if deployed and deployed.verdict == "ready":
            has = {one["LogicalResourceId"]: one["ResourceType"] for one in resources_of(self.aws, deployed)}
            lock = read_lock(FOLDER / f"{name}.json")
            approved = policies.approvals(name, stack.name, today=datetime.now(UTC).date())
            policies.apply(self.aws, stack, policies.policy_for(stack, lock, deployed=has, approved=approved))

    def _protect(self, stack: "Stack") -> None:
        """Protect against deletion what the assembly wants protected, whatever somebody switched off by hand."""
        deployed = find_stack(self.aws, stack.name, stack.region)
        if stack.termination_protection and deployed and not deployed.protected:
            self.aws.client("cloudformation", stack.region).update_termination_protection(
                StackName=stack.name, EnableTerminationProtection=True
            )


def keep_prepared(rollout: Rollout) -> Release:
    """Prepare the first wave and archive it: `deploy --execute` goes on, and does exactly what was shown."""
    ready, later = rollout.prepare(in_order(rollout.assembly))
    show(ready, later=later)
    release = replace(
        rollout.release,
        change_sets={one.stack: one.arn for one in ready},
        shown={one.stack: one.digest for one in ready},
    )
    rollout.archive.record(release)
    return release


def read_prepared(rollout: Rollout) -> list[ChangeSet]:
    """Return the change sets of a prepared release.

    Raises:
        AwsError: one is gone, or is not what was shown.
    """
    found = []
    by_name = {stack.name: stack for stack in in_order(rollout.assembly)}
    for name, arn in rollout.release.change_sets.items():
        change_set = change_sets.read(rollout.aws, name, by_name[name].region, arn)
        if not change_set or change_set.digest != rollout.release.shown[name]:
            said = "is gone" if not change_set else "is not what was shown"
            raise AwsError(f"the change set of {name} {said}: prepare the release again")
        found.append(change_set)
    return found


def show(ready: Sequence[ChangeSet], *, later: "Sequence[Stack]" = ()) -> None:
    """Print every change, what may lose data first."""
    colours = {"Add": "green", "Modify": "yellow", "Remove": "red", "Import": "cyan", "Dynamic": "magenta"}
    for one in ready:
        progress.print(f"\n[bold]{one.stack}[/] {one.region}: {one.size}", soft_wrap=True)
        for change in one.changes:
            marks = [
                "[bold red]MAY LOSE DATA[/]" if change.destroys else "",
                {"True": "replaced", "Conditional": "perhaps replaced"}.get(change.replacement, ""),
                escape(", ".join(change.properties)),
            ]
            said = "  ".join(mark for mark in marks if mark)
            colour = colours.get(change.action, "white")
            progress.print(
                f"  [{colour}]{change.action:<7}[/] {change.logical_id} [dim]{change.type}[/] {said}", soft_wrap=True
            )
    if later:
        names = ", ".join(stack.name for stack in later)
        progress.print(f"\nTo be prepared, shown and asked for once these are deployed: {names}", soft_wrap=True)
    if not ready and not later:
        progress.print("Nothing changes: every stack is as the assembly has it.")


def check_prepared(release: Release) -> None:
    """Refuse to execute what is not waiting."""
    if release.state != "prepared" or not release.shown:
        said = f"{release.id} is {release.state}, with no change sets that wait: `deploy --prepare` makes them"
        fail(said, Exit.USAGE)
