"""What a request must look like; what does not is answered with each field, the rule it breaks, and its value."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from http import HTTPStatus
from typing import Any

import fastjsonschema
from todo_api import schemas
from todo_api.ids import is_id
from todo_api.problems import Problem

MAX_BODY_BYTES = 16 * 1024
MAX_LIMIT = 100
DEFAULT_LIMIT = 25
MAX_ERRORS = 20
SHOWN_CHARACTERS = 100

_SCHEMAS = {"create": schemas.CREATE_TODO, "update": schemas.UPDATE_TODO}

Error = dict[str, Any]


def body(text: str, content_type: str, schema: str) -> dict[str, Any]:
    """Return the JSON body, checked against the schema `create` or `update`."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "The content type must be application/json.")
    if len(text.encode(errors="surrogatepass")) > MAX_BODY_BYTES:
        raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body must have at most {MAX_BODY_BYTES} bytes.")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise Problem(HTTPStatus.BAD_REQUEST, "The body is not JSON.") from None
    try:
        _validator(schema)(value)
    except fastjsonschema.JsonSchemaValuesException as broken:
        raise _invalid(*(error for rule in broken.errors for error in _schema_errors(rule))) from None
    if errors := [*_text_errors(value), *_date_errors(value)]:
        raise _invalid(*errors)
    return dict(value)


def limit(text: str | None) -> int:
    """Return how many items a page has: 1 to 100, by default 25."""
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdigit() and len(text) <= len(str(MAX_LIMIT)) and 1 <= int(text) <= MAX_LIMIT:
        return int(text)
    raise _invalid(_error("limit", f"a whole number from 1 to {MAX_LIMIT}", text))


def cursor(text: str | None) -> str | None:
    """Return the id of the item after which a page begins."""
    if text is None:
        return None
    try:
        last_id = urlsafe_b64decode(text).decode("ascii")
    except ValueError:
        last_id = ""
    if not is_id(last_id):
        raise _invalid(_error("cursor", "the next_cursor of an earlier page", text))
    return last_id


def next_cursor(last_id: str) -> str:
    """Return what a caller sends for the page after the item `last_id`."""
    return urlsafe_b64encode(last_id.encode("ascii")).decode("ascii")


@cache
def _validator(name: str) -> Any:
    return fastjsonschema.compile(_SCHEMAS[name], fast_fail=False)


def _schema_errors(broken: fastjsonschema.JsonSchemaValueException) -> Iterator[Error]:
    """Turn a broken rule of the schema into errors of fields."""
    if broken.rule == "required":
        yield from (_error(name, "required") for name in broken.rule_definition if name not in broken.value)
    elif broken.rule == "additionalProperties":
        known = broken.definition["properties"]
        yield from (_error(name, "no such field", value) for name, value in broken.value.items() if name not in known)
    else:
        yield _error(".".join(broken.path[1:]) or "body", f"{broken.rule}: {broken.rule_definition}", broken.value)


def _text_errors(values: Mapping[str, Any]) -> Iterator[Error]:
    """Find halves of surrogate pairs: JSON can escape them, UTF-8 and so DynamoDB cannot hold them."""
    for name, value in values.items():
        if isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            yield _error(name, "Unicode text", value)


def _date_errors(values: Mapping[str, Any]) -> Iterator[Error]:
    """Find days that no calendar has: the schema's pattern lets 31 February pass."""
    due_on = values.get("due_on")
    try:
        date.fromisoformat(due_on or "0001-01-01")
    except ValueError:
        yield _error("due_on", "a day of the calendar", due_on)


def _error(field: str, rule: str, value: Any = None) -> Error:
    return {"field": field[:SHOWN_CHARACTERS], "rule": rule, "value": _shown(value)}


def _shown(value: Any) -> str | int | None:
    """Return `value` as an error repeats it: short, and always JSON."""
    match value:
        case None | bool() | int():
            return value
        case dict():
            return "an object"
        case list():
            return "an array"
    return str(value)[:SHOWN_CHARACTERS]


def _invalid(*errors: Error) -> Problem:
    shown = list(errors[:MAX_ERRORS])
    fields = ", ".join(dict.fromkeys(error["field"] for error in shown))
    return Problem(HTTPStatus.BAD_REQUEST, f"Not valid: {fields}.", shown)
