"""Whether a command that a page or a workflow shows can be typed: its verb, its options and their values exist."""

import re
import shlex
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import typer
from botocore import xform_name
from botocore.session import Session

ROOT = Path(__file__).parents[2]
OTHERS = {
    ".venv/bin/pre-commit", "cat", "cd", "cp", "curl", "echo", "gh", "git", "jq", "mkdir", "python3", "sed", "sleep",
    "source", "test",
}  # fmt: skip
"""What a page may name without it being looked up."""

NAMES = {"configservice": "config", "s3api": "s3"}
"""Services that the command line calls by another name than its library does."""
OF_THE_CLI_ALONE = {("ecr", "get-login-password"), ("rds", "generate-db-auth-token")}
"""What it computes itself, without an operation of the service."""


def problem(command: str) -> str | None:
    """Return why a command cannot be typed; None: it can."""
    try:
        words = shlex.split(command, comments=True)
    except ValueError as error:
        return f"{command}: {error}"
    while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
        words.pop(0)
    if not words:
        return None
    check = _checker(words)
    said = check(words) if check else f"nobody knows {words[0]}"
    return f"{command}: {said}" if said else None


def _checker(words: list[str]) -> Callable[[list[str]], str | None] | None:
    if words[0] == "make":
        return _make
    if words[0] == "aws":
        return _aws
    if words[0].endswith("python") and words[1:2] == ["-m"]:
        return _verb if words[2] == "scripts" else lambda _: None
    return (lambda _: None) if words[0] in OTHERS else None


@cache
def _targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


def _make(words: list[str]) -> str | None:
    wanted = [word for word in words[1:] if "=" not in word]
    unknown = sorted(set(wanted) - _targets())
    return f"the Makefile has no {', '.join(unknown)}" if unknown else None


def _verb(words: list[str]) -> str | None:
    from scripts.__main__ import app

    command: Any = typer.main.get_command(app)
    arguments, name, context = words[3:], "scripts", None
    try:
        while hasattr(command, "resolve_command"):
            context = command.make_context(name, ["--"], parent=context, resilient_parsing=True)
            name, command, arguments = command.resolve_command(context, arguments)
            if command is None:
                return f"there is no verb {words[3]}"
        command.make_context(name, arguments, parent=context)
    except typer.Exit:
        return None
    except Exception as error:  # typer keeps a Click of its own: whatever it says of a mistake counts
        return str(getattr(error, "message", error))
    return None


@cache
def _api(service: str) -> Any:
    session = Session()
    return session.get_service_model(service) if service in session.get_available_services() else None


def _aws(words: list[str]) -> str | None:
    service, operation = [word for word in words[1:] if not word.startswith("--")][:2]
    if service in ("s3", "configure", "sso") or (service, operation) in OF_THE_CLI_ALONE:
        return None
    model = _api(NAMES.get(service, service))
    if model is None:
        return f"AWS has no service {service}"
    if operation == "wait":
        waiters = Session().get_waiter_model(NAMES.get(service, service)).waiter_names
        waiter = next(word for word in words[words.index("wait") + 1 :] if not word.startswith("--"))
        known_waiters = {xform_name(name).replace("_", "-") for name in waiters}
        return None if waiter in known_waiters else f"{service} waits for no {waiter}"
    known = {xform_name(name).replace("_", "-"): name for name in model.operation_names}
    if operation not in known:
        return f"{service} has no operation {operation}"
    shape = model.operation_model(known[operation]).input_shape
    options = {xform_name(name).replace("_", "-") for name in (shape.members if shape else {})}
    options |= {"region", "profile", "output", "query", "no-cli-pager"}
    given = {word.partition("=")[0].removeprefix("--") for word in words if word.startswith("--")}
    unknown = sorted(one for one in given if one not in options and one.removeprefix("no-") not in options)
    return f"{service} {operation} has no option --{unknown[0]}" if unknown else None
