"""`load-test`: people on the API and the front end, and whether the service levels hold while they are there."""

import csv
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from config import Environment

FOLDER = Path(__file__).parent / "load"
HELD = 0.95
"""Share of a wanted rate that counts as held: its first second is for coming."""
VENV = Path(__file__).parent.parent / ".groundwork" / "locust"


@dataclass(frozen=True)
class Outcome:
    """One service level, and what was measured."""

    what: str
    wanted: str
    measured: str
    holds: bool


def load_test(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    url: Annotated[str | None, typer.Option(help="Address of the API, its stage included.")] = None,
    empty: Annotated[
        bool, typer.Option("--empty", help="Load an empty function on the emulator instead: what that costs itself.")
    ] = False,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    front_end: Annotated[str | None, typer.Option(help="Address of the front end, to load it too.")] = None,
    outside: Annotated[bool, typer.Option("--outside", help="Only what needs no identity: its health.")] = False,
    token: Annotated[
        str | None, typer.Option(envvar="API_TOKEN", help="Access token to call with (`python -m scripts token`).")
    ] = None,
    users: Annotated[int, typer.Option(min=1, max=10_000, help="People at the same time.")] = 20,
    workers: Annotated[
        int, typer.Option(min=0, help="Play the people on so many tasks on Fargate; 0: on this machine.")
    ] = 0,
    rate: Annotated[
        int | None, typer.Option(min=1, help="Requests a second of all of them; none: people, who pause.")
    ] = None,
    seconds: Annotated[int, typer.Option(min=5, max=86_400, help="How long.")] = 60,
    p95_ms: Annotated[
        int | None, typer.Option(min=1, help="95 of 100 answers are at least as fast; none: monitoring.slo says.")
    ] = None,
    error_percent: Annotated[
        float | None, typer.Option(min=0, max=100, help="At most so many requests fail; none: monitoring.slo says.")
    ] = None,
    report: Annotated[Path, typer.Option(help="The page to write.")] = Path("build/load-test.html"),
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the outcome to stdout as JSON.")] = False,
) -> None:
    """Load an environment with Locust, without a browser. Exit code 3 where a service level does not hold."""
    import config
    from config.sections.monitoring import Slo
    from scripts.aws import Aws, told_plainly
    from scripts.load.empty import empty_api

    if (url is None) != empty:
        fail("give --url or --empty, one of the two", Exit.USAGE)
    if url and not url.startswith(("http://", "https://")):
        fail(f"--url must begin with http:// or https://, got {url}", Exit.USAGE)
    with told_plainly():
        chosen = config.load(environment)
        if empty and not chosen.emulator:
            fail(f"{environment} is not on the emulator: --empty measures nothing else", Exit.USAGE)
    _check_workers(chosen, workers, outside=outside)
    confirm(chosen, f"put {users} users on {url or 'an empty function'} for {seconds} s", yes=yes)
    report.parent.mkdir(parents=True, exist_ok=True)
    settings = {
        "API_TOKEN": token or "",
        "LOAD_FRONT_END": front_end or "",
        "LOAD_OUTSIDE": "1" if outside or empty else "",
        "LOAD_RATE_EACH": str(rate / users) if rate else "",
    }
    if chosen.compute.api.authorization == "aws-iam" and not (outside or empty):
        settings["LOAD_SIGN"] = str(chosen.region)
    at_once = users if rate else max(1, users // 5)
    with told_plainly(), ExitStack() as stack:
        aws = Aws(chosen, port=port)
        asked = (url or stack.enter_context(empty_api(aws))).rstrip("/")
        if workers:
            from scripts.load.workers import run

            aws.check_account()
            people = {"host": asked, "users": users, "seconds": seconds, "spawn_rate": at_once}
            rows = run(aws, {**people, "workers": workers, "environment": settings}, report=report)
        else:
            scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            rows = _run(settings, asked, users=users, at_once=at_once, seconds=seconds, report=report, scratch=scratch)
    promised = chosen.monitoring.slo or Slo()
    outcomes = judge(
        rows,
        p95_ms=promised.latency_ms if p95_ms is None else p95_ms,
        error_percent=promised.error_percent if error_percent is None else error_percent,
        rate=rate,
    )
    for one in outcomes:
        mark = "[green]✓[/]" if one.holds else "[red]✗[/]"
        progress.print(f"  {mark} {one.what}: {one.measured}, wanted {one.wanted}", soft_wrap=True)
    progress.print(f"the page: {report}", markup=False, soft_wrap=True)
    if as_json:
        emit({"report": str(report), "outcomes": [asdict(one) for one in outcomes], "milliseconds": _percentiles(rows)})
    if not all(one.holds for one in outcomes):
        raise typer.Exit(Exit.FINDINGS)


def _check_workers(chosen: "Environment", workers: int, *, outside: bool) -> None:
    """Refuse workers that the environment does not have, or that could not sign in."""
    load_test = chosen.compute.load_test
    most = load_test.max_workers if load_test else 0
    if workers > most:
        said = f"at most {most} (compute.load_test.max_workers)" if most else "0: the environment has none"
        fail(f"--workers must be {said} in {chosen.name}, got {workers}", Exit.USAGE)
    if workers and chosen.compute.api.authorization == "aws-iam" and not outside:
        fail("--workers needs --outside where requests are signed: no role of theirs may call the API", Exit.USAGE)


def _percentiles(rows: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """The time by which half, 95 and 99 of 100 answers came, for each kind of request and for all of them."""
    return {row["Name"]: {name: row[name] for name in ("50%", "95%", "99%")} for row in rows}


def judge(rows: list[dict[str, str]], *, p95_ms: int, error_percent: float, rate: int | None = None) -> list[Outcome]:
    """Hold Locust's figures against the service levels; nothing measured holds nothing."""
    total = next((row for row in rows if row["Name"] == "Aggregated"), {})
    requests, failed = int(total.get("Request Count", 0)), int(total.get("Failure Count", 0))
    percent = 100 * failed / requests if requests else 100.0
    p95 = float(total["95%"]) if requests else float("inf")
    held = [
        Outcome("requests a second", f">= {HELD * rate:g}", f"{float(total['Requests/s']):.1f}", _held(total, rate))
        for rate in ([rate] if rate and requests else [])
    ]
    return [
        *held,
        Outcome("requests were made", "> 0", str(requests), requests > 0),
        Outcome("errors", f"<= {error_percent:g} %", f"{percent:.2f} %", percent <= error_percent),
        Outcome("95 of 100 answers", f"< {p95_ms} ms", f"{p95:.0f} ms", p95 < p95_ms),
    ]


def _held(total: dict[str, str], rate: int) -> bool:
    return float(total["Requests/s"]) >= HELD * rate


def _run(
    settings: dict[str, str],
    url: str,
    *,
    users: int,
    at_once: int,
    seconds: int,
    report: Path,
    scratch: Path,
) -> list[dict[str, str]]:
    """Run Locust and return a row for each kind of request, and one for all of them."""
    command = [
        str(_locust()), "--headless", "--locustfile", str(FOLDER / "scenarios.py"), "--host", url.rstrip("/"),
        "--users", str(users), "--spawn-rate", str(at_once), "--run-time", f"{seconds}s",
        "--csv", str(scratch / "run"), "--html", str(report.resolve()), "--exit-code-on-error", "0",
        "--only-summary", "--stop-timeout", "30", "--loglevel", "ERROR",
    ]  # fmt: skip
    with progress.status(f"{users} users, {seconds} s ..."):
        done = subprocess.run(
            command, env={**os.environ, **settings}, capture_output=True, text=True, check=False, timeout=seconds + 300
        )
    table = scratch / "run_stats.csv"
    if done.returncode or not table.is_file():
        fail(f"Locust stopped: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}")
    return list(csv.DictReader(table.open()))


def _locust() -> Path:
    """Return Locust, installed from its pins when they are newer than what is there."""
    pins, program = FOLDER / "requirements.txt", VENV / "bin" / "locust"
    if not program.exists() or program.stat().st_mtime < pins.stat().st_mtime:
        uv = str(Path(sys.executable).parent / "uv")
        with progress.status("installing Locust ..."):
            for arguments in (
                ["venv", "--quiet", "--clear", str(VENV)],
                ["pip", "sync", "--quiet", "--require-hashes", str(pins)],
            ):
                environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
                done = subprocess.run([uv, *arguments], env=environment, capture_output=True, text=True, check=False)
                if done.returncode:
                    fail(f"Locust cannot be installed: {(done.stderr.strip().splitlines() or ['uv said nothing'])[-1]}")
        program.touch()
    return program
