"""Asks an address until it answers 200, and tells CloudFormation what it saw. Standard library only."""

import json
import os
import time
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

REQUEST_SECONDS = 10
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
RESERVE_SECONDS = 10
"""What is kept of the function's time to send the answer."""
MAX_REASON = 1000
OK = 200


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one request of CloudFormation, whatever happens."""
    status, reason = "SUCCESS", "Nothing to do"
    if event["RequestType"] != "Delete":
        try:
            reason = wait_until_it_answers(event["ResourceProperties"], context)
        except Exception as error:
            status, reason = "FAILED", str(error) or repr(error)
    answer(event, status, reason)


def wait_until_it_answers(properties: dict[str, Any], context: Any) -> str:
    """Return what was seen. Raises RuntimeError when the time is up."""
    url, seconds = properties["Url"], float(properties["TimeoutSeconds"])
    began = time.monotonic()
    left = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    end = began + min(seconds, left)
    pause, tries = FIRST_PAUSE_SECONDS, 0
    while True:
        tries += 1
        seen = ask(url, timeout=max(1.0, min(REQUEST_SECONDS, end - time.monotonic())))
        if seen == f"status {OK}":
            return f"{url} answered {OK} at try {tries}"
        if time.monotonic() + pause >= end:
            waited = round(time.monotonic() - began)
            raise RuntimeError(f"{url} did not answer {OK} in {waited} s and {tries} tries; the last answer: {seen}")
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def ask(url: str, *, timeout: float) -> str:
    """Return how `url` answers: its status, or why there was no answer."""
    request = Request(_reachable(url), headers={"Host": urlsplit(url).netloc})  # noqa: S310 - http(s), from the template
    try:
        with urlopen(request, timeout=timeout) as response:  # noqa: S310
            return f"status {response.status}"
    except HTTPError as error:
        return f"status {error.code}: {error.read(200).decode(errors='replace')}"
    except (URLError, OSError, ValueError) as error:
        return f"no answer: {getattr(error, 'reason', None) or error}"


def _reachable(url: str) -> str:
    """Return the address to connect to: that of the emulator, where AWS_ENDPOINT_URL names one."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return endpoint.rstrip("/") + urlsplit(url).path if endpoint else url


def answer(event: dict[str, Any], status: str, reason: str) -> None:
    """Send CloudFormation the outcome."""
    body = {
        "Status": status,
        "Reason": reason[:MAX_REASON],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    print(json.dumps(body))  # noqa: T201 - into the function's log
    request = Request(event["ResponseURL"], data=json.dumps(body).encode(), method="PUT")  # noqa: S310
    request.add_header("Content-Type", "")
    with urlopen(request, timeout=REQUEST_SECONDS):  # noqa: S310
        pass
