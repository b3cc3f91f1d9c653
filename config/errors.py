"""A refused configuration in words: one line a broken rule, with file and line, field, rule and value."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from traceback import walk_tb
from types import TracebackType
from typing import Any

from pydantic import ValidationError

from config.tree import sections

LONGEST_VALUE = 200
"""Characters of a refused value that are shown."""


class ConfigError(Exception):
    """A configuration that cannot be used; the message is for the person who wrote it."""


def explain(error: BaseException, module: str) -> str:
    """Say what is wrong with the environment file `module`, which raised `error` when it was imported."""
    place = _place(error.__traceback__) or f"config/{module}.py"
    if isinstance(error, ValidationError):
        return "\n".join(f"{place}: {_broken_rule(error.title, detail)}" for detail in error.errors())
    return f"{place}: {type(error).__name__}: {error}"


def _place(trace: TracebackType | None) -> str | None:
    """File and line of the last step that was made by a file of config/: an environment, or what it imports."""
    places = [
        f"{name.replace('.', '/')}.py:{line}"
        for frame, line in walk_tb(trace)
        if (name := frame.f_globals.get("__name__", "")).startswith("config.")
        and not name.startswith(__package__ + ".sections")
    ]
    return places[-1] if places else None


def _broken_rule(title: str, detail: Mapping[str, Any]) -> str:
    context = detail.get("ctx", {})
    path = _path(title, [*detail["loc"], *filter(None, context.get("field", "").split("."))])
    if detail["type"] == "missing":
        return f"{path}: must be given"
    rule = f"must be a field{_near(path)}" if detail["type"] == "extra_forbidden" else _rule(detail["msg"])
    return f"{path}: {rule}, got {shown(context.get('value', detail['input']))}"


def shown(value: object) -> str:
    """The value as a person wrote it, cut where it is long."""
    try:
        text = repr(value)
    except Exception:  # an int of thousands of digits has no text, and a class of somebody's own may fail as it likes
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}..."


def _rule(message: str) -> str:
    """The message as a rule: pydantic says "Input should be ..." and "Input is not a ...", we say "must be ..."."""
    message = message.removeprefix("Value error, ").replace(" after validation", "")
    rule = re.sub(r"^Input is not a", "must be a", re.sub(r"^\w+ should ", "must ", message))
    return rule if rule.startswith("must ") else f"must be valid: {rule}"


def _path(title: str, parts: Iterable[str | int]) -> str:
    """The path of a field from the environment on, or from its own section where that occurs in several places."""
    paths = [path for path, section in sections().items() if section.__name__ == title]
    start = paths[0] if len(paths) == 1 else title
    return (start + "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)).lstrip(".")


def _near(path: str) -> str:
    """The section that has no such field, and which one was perhaps meant."""
    parent, _, unknown = re.sub(r"\[\d+\]", "[]", path).rpartition(".")
    kinds = {section.__name__: section for section in sections().values()}
    section = sections().get(parent) or kinds.get(parent)
    if section is None:
        return " that is there"
    near = get_close_matches(unknown, section.model_fields, n=1)
    known = f"did you mean {near[0]}?" if near else ", ".join(section.model_fields)
    return f" of {section.__name__} ({known})"
