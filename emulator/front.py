"""What stands before ministack: our own endpoints, and AWS's host names of REST APIs."""

import json
import os
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from emulator import ministack_internals as ministack
from emulator.installation import resources

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_API_HOST = re.compile(rb"^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(:\d+)?$")


def front(app: App) -> App:
    """Return `app` with the emulator's own endpoints before it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] == "http" and path.startswith("/_emulator/"):
            await _answer(send, _ENDPOINTS.get(path.removeprefix("/_emulator/"), _unknown)())
        else:
            await app(_with_local_api_host(scope), receive, send)

    return serve


def _with_local_api_host(scope: Scope) -> Scope:
    """Let `{api}.execute-api.{region}.amazonaws.com` reach the API: ministack knows it under localhost only."""
    for index, (name, value) in enumerate(scope.get("headers", ())):
        if name == b"host" and (match := _API_HOST.match(value)):
            headers = list(scope["headers"])
            headers[index] = (b"host", match[1] + b".execute-api.localhost" + (match[2] or b""))
            return {**scope, "headers": headers}
    return scope


def _health() -> dict[str, Any]:
    """Who answers: so that nobody takes another program on this port for the emulator."""
    return {"emulator": "groundwork", "pid": os.getpid(), "folder": os.environ["EMULATOR_FOLDER"]}


def _stacks() -> list[dict[str, Any]]:
    """Every stack with its resources; each resource says what the emulator does not do for it."""
    return [
        {
            "account": account,
            "region": region,
            "name": stack["StackName"],
            "status": stack["StackStatus"],
            "template_size": len((stack.get("_template") or {}).get("Resources", {})),
            "outputs": {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs") or []},
            "resources": resources(stack),
        }
        for account, region, stack in ministack.stacks()
    ]


def _failures() -> list[dict[str, Any]]:
    """The refusals of each stack's last operation, oldest first."""
    failures = []
    for account, region, stack in ministack.stacks():
        for event in reversed(ministack.events(account, region, stack["StackId"])):
            if event["ResourceStatus"].endswith("_FAILED"):
                failures.append({"stack": stack["StackName"], "region": region, **_refusal(event)})
            if event["LogicalResourceId"] == stack["StackName"] and _starts(event["ResourceStatus"]):
                break
    return failures[::-1]


def _starts(status: str) -> bool:
    return status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS")


def _refusal(event: dict[str, Any]) -> dict[str, str]:
    return {
        "logical_id": event["LogicalResourceId"],
        "type": event["ResourceType"],
        "status": event["ResourceStatus"],
        "reason": event["ResourceStatusReason"],
    }


def _unknown() -> dict[str, Any]:
    return {"endpoints": sorted(_ENDPOINTS)}


_ENDPOINTS: dict[str, Callable[[], Any]] = {"health": _health, "stacks": _stacks, "failures": _failures}


async def _answer(send: Send, content: Any) -> None:
    body = json.dumps(content).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]}
    )
    await send({"type": "http.response.body", "body": body})
