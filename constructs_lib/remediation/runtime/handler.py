"""Answers an alarm with the remedy that its kind is allowed, within limits, and says what it did or why it did not."""

import json
import os
import sys
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from . import alarms
from .decisions import Decision, NothingError
from .records import Pace, Records
from .remedies import REMEDIES, Limits

REFUSED = ("AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "ResourceNotFoundException")
"""Errors that trying again does not mend; any other is raised, and Lambda tries the event again."""


@cache
def client(service: str) -> Any:
    """Return an API of this region, made once, which waits and tries again when it is throttled."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=3, read_timeout=5, retries={"mode": "standard", "total_max_attempts": 4})
    return boto3.client(service, config=config)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one event of EventBridge."""
    decision = answer(event)
    told = asdict(decision)
    sys.stdout.write(json.dumps({"level": "INFO", "message": "Decided", **told}) + "\n")
    client("sns").publish(
        TopicArn=os.environ["TOPIC_ARN"],
        Subject=f"Remediation {decision.outcome}: {decision.alarm or 'no alarm'}"[:100],
        Message=json.dumps(told, indent=2),
    )
    return told


def answer(event: object) -> Decision:
    """Decide, act where that is allowed, and record either."""
    records = Records(client("dynamodb"), os.environ["TABLE_NAME"])
    decision = Decision(outcome="did nothing", reason="", event_id=_event_id(event))
    try:
        notice = alarms.read(event)
        decision = replace(decision, alarm=notice.alarm)
        alarm = alarms.look_up(client("cloudwatch"), notice.alarm)
        name = json.loads(os.environ["REMEDIES"]).get(alarm.kind)
        if name is None:
            raise NothingError(f"no remedy is allowed for {alarm.kind}")
        service, kind = REMEDIES[name]
        remedy = kind(client(service))
        resource = remedy.resource(alarm)
        decision = replace(decision, remedy=name, resource=f"{service}:{'/'.join(resource)}")
        return _act(remedy, resource, decision, records)
    except NothingError as reason:
        decision = replace(decision, outcome="did nothing", reason=str(reason))
    except ClientError as error:
        code = error.response["Error"]["Code"]
        decision = replace(decision, outcome="failed", reason=str(error)[:500])
        if code not in REFUSED:
            records.note(decision)
            raise
    records.note(decision)
    return decision


def _act(remedy: Any, resource: tuple[str, ...], decision: Decision, records: Records) -> Decision:
    """Plan, claim, change, and close the claim. What is to be tried again leaves it open for the next try."""
    limits = Limits(tag=_tag(), memory_ceiling_mib=int(os.environ["MEMORY_CEILING_MIB"]))
    if (begun := records.unfinished(decision)) and remedy.is_done(resource, begun):
        decision = replace(decision, outcome="acted", reason="an earlier try had done it", change=begun)
        records.finish(decision)
        return decision
    decision = replace(decision, change=remedy.plan(resource, limits))
    if os.environ["MODE"] != "act":
        decision = replace(decision, outcome="would act", reason="it is a dry run")
        records.note(decision)
        return decision
    records.claim(decision, Pace(int(os.environ["COOL_DOWN_SECONDS"]), int(os.environ["ATTEMPTS_A_DAY"])))
    try:
        remedy.apply(resource, decision.change)
        decision = replace(decision, outcome="acted", reason="the alarm is on, and the limits allow it")
    except NothingError as reason:
        decision = replace(decision, reason=str(reason))
    except ClientError as error:
        if error.response["Error"]["Code"] not in REFUSED:
            raise
        decision = replace(decision, outcome="failed", reason=str(error)[:500])
    records.finish(decision)
    return decision


def _tag() -> tuple[str, str]:
    key, _, value = os.environ["TAG"].partition("=")
    return key, value


def _event_id(event: object) -> str:
    given = event.get("id") if isinstance(event, dict) else None
    return given[:100] if isinstance(given, str) else "none"
