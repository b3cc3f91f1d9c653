"""The closing report of `up`: the stacks, what is only recorded, where the API is; or what was refused."""

from collections import Counter, defaultdict
from typing import Any
from urllib.parse import urlsplit

from rich.padding import Padding
from rich.table import Table

from config import Environment
from emulator.client import Client
from infra.assembly import Assembly
from scripts.console import progress as console

Recorded = dict[str, str]


def summary(client: Client, assembly: Assembly, *, since: float, environment: Environment) -> dict[str, Any]:
    """Return the API's address and who may call it, the stacks, and every resource only recorded."""
    names = {(stack.name, stack.region) for stack in assembly.stacks if not stack.stage}
    seconds = {
        (stack["name"], stack["region"]): round(stack["seconds"], 1)
        for stack in client.progress()
        if stack["started"] >= since
    }
    stacks = [stack for stack in client.stacks() if (stack["name"], stack["region"]) in names]
    outputs = [value for stack in stacks for value in stack["outputs"].values()]
    recorded = [one for one in client.recorded() if (one["stack"], one["region"]) in names]
    return {
        "api": next((url for value in outputs if (url := client.api_url(value))), None),
        "authorization": environment.compute.api.authorization,
        "environment": environment.name,
        "site": next((url for value in outputs if (url := client.site_url(value))), None),
        "stacks": [
            {
                "name": stack["name"],
                "region": stack["region"],
                "status": stack["status"],
                "resources": len(stack["resources"]),
                "recorded_only": sum(bool(resource["limit"]) for resource in stack["resources"]),
                "seconds": seconds.get((stack["name"], stack["region"])),  # None: nothing changed
            }
            for stack in stacks
        ],
        "recorded_only": [one | {"construct_path": path_of(assembly, one)} for one in recorded],
    }


def show(report: dict[str, Any], *, verbose: bool) -> None:
    """Print the report for a person."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for title in ("stack", "region"):
        table.add_column(title)
    for title in ("resources", "only recorded", "seconds"):
        table.add_column(title, justify="right")
    for stack in report["stacks"]:
        took = f"{stack['seconds']:.1f}" if stack["seconds"] is not None else "no change"
        table.add_row(stack["name"], stack["region"], str(stack["resources"]), str(stack["recorded_only"]), took)
    console.print()
    console.print(table)
    _show_recorded(report["recorded_only"], verbose=verbose)
    if report["site"]:
        console.print(f"\n[bold]The front end:[/] {report['site']}", soft_wrap=True)
    if report["api"]:
        console.print(f"\n[bold]The API:[/] {report['api']}\n", soft_wrap=True)
        todo = '{"title": "Read the architecture", "due_on": "2030-01-31"}'
        headers = "-H 'Content-Type: application/json'"
        if report["authorization"] == "cognito":
            options = f"--environment {report['environment']} --port {urlsplit(report['api']).port}"
            console.print(f"TOKEN=$(.venv/bin/python -m scripts token {options})", soft_wrap=True, markup=False)
            headers = f'-H "Authorization: Bearer $TOKEN" {headers}'
        console.print(f"curl -i {report['api']}/todos {headers} -d '{todo}'", soft_wrap=True, markup=False)


def _show_recorded(recorded: list[Recorded], *, verbose: bool) -> None:
    groups: dict[str, list[Recorded]] = defaultdict(list)
    for one in recorded:
        groups[one["limit"]].append(one)
    console.print(f"\n[bold]Only recorded, not emulated:[/] {len(recorded)} resources")
    for limit, members in sorted(groups.items(), key=lambda group: -len(group[1])):
        console.print(f"  [yellow]{limit}[/]", soft_wrap=True)
        if verbose:
            for one in members:
                console.print(f"    {one['type']}  {one['construct_path']}", soft_wrap=True)
        else:
            counts = Counter(one["type"].removeprefix("AWS::") for one in members)
            listed = ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))
            console.print(Padding(listed, (0, 0, 0, 4)))
    if recorded and not verbose:
        console.print("  [dim]--verbose lists each, --json for programs[/]")


def refusals(client: Client, assembly: Assembly, *, since: float) -> list[str]:
    """Return a line for each resource that was refused: id, construct path, type, reason, outcome."""
    recent = {(stack["name"], stack["region"]) for stack in client.progress() if stack["started"] >= since}
    return [
        f"{one['stack']}: {one['logical_id']} ({path_of(assembly, one)}, {one['type']}): {one['reason']}; "
        f"the stack is now {one['status']}"
        for one in client.failures()
        if (one["stack"], one["region"]) in recent
    ]


def unknown_types(assembly: Assembly, said: str) -> list[str]:
    """Return a line for each resource whose type CloudFormation said it does not recognise."""
    _, found, listed = said.partition("Unrecognized resource types: [")
    kinds = listed.partition("]")[0].split(", ") if found else []
    return [
        f"{one.stack.name}: {one.logical_id} ({one.construct_path}): no such resource type: {one.type}"
        for one in assembly.of_type(*kinds)
        if not one.stack.stage
    ]


def path_of(assembly: Assembly, resource: dict[str, str]) -> str:
    """Return the construct path of a deployed resource."""
    for stack in assembly.stacks:
        if not stack.stage and (stack.name, stack.region) == (resource["stack"], resource["region"]):
            known = stack.resources.get(resource["logical_id"])
            return known.construct_path if known else stack.construct_path
    return resource["logical_id"]
