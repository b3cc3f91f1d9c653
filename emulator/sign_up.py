"""Signing up: the page of Cognito's managed login that ministack lacks, over its API."""

import asyncio
import html
from typing import Any
from urllib.parse import parse_qs, urlencode

from botocore.exceptions import ClientError

from emulator.api import call
from emulator.browser import App, Receive, Scope, Send

CODE = "123456"
"""What ministack takes for the code that Cognito would send by mail."""
_CARRIED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
)  # fmt: skip
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sign up</title>
<meta name="viewport" content="width=device-width"><style>
body{{font:16px system-ui;display:grid;place-items:center;min-height:100vh;margin:0;background:#f3f4f6}}
form{{background:#fff;padding:2rem;border-radius:.5rem;width:min(22rem,80vw);display:grid;gap:.5rem}}
input,button{{font:inherit;padding:.6rem}}h1{{margin:0;font-size:1.4rem}}[role=alert]{{color:#b00020}}
</style><form method="post"><h1>Sign up</h1>{said}{fields}<button>{button}</button></form></html>"""


def before(app: App) -> App:
    """Return `app` with the page at /signup before it."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != "/signup":
            await app(scope, receive, send)
            return
        form = _read((await receive())["body"]) if scope["method"] == "POST" else {}
        asked = _read(scope["query_string"])
        status, said = await asyncio.to_thread(_answer, asked, form)
        kind = (b"location", said.encode()) if status == 302 else (b"content-type", b"text/html")  # noqa: PLR2004
        await send({"type": "http.response.start", "status": status, "headers": [kind]})
        await send({"type": "http.response.body", "body": b"" if status == 302 else said.encode()})  # noqa: PLR2004

    return serve


def _answer(asked: dict[str, str], form: dict[str, str]) -> tuple[int, str]:
    """Ask for address and password, then for the code, then go on to where people sign in."""
    client, name = asked.get("client_id", ""), form.get("username", "")
    try:
        if "code" in form:
            call("cognito-idp", "confirm_sign_up", ClientId=client, Username=name, ConfirmationCode=form["code"])
            return 302, f"/oauth2/authorize?{urlencode({key: asked[key] for key in _CARRIED if key in asked})}"
        if not form:
            return 200, _first_page()
        mail = [{"Name": "email", "Value": name}]
        call("cognito-idp", "sign_up", ClientId=client, Username=name, Password=form["password"], UserAttributes=mail)
    except ClientError as error:
        return 200, _first_page(name, error.response["Error"]["Message"])
    return 200, _second_page(name)


def _first_page(name: str = "", problem: str = "") -> str:
    said = f'<p role="alert">{html.escape(problem)}</p>' if problem else ""
    fields = _field("E-mail", "username", "email", value=name) + _field("Password", "password", "password")
    return _PAGE.format(said=said, fields=fields, button="Sign up")


def _second_page(name: str) -> str:
    said = f"<p>The emulator sends no mail. The code is {CODE}.</p>"
    hidden = f'<input type="hidden" name="username" value="{html.escape(name)}">'
    return _PAGE.format(said=said, fields=hidden + _field("Code", "code", "text"), button="Confirm")


def _field(label: str, name: str, kind: str, *, value: str = "") -> str:
    return (
        f'<label for="{name}">{label}</label>'
        f'<input id="{name}" name="{name}" type="{kind}" value="{html.escape(value)}" required>'
    )


def _read(encoded: bytes) -> dict[str, str]:
    found: Any = parse_qs(encoded.decode(), keep_blank_values=True)
    return {key: values[0] for key, values in found.items()}
