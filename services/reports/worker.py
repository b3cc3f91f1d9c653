"""The worker: writes the reports that wait in the queue, one at a time, until it is asked to stop."""

import logging
import signal
from threading import Event
from typing import Any
from uuid import UUID

import boto3
from reports import log
from reports.database import Database, migrate
from reports.settings import read_or_leave
from reports.store import Reports
from reports.writing import Writer, publisher

BATCH = 10
WAIT_SECONDS = 5
"""How long it waits for a message: no longer than it may take to notice that it shall stop."""
PAUSE_SECONDS = 2
logger = logging.getLogger("reports")


class Worker:
    """Takes messages; each is deleted when its report is written, and comes back when it is not."""

    def __init__(self, queue: Any, queue_url: str, writer: Writer, stopping: Event) -> None:
        self._queue, self._url, self._writer, self._stopping = queue, queue_url, writer, stopping

    def run(self) -> None:
        """Work until asked to stop. What is begun is finished; what is not goes back to the queue at once."""
        while not self._stopping.is_set():
            try:
                received = self._queue.receive_message(
                    QueueUrl=self._url, MaxNumberOfMessages=BATCH, WaitTimeSeconds=WAIT_SECONDS
                )
            except Exception:
                logger.exception("the queue does not answer")
                self._stopping.wait(PAUSE_SECONDS)
                continue
            for message in received.get("Messages", []):
                self._take(message) if not self._stopping.is_set() else self._give_back(message)
        logger.info("stopped")

    def _take(self, message: dict[str, Any]) -> None:
        """Write one report. A message that fails stays: after some attempts SQS moves it to the dead letters."""
        said = message.get("Body", "")
        try:
            self._writer.write(UUID(said))
        except Exception:
            logger.exception("could not write the report", extra={"report": said})
            return
        self._queue.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])

    def _give_back(self, message: dict[str, Any]) -> None:
        self._queue.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
        )


def main() -> None:
    """Prepare the schema, if this process may, and work."""
    log.set_up()
    settings = read_or_leave()
    stopping = Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    if settings.migrations:
        migrate(settings.migrations, settings.region)
    database = Database(settings.database, settings.region)
    logger.info("starting")
    writer = Writer(Reports(database), publisher(settings))
    Worker(boto3.client("sqs", region_name=settings.region), settings.queue_url, writer, stopping).run()
    database.close()


if __name__ == "__main__":
    main()
