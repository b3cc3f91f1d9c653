"""Asks the API of this container whether it is up: `python -m reports.probe` succeeds when it is."""

import os
import sys
from urllib.request import urlopen

OK = 200
TIMEOUT_SECONDS = 3


def main() -> int:
    """Return the exit code."""
    try:
        with urlopen(f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/health", timeout=TIMEOUT_SECONDS) as answer:
            return int(answer.status != OK)
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
