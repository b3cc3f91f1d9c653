"""The API: takes texts, hands them to the worker through a queue, and tells of the reports."""

import logging
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID, uuid4

import boto3
import uvicorn
from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from reports import log
from reports.cache import Cache
from reports.database import Database
from reports.settings import Settings, read_or_leave
from reports.store import Reports
from starlette.exceptions import HTTPException as AnyHttpError

MOST_CHARACTERS = 20_000
MOST_BYTES = 100_000
KEEP_ALIVE_SECONDS = 75
"""Longer than the load balancer keeps an idle connection, or it would use one that is being closed."""
logger = logging.getLogger("reports")


class NewReport(BaseModel):
    """What somebody asks for."""

    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS)]


def make_app(settings: Settings) -> FastAPI:
    """Return the API over the stores of `settings`."""
    database = Database(settings.database, settings.region)
    reports = Reports(database, Cache(settings.cache, settings.region) if settings.cache else None)
    queue = boto3.client("sqs", region_name=settings.region)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        database.close()
        logger.info("stopped")

    app = FastAPI(title="Reports", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.middleware("http")(_log_and_limit)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(AnyHttpError, _refused)
    app.add_exception_handler(Exception, _failed)

    @app.get("/health")
    def health() -> dict[str, str]:
        """Whether the process answers: what the load balancer asks."""
        return {"status": "up"}

    @app.get("/ready")
    def ready() -> dict[str, str]:
        """Whether the database answers, too: what a person or a deployment asks."""
        database.run("SELECT 1")
        return {"status": "ready"}

    @app.post("/reports", status_code=202)
    def create(wanted: NewReport, response: Response) -> dict[str, Any]:
        """Take a text. The row is there before the message, so that the worker finds it."""
        report = reports.add(uuid4(), wanted.text)
        queue.send_message(QueueUrl=settings.queue_url, MessageBody=report.id)
        response.headers["location"] = f"/reports/{report.id}"
        return asdict(report)

    @app.get("/reports")
    def newest(limit: Annotated[int, Query(ge=1, le=100)] = 20) -> dict[str, Any]:
        """Tell of the newest reports."""
        return {"reports": [asdict(report) for report in reports.newest(limit)]}

    @app.get("/reports/{report_id}")
    def get(report_id: UUID) -> dict[str, Any]:
        """Tell of one report."""
        report = reports.get(report_id)
        if report is None:
            raise HTTPException(404, f"no report has the id {report_id}")
        return asdict(report)

    return app


async def _log_and_limit(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    began = time.perf_counter()
    size = request.headers.get("content-length", "0")
    if not size.isdigit() or int(size) > MOST_BYTES or "chunked" in request.headers.get("transfer-encoding", ""):
        response: Response = _problem(413, "Content Too Large", f"a body has a length of at most {MOST_BYTES} bytes")
    else:
        response = await call_next(request)
    if request.url.path != "/health":
        logger.info(
            "request",
            extra={
                "method": request.method,
                "path": request.url.path,
                "status": response.status_code,
                "duration_ms": round(1000 * (time.perf_counter() - began), 1),
                "trace": request.headers.get("x-amzn-trace-id"),
            },
        )
    return response


def _problem(status: int, title: str, detail: str) -> JSONResponse:
    """An error as RFC 9457 writes it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, media_type="application/problem+json")


def _invalid(_request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{'.'.join(map(str, each['loc'][1:])) or 'body'}: {each['msg']}" for each in found)
    return _problem(400, "Bad Request", detail)


def _refused(_request: Request, error: Exception) -> Response:
    status, detail = (error.status_code, str(error.detail)) if isinstance(error, AnyHttpError) else (500, "")
    return _problem(status, "Not Found" if status == 404 else "Refused", detail)  # noqa: PLR2004


def _failed(request: Request, error: Exception) -> Response:
    logger.error("failed", exc_info=error, extra={"path": request.url.path})
    return _problem(500, "Internal Server Error", "the log says why")


def main() -> None:
    """Serve until asked to stop; requests that are under way are answered first."""
    log.set_up()
    settings = read_or_leave()
    logger.info("starting", extra={"port": settings.port})
    # uvicorn raises the signal once more when it is done: to be stopped is no failure.
    signal.signal(signal.SIGTERM, lambda *_: None)
    uvicorn.run(
        make_app(settings),
        host="0.0.0.0",  # noqa: S104 - its security group decides who reaches it
        port=settings.port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=max(settings.stop_seconds - 5, 1),
    )


if __name__ == "__main__":
    main()
