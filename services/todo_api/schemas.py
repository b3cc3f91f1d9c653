"""JSON Schemas of request bodies: API Gateway checks them first, the function checks them again.

Draft 4, which is what API Gateway models understand.
"""

from typing import Any

TITLE = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"\S"}
DESCRIPTION = {"type": ["string", "null"], "maxLength": 2000}
DUE_ON = {"type": ["string", "null"], "pattern": r"^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}

CREATE_TODO: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "CreateTodo",
    "type": "object",
    "additionalProperties": False,
    "required": ["title"],
    "properties": {"title": TITLE, "description": DESCRIPTION, "due_on": DUE_ON},
}

UPDATE_TODO: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": "UpdateTodo",
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "title": TITLE,
        "description": DESCRIPTION,
        "due_on": DUE_ON,
        "completed": {"type": "boolean"},
    },
}
