"""What the emulator tells of itself: stacks and their progress, refusals, and what it only records."""

import os
from datetime import datetime
from typing import Any

from emulator import ministack_internals as ministack
from emulator.installation import resources

Event = dict[str, Any]
_STARTS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


def health() -> dict[str, Any]:
    """Who answers: so that nobody takes another program on this port for the emulator."""
    return {"emulator": "groundwork", "pid": os.getpid(), "folder": os.environ["EMULATOR_FOLDER"]}


def stacks() -> list[dict[str, Any]]:
    """Every stack with its resources; each resource says what the emulator does not do for it."""
    return [
        {
            "account": account,
            "region": region,
            "name": stack["StackName"],
            "status": stack["StackStatus"],
            "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs") or []},
            "resources": resources(stack),
        }
        for account, region, stack in ministack.stacks()
    ]


def progress() -> list[dict[str, Any]]:
    """The last operation of each stack: when it started and ended, and how many resources are done."""
    found = []
    for account, region, stack in ministack.stacks():
        events = _last_operation(ministack.events(account, region, stack["StackId"]), stack["StackName"])
        if events:
            start, end = (_moment(event) for event in (events[0], events[-1]))
            found.append(
                {
                    "name": stack["StackName"],
                    "region": region,
                    "status": stack["StackStatus"],
                    "done": sum(event["ResourceStatus"].endswith("_COMPLETE") for event in events[1:]),
                    "started": start,
                    "seconds": end - start,
                }
            )
    return found


def failures() -> list[dict[str, str]]:
    """What was refused in each stack's last operation, oldest first."""
    return [
        {
            "stack": stack["StackName"],
            "region": region,
            "status": stack["StackStatus"],
            "logical_id": event["LogicalResourceId"],
            "type": event["ResourceType"],
            "reason": event["ResourceStatusReason"],
        }
        for account, region, stack in ministack.stacks()
        for event in _last_operation(ministack.events(account, region, stack["StackId"]), stack["StackName"])
        if event["ResourceStatus"].endswith("_FAILED")
    ]


def _last_operation(events: list[Event], stack: str) -> list[Event]:
    """Return the events since the stack itself last started to change."""
    for index in range(len(events) - 1, -1, -1):
        if events[index]["LogicalResourceId"] == stack and events[index]["ResourceStatus"] in _STARTS:
            return events[index:]
    return []


def _moment(event: Event) -> float:
    return datetime.fromisoformat(event["Timestamp"]).timestamp()
