"""One task of a load test: the master, which reports, or a worker, which plays users.

BUCKET, RUN: where the test's settings lie, and where the master puts its report. MASTER: address of the master; without
it this is the master.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from botocore.session import Session

SCENARIOS = Path(__file__).parent / "scenarios.py"
RESULTS = {"run_stats.csv": "stats.csv", "report.html": "report.html"}
"""What the master leaves, by the name of Locust's file."""
WORKERS_SECONDS = "300"
"""How long the master waits for its workers."""


def command(settings: dict[str, Any], folder: Path, master: str | None) -> list[str]:
    """Return how Locust is called."""
    locust = [sys.executable, "-m", "locust", "--headless", "--locustfile", str(SCENARIOS), "--loglevel", "WARNING"]
    if master:
        return [*locust, "--worker", "--master-host", master]
    return [
        *locust, "--master", "--host", settings["host"], "--expect-workers", str(settings["workers"]),
        "--expect-workers-max-wait", WORKERS_SECONDS, "--users", str(settings["users"]),
        "--spawn-rate", str(settings["spawn_rate"]), "--run-time", f"{settings['seconds']}s", "--stop-timeout", "30",
        "--csv", str(folder / "run"), "--html", str(folder / "report.html"), "--exit-code-on-error", "0",
        "--only-summary",
    ]  # fmt: skip


def main() -> int:
    """Play a part in the test, and leave the report."""
    bucket, run, master = os.environ["BUCKET"], os.environ["RUN"], os.environ.get("MASTER")
    s3 = Session().create_client("s3")
    settings = json.loads(s3.get_object(Bucket=bucket, Key=f"runs/{run}/settings.json")["Body"].read())
    with tempfile.TemporaryDirectory() as scratch:
        environment = {**os.environ, **settings["environment"]}
        ended = subprocess.run(command(settings, Path(scratch), master), env=environment, check=False).returncode
        for name, key in RESULTS.items():
            if (file := Path(scratch) / name).is_file():
                s3.put_object(Bucket=bucket, Key=f"runs/{run}/{key}", Body=file.read_bytes())
    return ended


if __name__ == "__main__":
    sys.exit(main())
