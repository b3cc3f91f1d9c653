"""`watch`: waits beside a deployment and fails when an alarm goes off."""

import time
from typing import Annotated, Any

import typer

from scripts.console import Exit, emit, fail, progress

PAUSE = 15.0
SEVERITIES = ("P0", "P1", "P2", "P3")


def watch(
    *,
    environment: Annotated[str, typer.Option(help="Which environment.")],
    minutes: Annotated[float, typer.Option(min=0, max=180, help="How long; 0 looks once.")] = 10,
    severity: Annotated[list[str] | None, typer.Option(help="Only alarms of this severity, such as P0.")] = None,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, instead of the config's.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the alarms that are on to stdout as JSON.")] = False,
) -> None:
    """Watch an environment's alarms, in its account or through the look-up role there. Exit code 3 when one is on."""
    import config
    from scripts.aws import Aws, told_plainly

    if unknown := sorted(set(severity or []) - set(SEVERITIES)):
        fail(f"--severity must be one of {', '.join(SEVERITIES)}, got {unknown[0]}", Exit.USAGE)
    with told_plainly():
        aws = Aws(config.load(environment), port=port).in_own_account()
        limit = time.monotonic() + minutes * 60
        with progress.status(f"watching the alarms of {environment} ..."):
            while not (found := _ringing(aws, severity or [])) and time.monotonic() < limit:
                time.sleep(min(PAUSE, max(0.0, limit - time.monotonic())))
    if as_json:
        emit(found)
    for one in found:
        progress.print(f"{one['name']}: {one['reason']}", markup=False, soft_wrap=True)
    if found:
        fail(f"{len(found)} alarms of {environment} are on", Exit.FINDINGS)
    progress.print(f"[green]✓[/] no alarm of {environment} went off")


def _ringing(aws: Any, severities: list[str]) -> list[dict[str, str]]:
    prefix = f"{aws.environment.project}-{aws.environment.name}-"
    pages = (
        page
        for region in aws.alarm_regions
        for page in aws.client("cloudwatch", region)
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=prefix, StateValue="ALARM", AlarmTypes=["CompositeAlarm", "MetricAlarm"])
    )
    return [
        {"name": one["AlarmName"], "reason": one.get("StateReason", "")}
        for page in pages
        for one in (*page.get("MetricAlarms", ()), *page.get("CompositeAlarms", ()))
        if one.get("AlarmActions")  # others are parts of a composite one, and may be on for hours after an incident
        and (not severities or one.get("AlarmDescription", "").partition(":")[0] in severities)
    ]
