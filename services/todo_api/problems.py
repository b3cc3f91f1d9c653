"""Errors as the caller sees them: problem details (RFC 9457), never a stack trace."""

import json
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """Something that the caller is told: an HTTP status, one sentence, and the fields that break a rule."""

    def __init__(self, status: HTTPStatus, detail: str, errors: list[dict[str, Any]] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors


def answer(problem: Problem) -> Response[str]:
    """Return the HTTP answer for `problem`."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": int(problem.status),
        "detail": problem.detail,
    }
    if problem.errors:
        body["errors"] = problem.errors
    return Response(status_code=int(problem.status), content_type=CONTENT_TYPE, body=json.dumps(body))
