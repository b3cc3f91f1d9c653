"""What the canary does at each run: it asks, and fails unless the answer is 200 and comes in time."""

import os
from typing import Any
from urllib.request import Request, urlopen

SECONDS = 10
OK = 200


def handler(_event: dict[str, Any], _context: Any) -> str:
    """Ask; what is raised here is the reason that the run shows."""
    url = os.environ["ASKED_URL"]
    if not url.startswith("https://"):
        raise ValueError(f"ASKED_URL must begin with https://, got {url}")
    with urlopen(Request(url, headers={"User-Agent": "canary"}), timeout=SECONDS) as answer:  # noqa: S310 (https, see above)
        if answer.status != OK:
            raise RuntimeError(f"{url} answered {answer.status}")
    return f"{url} answers"
