"""`cleanup`: finds stacks that the app no longer has, and deletes one when its name is typed."""

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws
    from scripts.delivery.stacks import Deployed


def cleanup(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    delete: Annotated[str | None, typer.Option(help="Name of the stack to delete, in full.")] = None,
    assembly: Annotated[Path | None, typer.Option(help="Compare with this assembly instead of the app.")] = None,
    time_limit_minutes: Annotated[int, typer.Option(min=1, help="Give up waiting after this long.")] = 60,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would go and what would stay.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask again; never in production.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write what was found to stdout as JSON.")] = False,
) -> None:
    """List stacks that are no longer in the app (exit code 3), or delete one. What is retained is shown first."""
    import config
    from infra.assembly import NotAnAssemblyError, load
    from scripts.aws import Aws, told_plainly
    from scripts.delivery.releases import names_of
    from scripts.delivery.stacks import stacks_of
    from scripts.synthesis import SynthesisError, synthesise

    with told_plainly(SynthesisError, NotAnAssemblyError), tempfile.TemporaryDirectory() as scratch:
        aws = Aws(config.load(environment), port=port)
        aws.check_account()
        app = set(names_of(load(assembly or synthesise(environment, Path(scratch) / "assembly"))))
        known = stacks_of(aws)
        candidates = [
            one
            for one in known
            if one.name not in app or one.verdict == "never-stable" or one.status == "DELETE_FAILED"
        ]
        if delete:
            chosen = next((one for one in candidates if one.name == delete), None)
            if not chosen:
                names = ", ".join(one.name for one in candidates) or "there is none"
                said = "is in the app" if delete in app else "is none"
                fail(
                    f"--delete must name a stack that the app no longer has ({names}), and {delete} {said}", Exit.USAGE
                )
            _delete(aws, chosen, seconds=time_limit_minutes * 60, dry_run=dry_run, yes=yes)
            return
        found = [_describe(aws, one) for one in candidates]
    if as_json:
        emit(found)
    for one in found:
        _show(one)
    if found:
        progress.print(f"\nTo delete one: python -m scripts cleanup --environment {environment} --delete NAME")
        raise typer.Exit(Exit.FINDINGS)
    progress.print("Every stack is in the app.")


def _describe(aws: "Aws", stack: "Deployed") -> dict[str, Any]:
    """Say what a deletion would keep, what data would go, and who still uses it."""
    import json

    from infra.guardrails.knowledge.stateful import PROTECTIONS
    from scripts.delivery.stacks import resources_of

    cloudformation = aws.client("cloudformation", stack.region)
    body = cloudformation.get_template(StackName=stack.arn)["TemplateBody"]
    template = json.loads(body) if isinstance(body, str) else dict(body)
    declared = template.get("Resources", {})
    kept, lost, others = [], [], 0
    for one in resources_of(aws, stack):
        if not one.get("PhysicalResourceId") or one["ResourceStatus"] == "DELETE_COMPLETE":
            continue
        entry = {"id": one["LogicalResourceId"], "type": one["ResourceType"], "name": one["PhysicalResourceId"]}
        policy = str(declared.get(one["LogicalResourceId"], {}).get("DeletionPolicy", ""))
        if policy.startswith("Retain"):
            kept.append(entry)
        elif one["ResourceType"] in PROTECTIONS:
            lost.append(entry | ({"policy": policy} if policy == "Snapshot" else {}))
        else:
            others += 1
    return {
        "stack": stack.name,
        "region": stack.region,
        "status": stack.status,
        "protected": stack.protected,
        "kept": kept,
        "data_that_goes": lost,
        "others": others,
        "used_by": _importers(aws, stack),
    }


def _importers(aws: "Aws", stack: "Deployed") -> list[str]:
    """Return the names of the stacks that import what this one exports."""
    from botocore.exceptions import ClientError

    cloudformation = aws.client("cloudformation", stack.region)
    pages = cloudformation.get_paginator("list_exports").paginate()
    exports = [one["Name"] for page in pages for one in page["Exports"] if one["ExportingStackId"] == stack.arn]
    users: set[str] = set()
    for name in exports:
        try:
            users.update(cloudformation.list_imports(ExportName=name)["Imports"])
        except ClientError as error:
            if "is not imported by any stack" not in str(error):
                raise
    return sorted(users)


def _show(found: dict[str, Any]) -> None:
    protected = ", protected against deletion" if found["protected"] else ""
    progress.print(f"\n[bold]{found['stack']}[/] {found['region']}, {found['status']}{protected}", soft_wrap=True)
    for title, colour, key in (("stays", "green", "kept"), ("GOES, WITH ITS DATA", "bold red", "data_that_goes")):
        for one in found[key]:
            more = ", after a last snapshot" if one.get("policy") else ""
            progress.print(f"  [{colour}]{title}{more}[/]: {one['name']} ({one['type']})", soft_wrap=True)
    progress.print(f"  goes, and holds no data: {found['others']} of its resources")
    if found["used_by"]:
        progress.print(f"  [red]still used by[/] {', '.join(found['used_by'])}", soft_wrap=True)


def _delete(aws: "Aws", stack: "Deployed", *, seconds: float, dry_run: bool, yes: bool) -> None:
    from scripts.delivery.change_sets import failures, settle

    found = _describe(aws, stack)
    _show(found)
    if dry_run:
        return
    if found["used_by"]:
        fail(f"{stack.name} is still used by {', '.join(found['used_by'])}: deploy those first")
    _ask(aws, stack, yes=yes)
    cloudformation = aws.client("cloudformation", stack.region)
    if stack.protected:
        cloudformation.update_termination_protection(StackName=stack.arn, EnableTerminationProtection=False)
    cloudformation.delete_stack(StackName=stack.arn)
    status = settle(aws, stack.arn, stack.region, seconds=seconds)
    if status != "DELETE_COMPLETE":
        fail("\n  ".join([f"{stack.name} is {status}", *failures(aws, stack.arn, stack.region)[-5:]]))
    progress.print(f"[green]✓[/] {stack.name} is deleted", soft_wrap=True)
    for one in found["kept"]:
        progress.print(f"  stays, and nothing manages it: {one['name']} ({one['type']})", markup=False, soft_wrap=True)


def _ask(aws: "Aws", stack: "Deployed", *, yes: bool) -> None:
    """Want the stack's name once more at a terminal; without one, `--yes`, and never in production."""
    if aws.environment.production:
        confirm(aws.environment, f"delete {stack.name}", yes=yes)
    if sys.stdin.isatty():
        if not yes and progress.input("Type the stack's name to delete it: ").strip() != stack.name:
            fail("not confirmed: nothing was deleted")
    elif not yes:
        fail(f"delete {stack.name}: say --yes where there is no terminal", Exit.USAGE)
