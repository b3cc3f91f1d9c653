"""Browsers: pages behind CloudFront and the sign-in pages of Cognito at addresses that lead to this machine.

A browser cannot be told that `https://{id}.cloudfront.net` is here. It takes every name below `localhost` for this
machine, though, and `http://{id}.cloudfront.localhost:{port}` for as safe as HTTPS. So the app is deployed with AWS's
addresses, as everywhere, and they are translated on their way to a browser and back.
"""

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_HOST = re.compile(rb"(?:(?P<site>[a-z0-9]+\.cloudfront)|[a-z0-9-]+\.auth\.[a-z0-9-]+)\.localhost(?::(?P<port>\d+))?")
_HERE = re.compile(rb"http(://|%3A%2F%2F)([a-z0-9]+)\.cloudfront\.localhost(?:(?::|%3A)\d+)?", re.IGNORECASE)
_AWS = re.compile(rb"https://([a-z0-9]+\.cloudfront|[a-z0-9-]+\.auth\.[a-z0-9-]+)\.(?:net|amazoncognito\.com)")
_TRANSLATED = b"application/json"
"""Of the bodies that go to a browser; pages hold no address of AWS."""


def serves(scope: Scope) -> bool:
    """Whether the request came to an address that only browsers on this machine use."""
    return _HOST.fullmatch(_header(scope["headers"], b"host")) is not None


def translated(app: App) -> App:
    """Return `app` behind the translation."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        host = _HOST.fullmatch(_header(scope["headers"], b"host"))
        port = (host and host["port"]) or b"80"
        site = bool(host and host["site"])
        to_browser = _Answer(send, port)
        await app(_for_aws(scope, site=site, port=port), receive if site else _body_for_aws(receive), to_browser.send)

    return serve


def _for_aws(scope: Scope, *, site: bool, port: bytes) -> Scope:
    """The request as AWS would get it: over HTTPS, from a page of CloudFront."""
    kept = [(name, value) for name, value in scope["headers"] if name not in (b"x-forwarded-proto", b"content-length")]
    length = [pair for pair in scope["headers"] if site and pair[0] == b"content-length"]
    headers = [(name, b"localhost:" + port if name == b"host" and not site else value) for name, value in kept]
    query = _HERE.sub(rb"https\1\2.cloudfront.net", scope.get("query_string", b""))
    return {**scope, "headers": [*headers, *length, (b"x-forwarded-proto", b"https")], "query_string": query}


def _body_for_aws(receive: Receive) -> Receive:
    """A form is small enough to be translated as a whole."""

    async def receive_all() -> Message:
        message = await receive()
        if message["type"] != "http.request":
            return message
        body = message.get("body", b"")
        while message.get("more_body"):
            message = await receive()
            body += message.get("body", b"")
        return {"type": "http.request", "body": _HERE.sub(rb"https\1\2.cloudfront.net", body), "more_body": False}

    return receive_all


class _Answer:
    """What goes back to the browser: its headers translated, and its body where it is JSON."""

    def __init__(self, send: Send, port: bytes) -> None:
        self._send = send
        self._port = port
        self._held: Message | None = None
        self._body = b""

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [(n, _for_browsers(v, self._port)) for n, v in message["headers"]]}
            if _header(message["headers"], b"content-type").startswith(_TRANSLATED):
                self._held = message
                return
        elif self._held:
            self._body += message.get("body", b"")
            if message.get("more_body"):
                return
            body, start = _for_browsers(self._body, self._port), self._held
            start["headers"] = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
            start["headers"].append((b"content-length", str(len(body)).encode()))
            self._held = None
            await self._send(start)
            message = {"type": "http.response.body", "body": body}
        await self._send(message)


def _for_browsers(text: bytes, port: bytes) -> bytes:
    return _AWS.sub(rb"http://\1.localhost:" + port, text)


def _header(headers: Any, name: bytes) -> bytes:
    return bytes(next((value for key, value in headers if key.lower() == name), b""))
