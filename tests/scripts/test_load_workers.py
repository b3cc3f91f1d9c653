"""A load test on Fargate brings its report home, and leaves no task and no token behind, however it ends."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from scripts.__main__ import app
from scripts.aws import Aws, AwsError
from scripts.delivery.stacks import Deployed
from scripts.load import workers
from scripts.load.task import command

PLACE = {"Bucket": "reports", "Cluster": "c", "Group": "sg-1", "Subnets": "subnet-1,subnet-2", "Task": "t:1"}
SETTINGS = {
    "host": "https://api", "users": 50, "seconds": 1, "spawn_rate": 10, "workers": 12,
    "environment": {"API_TOKEN": "very-secret"},
}  # fmt: skip


class Ecs:
    """An ECS that starts what it is told; its master ends at once."""

    def __init__(self, *, code: int = 0, free: int = 100) -> None:
        self.code, self.free = code, free
        self.started: list[dict[str, str]] = []
        self.stopped: list[str] = []
        self.looks = 0

    def run_task(self, *, count: int, overrides: Any, **given: Any) -> dict[str, Any]:
        assert given["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] == "DISABLED"
        assert count <= 10, "more than ECS starts with one call"
        assert "very-secret" not in json.dumps(overrides)
        (container,) = overrides["containerOverrides"]
        variables = {one["name"]: one["value"] for one in container["environment"]}
        new = min(count, self.free - len(self.started))
        arns = [f"task-{len(self.started) + number}" for number in range(new)]
        self.started += [variables] * new
        lost = [{"reason": "RESOURCE:FARGATE"}] * (count - new)
        return {"tasks": [{"taskArn": arn} for arn in arns], "failures": lost}

    def describe_tasks(self, *, tasks: list[str], **_: Any) -> dict[str, Any]:
        assert tasks == ["task-0"]
        self.looks += 1
        details = [{"name": "privateIPv4Address", "value": "10.0.0.9"}]
        task = {"attachments": [{"details": details}], "containers": [{"exitCode": self.code}]}
        said = {1: None, 2: "PENDING", 3: "RUNNING", 4: "RUNNING"}.get(self.looks, "STOPPED")
        return {"tasks": [{**task, "lastStatus": said, "stoppedReason": "Essential container exited"}] if said else []}

    def stop_task(self, *, task: str, **_: Any) -> None:
        self.stopped.append(task)


@pytest.fixture
def play(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> Callable[[Ecs], Aws]:
    """Return what gives the environment workers, on a given ECS; their report lies in the bucket already."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="reports")
    s3.put_object(Bucket="reports", Key="runs/x/report.html", Body=b"<html>")
    s3.put_object(Bucket="reports", Key="runs/x/stats.csv", Body=b"Name,95%\nAggregated,9\n")
    stack = Deployed("groundwork-dev-loadtest", "us-east-1", "arn", "CREATE_COMPLETE")
    monkeypatch.setattr(workers, "find_stack", lambda *_: stack)
    monkeypatch.setattr(workers, "_place", lambda _: PLACE)
    monkeypatch.setattr(workers.secrets, "token_hex", lambda _: "x")
    make = aws.client

    def on(ecs: Ecs) -> Aws:
        aws.client = lambda service, region=None: ecs if service == "ecs" else make(service, region)
        return aws

    return on


def keys(aws: Aws) -> list[str]:
    return [one["Key"] for one in aws.client("s3").list_objects_v2(Bucket="reports")["Contents"]]


def test_workers_find_their_master_and_the_report_comes_home(play: Callable[[Ecs], Aws], tmp_path: Path) -> None:
    ecs = Ecs()
    aws = play(ecs)
    assert workers.run(aws, SETTINGS, report=tmp_path / "page.html") == [{"Name": "Aggregated", "95%": "9"}]
    assert ecs.started == [{"RUN": "x"}, *[{"RUN": "x", "MASTER": "10.0.0.9"}] * 12]
    assert sorted(ecs.stopped) == sorted(f"task-{number}" for number in range(13))
    assert (tmp_path / "page.html").read_text() == "<html>"
    assert keys(aws) == ["runs/x/report.html", "runs/x/stats.csv"]


@pytest.mark.parametrize(
    ("ecs", "said"),
    [
        (Ecs(code=1), r"the master stopped \(exit code 1\): Essential container exited; its log says more"),
        (Ecs(free=0), r"ECS started 0 of 1 tasks: RESOURCE:FARGATE"),
        (Ecs(free=8), r"ECS started 7 of 10 tasks: RESOURCE:FARGATE"),
    ],
)
def test_what_fails_says_why_and_leaves_nothing_running(
    ecs: Ecs, said: str, play: Callable[[Ecs], Aws], tmp_path: Path
) -> None:
    aws = play(ecs)
    with pytest.raises(AwsError, match=said):
        workers.run(aws, SETTINGS, report=tmp_path / "page.html")
    assert len(ecs.stopped) == len(ecs.started)
    assert "runs/x/settings.json" not in keys(aws)


def test_interrupted_it_leaves_nothing_running(
    play: Callable[[Ecs], Aws], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    ecs = Ecs()
    aws = play(ecs)
    monkeypatch.setattr(workers, "_ended", interrupt)
    with pytest.raises(KeyboardInterrupt):
        workers.run(aws, SETTINGS, report=tmp_path / "page.html")
    assert len(ecs.stopped) == len(ecs.started) == 13
    assert "runs/x/settings.json" not in keys(aws)


def test_only_the_master_knows_the_target_and_waits_for_its_workers() -> None:
    master, worker = (command(SETTINGS, Path("/tmp"), one) for one in (None, "10.0.0.9"))
    assert master[master.index("--expect-workers") + 1] == "12"
    assert worker[-3:] == ["--worker", "--master-host", "10.0.0.9"]


@pytest.mark.parametrize(
    ("environment", "number", "said"),
    [
        ("dev", "1", "--workers must be 0: the environment has none in dev, got 1"),
        ("everything", "11", "--workers must be at most 10 (compute.load_test.max_workers) in everything, got 11"),
    ],
)
def test_workers_that_are_not_there_are_refused(environment: str, number: str, said: str) -> None:
    arguments = ["--environment", environment, "--url", "https://api", "--workers", number, "--yes"]
    done = CliRunner().invoke(app, ["load-test", *arguments])
    assert (done.exit_code, said in " ".join(done.output.split())) == (2, True), done.output
