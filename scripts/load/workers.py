"""A load test on Fargate: starts a master and its workers, waits, and brings the report home."""

import csv
import io
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripts.aws import Aws, AwsError
from scripts.delivery.stacks import find_stack
from scripts.recovery.waiting import wait

AT_ONCE = 10
"""Tasks that one call of ECS starts, at most."""
START_SECONDS = 600
"""Time for tasks to start, and for the report."""
CONTAINER = "main"


def run(aws: Aws, settings: dict[str, Any], *, report: Path) -> list[dict[str, str]]:
    """Run a test as `settings` say (see task.py) and return Locust's rows; the tasks are gone when it returns.

    Raises:
        AwsError: the environment has no workers, or ECS starts none, or the master failed.
        TimeoutError: the master did not end.
    """
    place = _place(aws)
    key = f"runs/{secrets.token_hex(8)}"
    s3 = aws.client("s3")
    # Through the bucket, which is encrypted: what a task is started with stands in the trail, and a token is in it.
    s3.put_object(Bucket=place["Bucket"], Key=f"{key}/settings.json", Body=json.dumps(settings).encode())
    try:
        with _tasks(aws, place) as start:
            (master,) = start(1, RUN=key.rpartition("/")[2])
            address = wait("master", lambda: _address(aws, place, master), seconds=START_SECONDS)["address"]
            left = settings["workers"]
            while left:
                left -= len(start(min(left, AT_ONCE), RUN=key.rpartition("/")[2], MASTER=address))
            seconds = settings["seconds"] + START_SECONDS
            _check(wait("load test", lambda: _ended(aws, place, master), seconds=seconds))
    finally:
        s3.delete_object(Bucket=place["Bucket"], Key=f"{key}/settings.json")
    report.write_bytes(s3.get_object(Bucket=place["Bucket"], Key=f"{key}/report.html")["Body"].read())
    table = s3.get_object(Bucket=place["Bucket"], Key=f"{key}/stats.csv")["Body"].read().decode()
    return list(csv.DictReader(io.StringIO(table)))


def _place(aws: Aws) -> dict[str, str]:
    name = f"{aws.environment.project}-{aws.environment.name}-loadtest"
    stack = find_stack(aws, name, aws.region)
    if not stack or stack.verdict != "ready":
        raise AwsError(f"{aws.environment.name} has no workers: give it compute.load_test, and deploy")
    (found,) = aws.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}


@contextmanager
def _tasks(aws: Aws, place: dict[str, str]) -> Iterator[Any]:
    """Yield what starts tasks; whatever still runs at the end is stopped, after Ctrl-C as well."""
    ecs = aws.client("ecs")
    network = {
        "awsvpcConfiguration": {
            "subnets": place["Subnets"].split(","),
            "securityGroups": [place["Group"]],
            "assignPublicIp": "DISABLED",
        }
    }
    started: list[str] = []

    def start(count: int, **variables: str) -> list[str]:
        given = [{"name": name, "value": value} for name, value in variables.items()]
        answer = ecs.run_task(
            cluster=place["Cluster"],
            taskDefinition=place["Task"],
            count=count,
            launchType="FARGATE",
            networkConfiguration=network,
            overrides={"containerOverrides": [{"name": CONTAINER, "environment": given}]},
            propagateTags="TASK_DEFINITION",
            startedBy="load-test",
        )
        new = [one["taskArn"] for one in answer["tasks"]]
        started.extend(new)
        if len(new) < count:
            reasons = ", ".join(sorted({str(one.get("reason", "")) for one in answer.get("failures", [])}))
            raise AwsError(f"ECS started {len(new)} of {count} tasks: {reasons or 'no reason given'}")
        return new

    try:
        yield start
    finally:
        for task in started:
            ecs.stop_task(cluster=place["Cluster"], task=task, reason="The load test ended")


def _task(aws: Aws, place: dict[str, str], arn: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = aws.client("ecs").describe_tasks(cluster=place["Cluster"], tasks=[arn])["tasks"]
    return found[0] if found else {"lastStatus": "PENDING"}  # ECS does not know at once what it has started


def _address(aws: Aws, place: dict[str, str], arn: str) -> Any:
    task = _task(aws, place, arn)
    if task["lastStatus"] in ("RUNNING", "STOPPED"):
        _check(task)
        details = {one["name"]: one["value"] for part in task.get("attachments", ()) for one in part["details"]}
        return {"address": details["privateIPv4Address"]}
    return str(task["lastStatus"]).lower()


def _ended(aws: Aws, place: dict[str, str], arn: str) -> Any:
    task = _task(aws, place, arn)
    return task if task["lastStatus"] == "STOPPED" else str(task["lastStatus"]).lower()


def _check(task: dict[str, Any]) -> None:
    """Refuse a task that stopped before its time, or failed."""
    codes = [one.get("exitCode") for one in task.get("containers", ())]
    if task["lastStatus"] == "STOPPED" and codes != [0]:
        said = task.get("stoppedReason") or "no reason given"
        raise AwsError(f"the master stopped (exit code {codes[0] if codes else None}): {said}; its log says more")
