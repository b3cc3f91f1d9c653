"""Writing one report: the same for a worker in a container and for a function."""

import json
import logging
from collections.abc import Callable
from uuid import UUID

import boto3
from reports.schemas import FINISHED, SOURCE
from reports.settings import Settings
from reports.store import Reports
from reports.work import report_on

logger = logging.getLogger("reports")
Publish = Callable[[UUID, int], None]


class NotPublishedError(Exception):
    """The bus did not take an event."""


def publisher(settings: Settings) -> Publish:
    """Return what tells others of a finished report: the event bus, or nobody where there is none."""
    if not settings.bus_name:
        return lambda report_id, words: None
    events = boto3.client("events", region_name=settings.region)

    def publish(report_id: UUID, words: int) -> None:
        detail = json.dumps({"id": str(report_id), "words": words})
        entry = {"EventBusName": settings.bus_name, "Source": SOURCE, "DetailType": FINISHED, "Detail": detail}
        if events.put_events(Entries=[entry])["FailedEntryCount"]:
            raise NotPublishedError(f"the bus did not take {FINISHED} of {report_id}")

    return publish


class Writer:
    """Writes reports. Doing so twice changes nothing: a message may come twice."""

    def __init__(self, reports: Reports, publish: Publish) -> None:
        self._reports, self._publish = reports, publish

    def write(self, report_id: UUID) -> None:
        """Write the report, and tell of it first: whoever hears of it twice knows it by its id."""
        text = self._reports.text(report_id)
        if text is None:
            logger.info("nothing to do", extra={"report": str(report_id)})
            return
        words, longest = report_on(text)
        self._publish(report_id, words)
        self._reports.finish(report_id, words=words, longest=longest)
        logger.info("report written", extra={"report": str(report_id), "words": words})
