"""What is lost comes back, whole: after a drill, after a kill in the middle, and while AWS throttles."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from botocore.awsrequest import AWSResponse

import config
from emulator.daemon import ROOT
from scripts.aws import Aws
from scripts.recovery import buckets
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Store, find_stores
from tests.emulator.local_cloud import Cloud, Local

pytestmark = pytest.mark.emulator


@pytest.fixture(scope="session")
def aws(local: Local, report: dict[str, Any]) -> Aws:
    assert report["stacks"]
    return Aws(config.load("local"), port=local.port)


@pytest.fixture
def objects(aws: Aws) -> Iterator[Callable[[int], dict[str, int]]]:
    """Return a function that fills the application's bucket with so many objects, then loses them all."""
    prefix, bucket, s3 = f"test/{uuid4().hex}/", find_stores(aws)["Attachments"].physical_id, aws.client("s3")

    def lose(number: int) -> dict[str, int]:
        sizes = {f"{prefix}{one:05}": one % 7 for one in range(number)}
        for key, size in sizes.items():
            s3.put_object(Bucket=bucket, Key=key, Body=b"x" * size)
        return sizes

    yield lose
    buckets.empty(aws, bucket, prefix)


def moment(after: float = 1.1) -> str:
    """Return this moment, which S3's clock of whole seconds has left when it returns."""
    time.sleep(after)
    said = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    time.sleep(after)
    return said


def test_a_drill_brings_every_record_back_and_leaves_nothing_behind(local: Local, aws: Aws, tmp_path: Path) -> None:
    before = (aws.client("dynamodb").list_tables()["TableNames"], aws.client("s3").list_buckets()["Buckets"])
    done = local.operate("drill", "--folder", str(tmp_path), "--items", "1000", "--objects", "200", "--yes", "--json")
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert {one["store"]: (one["written"], one["differences"]) for one in record["stores"]} == {
        "Todos": (1000, 0),
        "Attachments": (200, 0),
    }
    assert all(one["recovery_seconds"] > 0 for one in record["stores"])
    assert (aws.client("dynamodb").list_tables()["TableNames"], aws.client("s3").list_buckets()["Buckets"]) == before
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".md"]
    stores = find_stores(aws)
    assert not buckets.keys(aws, stores["Attachments"].physical_id, "drill/")
    items = aws.client("dynamodb").scan(TableName=stores["Todos"].physical_id)["Items"]
    assert not [item for item in items if "drill" in item]


def test_a_restored_table_has_what_a_restore_loses(local: Local, aws: Aws, tmp_path: Path) -> None:
    made = local.operate("backup", "--store", "Todos", "--yes", "--json")
    (backup,) = json.loads(made.stdout)
    done = local.operate(
        "restore",
        "--store",
        "Todos",
        "--backup",
        backup["backup"],
        "--state",
        str(tmp_path / "s.json"),
        "--yes",
        "--json",
    )
    assert done.returncode == 0, done.stderr
    copy = json.loads(done.stdout)["restored"]
    dynamodb = aws.client("dynamodb")
    recovery = dynamodb.describe_continuous_backups(TableName=copy)["ContinuousBackupsDescription"]
    assert recovery["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    assert dynamodb.describe_time_to_live(TableName=copy)["TimeToLiveDescription"]["AttributeName"] == "expires_at"
    dynamodb.delete_table(TableName=copy)


def test_a_restore_that_is_killed_goes_on_where_it_was(
    local: Local, aws: Aws, objects: Callable[[int], dict[str, int]], tmp_path: Path
) -> None:
    sizes = objects(400)
    at, state, prefix = moment(), tmp_path / "state.json", next(iter(sizes)).rpartition("/")[0]
    arguments = local.verb(
        "restore", "--store", "Attachments", "--at", at, "--prefix", prefix, "--state", str(state), "--yes", "--json"
    )
    killed = subprocess.Popen([sys.executable, "-m", "scripts", *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
    limit = time.monotonic() + 120
    while time.monotonic() < limit and not (state.exists() and "objects" in state.read_text()):
        time.sleep(0.005)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL, "it was done before it could be killed: give it more objects"
    target = json.loads(state.read_text())["done"]["progress"]["target"]
    begun = buckets.keys(aws, target)
    assert 0 < len(begun) < len(sizes)

    done = local.run(*arguments)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["restored"] == target
    assert buckets.keys(aws, target) == sizes
    versions = aws.client("s3").get_paginator("list_object_versions").paginate(Bucket=target)
    assert sum(len(page.get("Versions", [])) for page in versions) == len(sizes)
    buckets.empty(aws, target, "")
    aws.client("s3").delete_bucket(Bucket=target)


def test_a_restore_ends_well_while_every_third_call_is_throttled(
    local: Local, objects: Callable[[int], dict[str, int]], platform: Cloud, tmp_path: Path
) -> None:
    sizes = objects(24)
    prefix, at = next(iter(sizes)).rpartition("/")[0], time.time() + 2
    time.sleep(2.1)
    aws, calls, throttled = Aws(config.load("local"), port=local.port), count(), []
    s3 = aws.client("s3")

    def throttle(**_: Any) -> AWSResponse | None:
        if next(calls) % 3:
            return None
        throttled.append(1)
        body = b"<Error><Code>SlowDown</Code><Message>Reduce your request rate.</Message></Error>"
        answer = AWSResponse("http://emulator", 503, {"content-type": "application/xml"}, None)
        answer._content = body
        return answer

    s3.meta.events.register("before-send.s3", throttle)
    store = Store("Attachments", "bucket", find_stores(aws)["Attachments"].physical_id)
    steps = buckets.restore_steps(
        aws, store, f"throttled-{uuid4().hex}", at=datetime.fromtimestamp(at, UTC), prefix=prefix
    )
    journal = Journal(tmp_path / "state.json", asked={})
    run(steps, journal)
    assert journal.result("verify")["objects"] == len(sizes)
    assert len(throttled) > len(sizes) // 3


def lines_of(page: str) -> Iterator[str]:
    """The commands in the code blocks of a runbook."""
    for number, block in enumerate((ROOT / "docs" / "runbooks" / page).read_text().split("```")):
        if number % 2:
            yield from (line.strip() for line in block.splitlines() if line.strip())


def test_what_the_runbooks_say_to_look_at_can_be_looked_at(aws: Aws, local: Local) -> None:
    stores, seen = find_stores(aws), []
    for page in ("restore.md", "disaster-recovery.md"):
        for line in lines_of(page):
            harmless = "--dry-run" in line or "--plan" in line
            words = line.replace("$ENV", "local").replace("$MOMENT", moment(0.1)).split()
            store = words[words.index("--store") + 1] if "--store" in words else None
            if harmless and (store is None or store in stores):
                verb, *arguments = words[words.index("scripts") + 1 :]
                port = ["--port", str(local.port)] if verb == "restore" else []
                done = local.run(verb, *arguments, *port)
                assert done.returncode == 0, f"{line}: {done.stderr}"
                seen.append(verb)
    assert {"restore", "failover"} <= set(seen)
    assert seen.count("restore") >= 3
