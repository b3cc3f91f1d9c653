"""The routes of the to-do API, behind an API Gateway REST API."""

import json
import os
import warnings
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, CORSConfig, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.logging import correlation_paths
from todo_api import activity, creation, problems, store, validation
from todo_api.problems import Problem
from todo_api.tracing import tracer

warnings.filterwarnings("ignore", "No application metrics to publish")  # most requests count nothing

logger = Logger()
metrics = Metrics()


def _cors() -> CORSConfig | None:
    """Let pages of the web origins in ALLOWED_ORIGINS (a space between each) read the answers; none: no page."""
    origins = os.environ.get("ALLOWED_ORIGINS", "").split()
    return CORSConfig(origins[0], extra_origins=origins[1:], expose_headers=["Location"]) if origins else None


app = APIGatewayRestResolver(cors=_cors())


def _owner() -> str:
    """Return whose items these are: the signed-in user, the AWS principal, or `public` on an open API."""
    context = app.current_event.request_context
    claims = (context.authorizer.raw_event or {}).get("claims") or {}
    return str(claims.get("sub") or context.identity.user_arn or "public")


def _json(status: HTTPStatus, body: Any, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(
        status_code=int(status),
        content_type="application/json",
        body=json.dumps(body),
        headers=dict(headers or {}),
    )


def _body(schema: str) -> dict[str, Any]:
    event = app.current_event
    try:
        text = event.decoded_body or ""
    except ValueError:
        raise Problem(HTTPStatus.BAD_REQUEST, "The body is not text in UTF-8.") from None
    return validation.body(text, event.headers.get("content-type") or "", schema)


@app.post("/todos")
def create_todo() -> Response[str]:
    """Create an item."""
    item = creation.create(
        _owner(),
        _body("create"),
        key=app.current_event.headers.get("idempotency-key"),
        context=app.lambda_context,
    )
    path = app.current_event.request_context.path  # as the caller wrote it: it begins with the stage
    return _json(HTTPStatus.CREATED, item, {"Location": f"{path}/{item['id']}"})


@app.get("/todos")
def list_todos() -> Response[str]:
    """List items, newest first, a page at a time."""
    query = app.current_event.query_string_parameters or {}
    items, last = store.page(
        _owner(),
        limit=validation.limit(query.get("limit")),
        after=validation.cursor(query.get("cursor")),
    )
    return _json(HTTPStatus.OK, {"items": items, "next_cursor": validation.next_cursor(last) if last else None})


@app.get("/todos/<todo_id>")
def read_todo(todo_id: str) -> Response[str]:
    """Read an item."""
    return _json(HTTPStatus.OK, store.read(_owner(), todo_id))


@app.patch("/todos/<todo_id>")
def update_todo(todo_id: str) -> Response[str]:
    """Change some fields of an item."""
    return _json(HTTPStatus.OK, store.update(_owner(), todo_id, _body("update")))


@app.delete("/todos/<todo_id>")
def delete_todo(todo_id: str) -> Response[str]:
    """Delete an item."""
    store.delete(_owner(), todo_id)
    return Response(status_code=int(HTTPStatus.NO_CONTENT), body="")


@app.get("/health")
def health() -> Response[str]:
    """Tell whether the API can do its work: the table answers."""
    try:
        store.ping()
    except Exception:
        logger.exception("The table does not answer")
        return problems.answer(Problem(HTTPStatus.SERVICE_UNAVAILABLE, "The table does not answer."))
    return _json(HTTPStatus.OK, {"status": "ok"})


@app.exception_handler(Problem)
def _told(problem: Problem) -> Response[str]:
    return problems.answer(problem)


@app.exception_handler(store.NoSuchItemError)
def _no_such_item(error: store.NoSuchItemError) -> Response[str]:
    return problems.answer(Problem(HTTPStatus.NOT_FOUND, f"There is no item {error}."))


@app.not_found
def _no_such_route(_: NotFoundError) -> Response[str]:
    path, method = app.current_event.path, app.current_event.http_method
    return problems.answer(Problem(HTTPStatus.NOT_FOUND, f"There is no {method} {path}."))


@app.exception_handler(Exception)
def _unexpected(_: Exception) -> Response[str]:
    request = app.current_event.request_context.request_id
    logger.exception("Unexpected error")
    return problems.answer(
        Problem(HTTPStatus.INTERNAL_SERVER_ERROR, f"Something went wrong. Tell support the request {request}.")
    )


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@tracer.capture_lambda_handler(capture_response=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request."""
    answer = app.resolve(event, context)
    request = {"method": event["httpMethod"], "path": event["path"]}
    if event["path"].startswith("/todos") and answer["statusCode"] < HTTPStatus.BAD_REQUEST:
        activity.note(_owner())
    logger.info("Answered", extra={**request, "status": answer["statusCode"]})
    return answer
