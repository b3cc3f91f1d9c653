"""Asks an address until it answers 200, and tells CloudFormation what it saw. Standard library only."""

import json
import os
import time
from http.client import HTTPException
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from urllib.request import HTTPErrorProcessor, Request, build_opener, urlopen

OK = 200
REQUEST_SECONDS = 10.0
LAST_REQUEST_SECONDS = 1.0
"""What even a request at the end of the time gets: cut any shorter, it would hide what was seen before."""
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 10.0
RESERVE_SECONDS = 10.0
"""What is kept of the function's own time to tell CloudFormation."""
MAX_REASON_CHARACTERS = 400
"""CloudFormation takes 4,096 bytes in all, and a character can become six of them."""
SENDING_ATTEMPTS = 3
SENDING_PAUSE_SECONDS = 0.5


def handler(event: dict[str, Any], context: Any) -> None:
    """Answer one request of CloudFormation, whatever happens: without an answer a stack hangs for an hour."""
    status, reason = "SUCCESS", "Nothing to do."
    try:
        if event["RequestType"] != "Delete":
            reason = wait_until_it_answers(event["ResourceProperties"], context)
    except Exception as error:
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    send(event, status, reason)


def wait_until_it_answers(properties: dict[str, Any], context: Any) -> str:
    """Return what was seen. Raises TimeoutError when the time is up, ValueError for bad properties."""
    url = properties["Url"]
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ValueError(f"Url must begin with http:// or https://, got {url}")
    own_time = context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    began = time.monotonic()
    end = began + min(float(properties["TimeoutSeconds"]), own_time)
    pause, tries, seen = FIRST_PAUSE_SECONDS, 0, "not asked"
    while (left := end - time.monotonic()) > 0:
        tries += 1
        seen = ask_within(max(LAST_REQUEST_SECONDS, min(REQUEST_SECONDS, left)), url)
        if seen == f"status {OK}":
            return f"{url} answered {OK} at try {tries}."
        time.sleep(max(0, min(pause, end - time.monotonic())))
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
    waited = time.monotonic() - began
    raise TimeoutError(f"{url} did not answer {OK} in {waited:.0f} s and {tries} tries; the last one: {seen}")


def ask_within(seconds: float, url: str) -> str:
    """Ask, and wait for `seconds` altogether: a socket's time-out starts anew with every byte."""
    seen = [f"no answer within {seconds:.0f} s"]
    asking = Thread(target=lambda: seen.append(ask(url, timeout=seconds)), daemon=True)
    asking.start()
    asking.join(seconds)
    return seen[-1]


def ask(url: str, *, timeout: float) -> str:
    """Return how `url` answers: its status, or why there was no answer."""
    address = urlsplit(url)
    request = Request(_reachable(url), headers={"Host": address.netloc})  # noqa: S310 - checked by the caller
    try:
        with build_opener(_AsItIs).open(request, timeout=timeout) as response:
            if response.status == OK:
                return f"status {OK}"
            return f"status {response.status}, {response.read(200).decode(errors='replace')!r}"
    except (OSError, HTTPException) as error:
        return f"no answer, {getattr(error, 'reason', None) or repr(error)}"


class _AsItIs(HTTPErrorProcessor):
    """Hands over every answer: an error status is one, and a redirect must not turn into somebody else's 200."""

    def http_response(self, request: Request, response: Any) -> Any:
        return response

    https_response = http_response


def _reachable(url: str) -> str:
    """Return the address to connect to: that of the emulator, where AWS_ENDPOINT_URL names one."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if not endpoint:
        return url
    emulator = urlsplit(endpoint)
    return urlsplit(url)._replace(scheme=emulator.scheme, netloc=emulator.netloc).geturl()


def send(event: dict[str, Any], status: str, reason: str) -> None:
    """Send CloudFormation the outcome."""
    outcome = {
        "Status": status,
        "Reason": reason[:MAX_REASON_CHARACTERS],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
    }
    print(json.dumps(outcome))  # noqa: T201 - into the function's log
    body = json.dumps(outcome).encode()
    # The address is signed for an empty content type.
    request = Request(event["ResponseURL"], data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310
    for attempt in range(1, SENDING_ATTEMPTS + 1):
        try:
            with urlopen(request, timeout=RESERVE_SECONDS / SENDING_ATTEMPTS / 2):  # noqa: S310
                return
        except OSError:
            if attempt == SENDING_ATTEMPTS:
                raise
            time.sleep(attempt * SENDING_PAUSE_SECONDS)
