"""What stands before ministack: the emulator's own endpoints, and AWS's host names of REST APIs."""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from emulator import browser, sign_up, state

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ENDPOINTS: dict[str, Callable[[], Any]] = {
    "/_emulator/health": state.health,
    "/_emulator/stacks": state.stacks,
    "/_emulator/progress": state.progress,
    "/_emulator/failures": state.failures,
}
_API_HOST = re.compile(rb"^([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com(:\d+)?$")


def front(app: App) -> App:
    """Return `app` with the emulator's own endpoints before it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        endpoint = ENDPOINTS.get(scope.get("path", ""))
        if endpoint is not None and scope["type"] == "http":
            await _answer(send, endpoint())
        elif scope["type"] == "http" and browser.serves(scope):
            await browser.translated(sign_up.before(app))(scope, receive, send)
        else:
            await app(_with_local_api_host(scope), receive, send)

    return serve


def _with_local_api_host(scope: Scope) -> Scope:
    """Let `{api}.execute-api.{region}.amazonaws.com` reach the API: ministack knows localhost only."""
    headers = [
        (name, _API_HOST.sub(rb"\1.execute-api.localhost\2", value) if name == b"host" else value)
        for name, value in scope.get("headers", ())
    ]
    return {**scope, "headers": headers}


async def _answer(send: Send, content: Any) -> None:
    kind = (b"content-type", b"application/json")
    await send({"type": "http.response.start", "status": 200, "headers": [kind]})
    await send({"type": "http.response.body", "body": json.dumps(content).encode()})
