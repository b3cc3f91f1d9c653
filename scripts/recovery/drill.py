"""A restore drill of one store: writes known data, copies it, loses it on purpose, restores it, compares every record.

Only the drill's own data is touched: items and objects under a mark that nothing else uses.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from config import Environment
from scripts.aws import Aws
from scripts.console import progress
from scripts.recovery import buckets, tables
from scripts.recovery.journal import Journal, Step, run
from scripts.recovery.stores import Origin, Store

CORRUPTED = 2
"""One item or object in so many is corrupted, the others are deleted."""

BATCH = 25
"""Items of one BatchWriteItem (DynamoDB's quota)."""


@dataclass
class Outcome:
    """What a drill of one store showed."""

    store: str
    kind: str
    written: int
    #: Records that are missing, different or doubled after the restore.
    differences: int
    #: From the loss until every record was compared.
    recovery_seconds: float
    #: From the newest record that the restore brought back to the loss: what would have been lost.
    data_age_seconds: float
    #: Where the emulator only pretends, or what the drill did not do.
    remarks: list[str] = field(default_factory=list)

    def misses(self, *, recovery_minutes: float, data_age_minutes: float) -> list[str]:
        """Return each target that was missed, in words."""
        missed = []
        if self.differences:
            missed.append(f"{self.differences} of {self.written} records are not as they were")
        if self.recovery_seconds > recovery_minutes * 60:
            missed.append(f"recovery took {self.recovery_seconds:.1f} s, the target is {recovery_minutes:g} min")
        if self.data_age_seconds > data_age_minutes * 60:
            missed.append(f"data was {self.data_age_seconds:.1f} s old, the target is {data_age_minutes:g} min")
        return missed


def drill_table(aws: Aws, store: Store, *, items: int, folder: Path, seconds: float) -> Outcome:
    """Drill a table with `items` items of the drill's own."""
    mark, table = f"DRILL#{datetime.now(UTC):%Y%m%dT%H%M%SZ}", store.physical_id
    rows = _items(aws, store, mark, items)
    names = [one["AttributeName"] for one in tables.settings_of(aws, table)["keys"]]
    known = {json.dumps([row[name] for name in names], default=repr): tables.digest(row) for row in rows}
    target = f"{table[:200]}-drill-{mark.partition('#')[2].lower()}"
    journal = Journal(folder / f"{target}.state.json", asked={"drill": mark, "store": store.id})
    try:
        _write(aws, table, [{"PutRequest": {"Item": row}} for row in rows])
        written = time.monotonic()
        backup = tables.back_up(aws, table, target, seconds=seconds)
        lost = time.monotonic()
        _lose(aws, table, rows, names)
        run(tables.restore_steps(aws, store, target, origin=Origin(backup), seconds=seconds), journal, told=_tell)
        found = [row for row in tables.items(aws, target) if row.get("drill") == {"S": mark}]
        back = {json.dumps([row[name] for name in names], default=repr): tables.digest(row) for row in found}
        recovered = time.monotonic()
    finally:
        _write(aws, table, [{"DeleteRequest": {"Key": {name: row[name] for name in names}}} for row in rows])
    _drop_table(aws, target, journal.result("alarms").get("alarms", []))
    aws.client("dynamodb").delete_backup(BackupArn=backup)
    journal.path.unlink()
    differences = _differences(known, back) + len(found) - len(back)
    return Outcome(store.id, store.kind, items, differences, recovered - lost, lost - written)


def drill_bucket(aws: Aws, store: Store, *, objects: int, folder: Path) -> Outcome:
    """Drill a bucket with `objects` objects of the drill's own."""
    s3, bucket = aws.client("s3"), store.physical_id
    prefix = f"drill/{datetime.now(UTC):%Y%m%dT%H%M%SZ}/"
    contents = {f"{prefix}{number:06}": f"{prefix}{number}\n".encode() * (number % 50 + 1) for number in range(objects)}
    known = {key: sha256(content).hexdigest() for key, content in contents.items()}
    target = f"{bucket[:40]}-drill-{datetime.now(UTC):%Y%m%d%H%M%S}"
    try:
        for key, content in contents.items():
            s3.put_object(Bucket=bucket, Key=key, Body=content)
        written = time.monotonic()
        moment = _settled(s3.head_object(Bucket=bucket, Key=max(contents))["LastModified"])
        lost = time.monotonic()
        for number, key in enumerate(contents):
            if number % CORRUPTED:
                s3.delete_object(Bucket=bucket, Key=key)
            else:
                s3.put_object(Bucket=bucket, Key=key, Body=b"corrupted")
        journal = Journal(folder / f"{target}.state.json", asked={"drill": prefix, "store": store.id})
        steps = buckets.restore_steps(aws, store, target, at=moment, prefix=prefix)
        run(steps, journal, told=_tell)
        back = {key: buckets.digest(aws, target, key) for key in buckets.keys(aws, target)}
        recovered = time.monotonic()
        journal.path.unlink()
    finally:
        buckets.empty(aws, bucket, prefix)
    buckets.empty(aws, target, prefix)
    s3.delete_bucket(Bucket=target)
    return Outcome(store.id, store.kind, objects, _differences(known, back), recovered - lost, lost - written)


def write_record(
    folder: Path, environment: Environment, outcomes: list[Outcome], *, begun: datetime
) -> tuple[Path, list[str]]:
    """Write the dated record as JSON and Markdown; return the Markdown's path and the targets that were missed."""
    targets = {
        "recovery_minutes": environment.backup.recovery_time_target_minutes,
        "data_age_minutes": environment.backup.recovery_point_target_minutes,
    }
    missed = [f"{one.store}: {miss}" for one in outcomes for miss in one.misses(**targets)]
    name = f"drill-{environment.name}-{begun:%Y%m%dT%H%M%SZ}"
    record = {
        "environment": environment.name,
        "begun": begun.isoformat(timespec="seconds"),
        "targets": targets,
        "stores": [asdict(one) for one in outcomes],
        "missed": missed,
    }
    (folder / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n")
    page = folder / f"{name}.md"
    page.write_text(_page(record, outcomes))
    return page, missed


def _page(record: Mapping[str, Any], outcomes: list[Outcome]) -> str:
    targets, missed = record["targets"], record["missed"]
    lines = [
        f"# Restore drill of {record['environment']}, {record['begun']}",
        "",
        f"{'Every target was met.' if not missed else 'Missed: ' + '; '.join(missed) + '.'}",
        "",
        "| store | kind | records | differences | recovery (s) | data age (s) |",
        "|---|---|---:|---:|---:|---:|",
        *(
            f"| {one.store} | {one.kind} | {one.written:,} | {one.differences} | {one.recovery_seconds:.1f} "
            f"| {one.data_age_seconds:.1f} |"
            for one in outcomes
        ),
        "",
        f"Targets: recovery within {targets['recovery_minutes']:g} minutes, data at most "
        f"{targets['data_age_minutes']:g} minutes old. Recovery is measured from the loss until the last record was",
        "compared by checksum; data age from the last write to the loss.",
        *(["", *(f"- {one.store}: {remark}" for one in outcomes for remark in one.remarks)] if outcomes else []),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _tell(step: Step, _: bool) -> None:
    progress.print(f"[dim]{step.does}[/]", soft_wrap=True)


def _items(aws: Aws, store: Store, mark: str, count: int) -> list[dict[str, Any]]:
    """Return the drill's items: the key attributes of the table, each marked, and some content."""
    described = aws.client("dynamodb").describe_table(TableName=store.physical_id)["Table"]
    types = {one["AttributeName"]: one["AttributeType"] for one in described["AttributeDefinitions"]}
    names = [one["AttributeName"] for one in described["KeySchema"]]
    first = time.time_ns()  # a number as a key is marked by being nobody else's

    def item(number: int) -> dict[str, Any]:
        values = {"S": f"{mark}#{number:06}", "N": str(first + number), "B": f"{mark}#{number:06}".encode()}
        content = {"S": sha256(f"{mark}{number}".encode()).hexdigest() * (number % 5 + 1)}
        keys = {name: {types[name]: values[types[name]]} for name in names}
        return {**keys, "drill": {"S": mark}, "number": {"N": str(number)}, "content": content}

    return [item(number) for number in range(count)]


def _write(aws: Aws, table: str, requests: list[dict[str, Any]]) -> None:
    """Send write requests, and again what DynamoDB did not take."""
    dynamodb = aws.client("dynamodb")
    for start in range(0, len(requests), BATCH):
        left = {table: requests[start : start + BATCH]}
        while left:
            left = dynamodb.batch_write_item(RequestItems=left).get("UnprocessedItems", {})


def _lose(aws: Aws, table: str, rows: list[dict[str, Any]], names: list[str]) -> None:
    """Corrupt every other item, and delete the rest."""
    _write(
        aws,
        table,
        [
            {"PutRequest": {"Item": row | {"content": {"S": "corrupted"}}}}
            if number % CORRUPTED
            else {"DeleteRequest": {"Key": {name: row[name] for name in names}}}
            for number, row in enumerate(rows)
        ],
    )


def _drop_table(aws: Aws, target: str, alarms: list[str]) -> None:
    """Remove what the drill restored: the table and the alarms that were copied to it."""
    dynamodb = aws.client("dynamodb")
    if alarms:
        aws.client("cloudwatch").delete_alarms(AlarmNames=alarms)
    if tables.settings_of(aws, target)["deletion_protection"]:
        dynamodb.update_table(TableName=target, DeletionProtectionEnabled=False)
        dynamodb.get_waiter("table_exists").wait(TableName=target)
    dynamodb.delete_table(TableName=target)


def _differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> int:
    return sum(wanted.get(key) != found.get(key) for key in {*wanted, *found})


def _settled(moment: datetime) -> datetime:
    """Wait until S3's clock, which counts whole seconds, has left `moment`; return the moment to restore to."""
    end = moment.replace(microsecond=0) + timedelta(seconds=1)
    time.sleep(max(0.0, (end - datetime.now(UTC)).total_seconds()) + 0.1)
    return end
