"""Waits for AWS with a limit: asks again after longer and longer pauses, and says how far it is."""

import time
from collections.abc import Callable
from typing import Any

from scripts.console import progress

LONGEST_PAUSE = 15.0
"""Seconds between two questions, at most."""


def wait(what: str, ask: Callable[[], Any], *, seconds: float, pause: float = 0.2) -> Any:
    """Ask until the answer is not None, and return it.

    `ask` returns None, or a text that says how far it is, as long as it is not done, and raises what ends it.

    Raises:
        TimeoutError: it took longer than `seconds`.
    """
    limit = time.monotonic() + seconds
    with progress.status(f"{what} ...") as status:
        while True:
            answer = ask()
            if answer is not None and not isinstance(answer, str):
                return answer
            if isinstance(answer, str):
                status.update(f"{what}: {answer} ...")
            if time.monotonic() + pause > limit:
                said = f" (last seen: {answer})" if answer else ""
                raise TimeoutError(f"{what} took longer than {seconds:.0f} s{said}: run the same command to go on")
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)
