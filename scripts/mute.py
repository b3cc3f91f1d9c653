"""`mute`: silences an environment's alarms for a deployment, all but P0; they come back by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scripts.console import Exit, confirm, emit, fail, progress

if TYPE_CHECKING:
    from scripts.aws import Aws

LONGEST_MINUTES = 240
MOST_ALARMS = 100
"""Alarms that one mute rule takes (PutAlarmMuteRule)."""


def mute(
    environment: Annotated[str, typer.Option("--environment", "-e", help="Whose alarms.")],
    *,
    minutes: Annotated[int, typer.Option(min=1, max=LONGEST_MINUTES, help="How long; then they are heard again.")] = 30,
    end: Annotated[bool, typer.Option("--end", help="End it now.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say which alarms, and change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    port: Annotated[int | None, typer.Option(help="Port of the emulator, where it is not the configured one.")] = None,
) -> None:
    """Silence who is told, not the alarms: deployments still roll back on them, and what then is wrong is told."""
    import config
    from scripts.aws import Aws, told_plainly

    with told_plainly():
        settings = config.load(environment)
        aws = Aws(settings, port=port)
        aws.check_account()
        prefix = f"{settings.project}-{settings.name}-"
        if end:
            ended = [rule for region in aws.alarm_regions for rule in end_mute(aws, prefix, region)]
            progress.print(f"{len(ended)} rules ended: the alarms of {environment} are heard")
            emit({"ended": ended})
            return
        found = {region: alarms_to_mute(aws, prefix, region) for region in aws.alarm_regions}
        names = [name for some in found.values() for name in some]
        if not names:
            fail(f"{environment} has no alarms other than P0", Exit.USAGE)
        if dry_run:
            emit({"alarms": names, "minutes": minutes})
            return
        confirm(settings, f"mute {len(names)} alarms for {minutes} minutes", yes=yes)
        now = datetime.now(UTC)
        rules = [
            rule
            for region in found
            for rule in begin_mute(aws, prefix, found[region], region, minutes=minutes, now=now)
        ]
        progress.print(f"{len(names)} alarms of {environment} are muted for {minutes} minutes; P0 is heard")
        emit({"rules": rules, "alarms": names, "minutes": minutes})


@contextmanager
def muted(aws: "Aws", *, seconds: float) -> Iterator[None]:
    """Mute all alarms but P0 while a deployment runs, which may take `seconds`; however it ends, they are heard again.

    Where AWS refuses that, the deployment goes on, and says so. The emulator has no mute rules.
    """
    from botocore.exceptions import ClientError

    from scripts.aws import in_words

    settings = aws.environment
    prefix = f"{settings.project}-{settings.name}-"
    begun: list[str] = []
    try:
        for region in () if settings.emulator else aws.alarm_regions:
            minutes = min(-(-int(seconds) // 60), LONGEST_MINUTES)
            if names := alarms_to_mute(aws, prefix, region):
                begun.append(region)
                begin_mute(aws, prefix, names, region, minutes=minutes, now=datetime.now(UTC))
    except ClientError as error:
        progress.print(f"[yellow]-[/] alarms are not muted: {in_words(error)}", soft_wrap=True)
    try:
        yield
    finally:
        for region in begun:
            try:
                end_mute(aws, prefix, region)
            except ClientError as error:
                progress.print(f"[yellow]-[/] alarms stay muted until the rules expire: {in_words(error)}")


def alarms_to_mute(aws: "Aws", prefix: str, region: str) -> list[str]:
    """Return the names of all alarms of the environment in a region but those that say P0."""
    pages = (
        aws.client("cloudwatch", region)
        .get_paginator("describe_alarms")
        .paginate(AlarmNamePrefix=prefix, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    )
    found: list[dict[str, Any]] = [
        alarm for page in pages for kind in ("MetricAlarms", "CompositeAlarms") for alarm in page.get(kind, [])
    ]
    return sorted(one["AlarmName"] for one in found if not one.get("AlarmDescription", "").startswith("P0:"))


def begin_mute(aws: "Aws", prefix: str, names: list[str], region: str, *, minutes: int, now: datetime) -> list[str]:
    """Mute `names` from the next minute on; asking again begins anew. The rules expire by themselves."""
    start = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
    rules = []
    for part, first in enumerate(range(0, len(names), MOST_ALARMS), 1):
        rules.append(f"{prefix}deployment-{part}")
        aws.client("cloudwatch", region).put_alarm_mute_rule(
            Name=rules[-1],
            Description="A deployment: alarms other than P0 tell nobody until it ends.",
            MuteTargets={"AlarmNames": names[first : first + MOST_ALARMS]},
            Rule={"Schedule": {"Expression": f"at({start:%Y-%m-%dT%H:%M})", "Duration": f"PT{minutes}M"}},
            ExpireDate=start + timedelta(minutes=minutes),
        )
    return rules


def end_mute(aws: "Aws", prefix: str, region: str) -> list[str]:
    """Delete the rules that `begin_mute` made; those of deploy windows stay."""
    cloudwatch = aws.client("cloudwatch", region)
    ended: list[str] = []
    part = 1
    while True:
        name = f"{prefix}deployment-{part}"
        try:
            cloudwatch.get_alarm_mute_rule(AlarmMuteRuleName=name)
        except cloudwatch.exceptions.ResourceNotFoundException:
            return ended
        cloudwatch.delete_alarm_mute_rule(AlarmMuteRuleName=name)
        ended.append(name)
        part += 1
