"""The table: who may act now (claims), and what was decided (records). A claim and its record are written together."""

import json
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from .decisions import Decision, NothingError

DAY_SECONDS = 86_400
LEASE_SECONDS = 50
"""A claim whose invocation did not finish is the retry's after this: longer than an invocation may take."""

BEGUN = "begun"
LOST = {"ConditionalCheckFailed", "TransactionConflict"}
"""Why a transaction is cancelled when somebody else's came first."""

KEPT_DAYS = 400
"""Days that a record stays: a year, and time to look back at it."""


@dataclass(frozen=True)
class Pace:
    """How often a remedy may be used on one resource."""

    cool_down_seconds: int
    attempts_a_day: int


class Records:
    """Claims and records in the table `name`."""

    def __init__(self, client: Any, name: str) -> None:
        self.client = client
        self.name = name

    def unfinished(self, decision: Decision) -> dict[str, Any] | None:
        """Return the change that this same event had begun when its invocation ended midway, if it did.

        Raises:
            NothingError: the event was handled, or another invocation is at it.
        """
        seen = self._claim(decision)
        if not seen or seen["event_id"]["S"] != decision.event_id:
            return None
        if seen["state"]["S"] != BEGUN:
            raise NothingError("this event was handled")
        if time.time() - float(seen["at"]["N"]) < LEASE_SECONDS:
            raise NothingError("another invocation is at it")
        change: dict[str, Any] = json.loads(seen["change"]["S"])
        return change

    def claim(self, decision: Decision, pace: Pace) -> None:
        """Take the right to act, and record it; one of several invocations gets it.

        Raises:
            NothingError: another invocation was faster, it is too soon, or it was too often.
        """
        now, seen = time.time(), self._claim(decision)
        attempts = _recent(seen, now)
        if not seen or seen["event_id"]["S"] != decision.event_id:
            _require_pace(attempts, pace, now)
            attempts.append(now)
        put = {
            "TableName": self.name,
            "Item": {
                **_key(decision),
                "event_id": {"S": decision.event_id},
                "state": {"S": BEGUN},
                "at": {"N": repr(now)},
                "attempts": {"L": [{"N": repr(at)} for at in attempts]},
                "change": {"S": json.dumps(decision.change)},
                "version": {"N": str(_version(seen) + 1)},
                "expires_at": {"N": str(_expiry(now))},
            },
            # A version that is still the one that was read: whoever comes second is refused.
            "ConditionExpression": "attribute_not_exists(#version) OR #version = :seen",
            "ExpressionAttributeNames": {"#version": "version"},
            "ExpressionAttributeValues": {":seen": {"N": str(_version(seen))}},
        }
        try:
            self.client.transact_write_items(
                TransactItems=[{"Put": put}, self._record(replace(decision, outcome="begun"), now)]
            )
        except self.client.exceptions.TransactionCanceledException as error:
            if not LOST & {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}:
                raise
            raise NothingError("another invocation was faster") from error

    def finish(self, decision: Decision) -> None:
        """Close the claim of `decision`, and record how it ended."""
        update = {
            "TableName": self.name,
            "Key": _key(decision),
            "UpdateExpression": "SET #state = :ended",
            "ConditionExpression": "event_id = :event",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":ended": {"S": decision.outcome}, ":event": {"S": decision.event_id}},
        }
        record = self._record(decision, time.time())
        self.client.transact_write_items(TransactItems=[{"Update": update}, record])

    def note(self, decision: Decision) -> None:
        """Record a decision that no claim belongs to."""
        self.client.put_item(**self._record(decision, time.time())["Put"])

    def _claim(self, decision: Decision) -> dict[str, Any] | None:
        found = self.client.get_item(TableName=self.name, Key=_key(decision), ConsistentRead=True)
        item: dict[str, Any] | None = found.get("Item")
        return item

    def _record(self, decision: Decision, now: float) -> dict[str, Any]:
        at = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")
        item = {
            "resource": {"S": decision.resource or "none"},
            "entry": {"S": f"RECORD#{at}#{decision.event_id[:100]}#{decision.outcome}"},
            "decision": {"S": json.dumps(asdict(decision))},
            "expires_at": {"N": str(_expiry(now))},
        }
        return {"Put": {"TableName": self.name, "Item": item}}


def _key(decision: Decision) -> dict[str, Any]:
    return {"resource": {"S": decision.resource}, "entry": {"S": f"CLAIM#{decision.remedy}"}}


def _require_pace(attempts: list[float], pace: Pace, now: float) -> None:
    if attempts and (wait := attempts[-1] + pace.cool_down_seconds - now) > 0:
        raise NothingError(f"the last attempt is too recent: {round(wait)} s to wait")
    if len(attempts) >= pace.attempts_a_day:
        raise NothingError(f"{len(attempts)} attempts in a day did not help: somebody has to look")


def _recent(seen: dict[str, Any] | None, now: float) -> list[float]:
    """Times of the attempts of the last day."""
    listed = seen["attempts"]["L"] if seen else []
    return [at for at in (float(one["N"]) for one in listed) if at > now - DAY_SECONDS]


def _version(seen: dict[str, Any] | None) -> int:
    return int(seen["version"]["N"]) if seen else 0


def _expiry(now: float) -> int:
    return int(now) + KEPT_DAYS * DAY_SECONDS
