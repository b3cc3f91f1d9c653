"""How a custom resource answers CloudFormation."""

import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.request import Request, urlopen

ATTEMPTS = 3
TIMEOUT_SECONDS = 5
MAX_REASON_CHARACTERS = 400
"""CloudFormation takes 4,096 bytes in all, and a character can become six of them."""


def answer(event: Mapping[str, Any], *, status: str, reason: str) -> None:
    """Send the outcome; without one, a stack waits for an hour."""
    outcome = {
        "Status": status,
        "Reason": reason[:MAX_REASON_CHARACTERS],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        **{name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")},
    }
    print(json.dumps(outcome))  # noqa: T201 - into the function's log
    # The address is signed for an empty content type.
    body, headers = json.dumps(outcome).encode(), {"Content-Type": ""}
    request = Request(event["ResponseURL"], data=body, method="PUT", headers=headers)  # noqa: S310
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with urlopen(request, timeout=TIMEOUT_SECONDS):  # noqa: S310
                return
        except OSError:
            if attempt == ATTEMPTS:
                raise
            time.sleep(attempt / 2)
