"""Change sets that change only Outputs: stock ministack calls them empty, and never deploys a new export."""

import re
from collections.abc import Callable
from typing import Any

from emulator import ministack_internals as ministack

Answer = tuple[int, dict[str, str], bytes | str]
Action = Callable[[dict[str, Any]], Answer]


def apply() -> None:
    """Make a change set with new Outputs executable."""
    actions = ministack.ACTIONS.get()
    actions["CreateChangeSet"] = _creating(actions["CreateChangeSet"])


def _creating(create: Action) -> Action:
    def create_change_set(parameters: dict[str, Any]) -> Answer:
        answer = create(parameters)
        body = answer[2].decode() if isinstance(answer[2], bytes) else answer[2]
        if found := re.search(r"<Id>([^<]+)</Id>", body):
            _reconsider(ministack.CHANGE_SETS.get()[found[1]])
        return answer

    return create_change_set


def _reconsider(change_set: dict[str, Any]) -> None:
    empty = change_set["Status"] == "FAILED" and "didn't contain changes" in change_set["StatusReason"]
    if not empty or change_set["ChangeSetType"] != "UPDATE":
        return
    deployed = (ministack.STACKS.get().get(change_set["StackName"]) or {}).get("_template", {})
    if change_set["_template"].get("Outputs") != deployed.get("Outputs"):
        change_set.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
