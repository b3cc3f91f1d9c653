"""Writes the reports that a batch of messages asks for; only those that fail come back."""

import logging
from functools import cache
from typing import Any
from uuid import UUID

from reports import log
from reports.database import Database
from reports.settings import Settings
from reports.store import Reports
from reports.writing import Writer, publisher

logger = logging.getLogger("reports")


@cache
def writer() -> Writer:
    """Read the environment once: later batches use the same connections."""
    log.set_up()
    settings = Settings.read(needs_queue=False)
    return Writer(Reports(Database(settings.database, settings.region)), publisher(settings))


def handler(event: dict[str, Any], _context: Any) -> dict[str, list[dict[str, str]]]:
    """Answer which messages failed: the others are deleted."""
    failed = []
    for record in event["Records"]:
        try:
            writer().write(UUID(record["body"]))
        except Exception:
            logger.exception("could not write the report", extra={"report": record.get("body")})
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
