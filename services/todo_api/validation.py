"""What a request must look like; what does not is answered with the field, the rule and the value."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Any

import fastjsonschema
from todo_api import schemas
from todo_api.problems import Problem

MAX_BODY_BYTES = 16 * 1024
MAX_LIMIT = 100
DEFAULT_LIMIT = 25
SHOWN_CHARACTERS = 100

_SCHEMAS = {"create": schemas.CREATE_TODO, "update": schemas.UPDATE_TODO}


@cache
def _validator(name: str) -> Any:
    return fastjsonschema.compile(_SCHEMAS[name])


def body(text: str | None, content_type: str, schema: str) -> dict[str, Any]:
    """Return the JSON body, checked against the schema `create` or `update`."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The content type must be application/json.")
    if len((text or "").encode()) > MAX_BODY_BYTES:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body must have at most {MAX_BODY_BYTES} bytes.")
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    try:
        _validator(schema)(value)
        if due_on := value.get("due_on"):
            date.fromisoformat(due_on)
    except fastjsonschema.JsonSchemaValueException as error:
        rule = f"{error.rule}: {error.rule_definition}" if error.rule else "valid"
        raise _invalid(".".join(error.path[1:]) or "body", rule, error.value) from None
    except ValueError:
        raise _invalid("due_on", "a day of the calendar", value["due_on"]) from None
    return dict(value)


def limit(text: str | None) -> int:
    """Return how many items a page has: 1 to 100, by default 25."""
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MAX_LIMIT:
        return int(text)
    raise _invalid("limit", f"a whole number from 1 to {MAX_LIMIT}", text)


def cursor(text: str | None) -> str | None:
    """Return the item after which a page begins."""
    if text is None:
        return None
    try:
        return urlsafe_b64decode(text.encode("ascii")).decode("ascii")
    except ValueError:
        raise _invalid("cursor", "the next_cursor of an earlier page", text) from None


def next_cursor(last_id: str) -> str:
    """Return what a caller sends for the page after the item `last_id`."""
    return urlsafe_b64encode(last_id.encode("ascii")).decode("ascii")


def _invalid(field: str, rule: str, value: Any) -> Problem:
    shown = value if isinstance(value, bool | int | float | None) else str(value)[:SHOWN_CHARACTERS]
    return Problem(
        HTTPStatus.BAD_REQUEST,
        f"{field} breaks a rule.",
        [{"field": field, "rule": rule, "value": shown}],
    )
