"""The event that tells of a finished report, as others may rely on it."""

from typing import Any

SOURCE = "reports"
FINISHED = "ReportFinished"

REPORT_FINISHED: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-04/schema#",
    "title": FINISHED,
    "description": "A report was written. It may be told twice; the id says that it is the same one.",
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "words"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
        "words": {"type": "integer", "minimum": 1},
    },
}
