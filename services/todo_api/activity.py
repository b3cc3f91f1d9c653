"""Counts who is active: each person once a day, however many requests and execution environments there are."""

from datetime import UTC, datetime

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from todo_api import store

logger = Logger()
metrics = Metrics()

_seen: dict[str, str] = {}
"""The last day on which this execution environment saw each person, so that few requests ask the table."""

MOST_SEEN = 10_000


def note(owner: str) -> None:
    """Count `owner` as active today, unless that was done. The request does not fail if it cannot be done."""
    today = datetime.now(UTC).date().isoformat()
    if _seen.get(owner) == today:
        return
    try:
        if store.is_first_visit(owner, today):
            metrics.add_metric(name="ActiveUsers", unit=MetricUnit.Count, value=1)
    except Exception:
        logger.warning("Activity was not counted", exc_info=True)
        return
    if len(_seen) >= MOST_SEEN:
        _seen.clear()
    _seen[owner] = today
