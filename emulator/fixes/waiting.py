"""Deployments are answered when they are done: the CDK CLI looks every five seconds only."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from emulator import ministack_internals as ministack

DEPLOYMENTS = {"CreateStack", "UpdateStack", "DeleteStack", "ExecuteChangeSet"}
LONGEST_SECONDS = 25
"""Clients give up on an answer after a minute; a longer deployment is polled for, as on AWS."""

Serve = Callable[[str, str, dict[str, str], bytes, dict[str, Any]], Awaitable[Any]]


def apply() -> None:
    """Hold the answer to a deployment until the stack is at rest."""
    ministack.replace(ministack.SERVE_CLOUDFORMATION, _waiting)


def _waiting(serve: Serve) -> Serve:
    async def serve_and_wait(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: dict[str, Any]
    ) -> Any:
        answer = await serve(method, path, headers, body, query_params)
        request = parse_qs(body.decode(errors="replace"))
        if request.get("Action", [""])[0] in DEPLOYMENTS and "StackName" in request:
            await _at_rest(request["StackName"][0])
        return answer

    return serve_and_wait


async def _at_rest(name_or_arn: str) -> None:
    name = name_or_arn.split("/")[1] if name_or_arn.startswith("arn:") else name_or_arn
    deadline = asyncio.get_running_loop().time() + LONGEST_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        stack = ministack.STACKS.get().get(name)
        if stack is None or not stack["StackStatus"].endswith("_IN_PROGRESS"):
            return
        await asyncio.sleep(0.05)
