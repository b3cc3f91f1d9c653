"""Logs as JSON, a line an event, on standard output: CloudWatch Logs Insights reads their fields."""

import json
import logging
import os
import sys
from datetime import UTC, datetime

OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName", "color_message"}
"""What every record has; whatever else there is, somebody gave with `extra`."""


class Json(logging.Formatter):
    """Time, level, message, who says it, and the fields of the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Write one line."""
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": record.getMessage(),
            "service": os.environ.get("SERVICE_NAME", "reports"),
            **{name: value for name, value in record.__dict__.items() if name not in OWN},
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)


def set_up() -> logging.Logger:
    """Make every logger of the process write so; return ours."""
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Json())
    logging.basicConfig(handlers=[handler], level=os.environ.get("LOG_LEVEL", "INFO"), force=True)
    for quiet in ("botocore", "boto3", "urllib3"):
        logging.getLogger(quiet).setLevel(logging.WARNING)
    return logging.getLogger("reports")
