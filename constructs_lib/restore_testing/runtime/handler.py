"""Looks at what a restore test brought back, writes the canaries that it looks for, and counts days without a test."""

import json
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from . import canaries, validation, verdicts

REPORTED_DAYS = 366
"""Days of restore jobs that are searched for the last test."""

PATIENCE = timedelta(hours=3)
"""How long something restored is waited for: AWS Backup takes it away after four hours."""


@cache
def client(service: str) -> Any:
    """Return an API of this region, made once."""
    import boto3

    return boto3.client(service)


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer a schedule (`{"task": "canaries" | "age" | "open"}`) or a finished restore job of AWS Backup."""
    match event.get("task"):
        case "canaries":
            return {"written": canaries.write(client, json.loads(os.environ["CANARIES"]))}
        case "age":
            return {"days": report_age()}
        case "open":
            return {"looked_at": [validate(job["RestoreJobId"]) for job in _open_jobs()]}
        case None if event.get("detail-type") == "Restore Job State Change":
            return validate(str(event["detail"]["restoreJobId"]))
    raise ValueError(f"task must be canaries, age or open, or the event a restore job's, got {json.dumps(event)[:200]}")


def validate(job_id: str) -> dict[str, Any]:
    """Look at what the job restored, tell AWS Backup, and report the times as metrics. What cannot be seen yet is left
    for the schedule, which comes back to it.
    """
    job = client("backup").describe_restore_job(RestoreJobId=job_id)
    kind = job["ResourceType"]
    if not job.get("CreatedBy", {}).get("RestoreTestingPlanArn"):
        return {"job": job_id, "kind": kind, "skipped": "not made by a restore test"}
    if job.get("ValidationStatus", "VALIDATING") != "VALIDATING":  # and a run before this one stopped after it
        validation.tidy(client, job)
        return {"job": job_id, "kind": kind, "skipped": f"its verdict is {job['ValidationStatus']}"}
    seen = verdicts.Seen()
    problem: str | None = None
    if job["Status"] == "COMPLETED":
        try:
            seen, problem = _look(job)
        except verdicts.NotYetError as error:
            if datetime.now(UTC) - job["CompletionDate"] < PATIENCE:
                return {"job": job_id, "kind": kind, "awaits": str(error)}
            problem = f"could not be looked at within {PATIENCE}: it still awaits {error}"
        client("backup").put_restore_validation_result(
            RestoreJobId=job_id,
            ValidationStatus="FAILED" if problem else "SUCCESSFUL",
            ValidationStatusMessage=(problem or "what was restored is whole")[:1024],
        )
    else:
        problem = f"the restore ended as {job['Status']}: {job.get('StatusMessage', 'no reason given')}"
    metrics = {"RestoreTestFailed": 1 if problem else 0}
    if job.get("CompletionDate"):
        usable_at = seen.usable_at or job["CompletionDate"]
        metrics["RecoveryTimeSeconds"] = round((usable_at - job["CreationDate"]).total_seconds())
    if seen.written_at:
        metrics["DataAgeSeconds"] = round((job["CreationDate"] - seen.written_at).total_seconds())
    emit(kind, metrics, job=job_id, problem=problem)
    if job["Status"] == "COMPLETED":
        validation.tidy(client, job)
    return {"job": job_id, "kind": kind, "problem": problem, **metrics}


def _look(job: dict[str, Any]) -> tuple[verdicts.Seen, str | None]:
    """Return what was seen of the restored resource, and what is wrong with it."""
    try:
        return validation.inspect(client, job, key=os.environ["DATA_KEY"]), None
    except verdicts.NotYetError:
        raise
    except verdicts.NotWholeError as error:
        return verdicts.Seen(), str(error)
    except Exception as error:  # a look that cannot be taken is a failed test, not a retry that hides it
        return verdicts.Seen(), f"could not be looked at: {type(error).__name__}: {error}"


def _open_jobs() -> Iterator[dict[str, Any]]:
    """Yield the restore tests of the last days that ended without a verdict yet."""
    for job in _tests(timedelta(days=2)):
        if job.get("ValidationStatus", "VALIDATING") == "VALIDATING":
            yield job


def _tests(within: timedelta) -> Iterator[dict[str, Any]]:
    """Yield the restore tests that brought something back."""
    pages = (
        client("backup")
        .get_paginator("list_restore_jobs")
        .paginate(ByCreatedAfter=datetime.now(UTC) - within, ByStatus="COMPLETED")
    )
    for page in pages:
        yield from (job for job in page["RestoreJobs"] if job.get("CreatedBy", {}).get("RestoreTestingPlanArn"))


def report_age() -> dict[str, int]:
    """Report, by kind of store, the days since a restore test of it last succeeded."""
    now, kinds = datetime.now(UTC), json.loads(os.environ["KINDS"])
    last = _chosen_since()  # a kind that was never tested counts from the day on which its tests were set up
    for job in _tests(timedelta(days=REPORTED_DAYS)):
        if job.get("ValidationStatus") == "SUCCESSFUL":
            kind = job["ResourceType"]
            last[kind] = max(last.get(kind, job["CompletionDate"]), job["CompletionDate"])
    days = {kind: (now - last[kind]).days if kind in last else REPORTED_DAYS for kind in kinds}
    for kind, number in days.items():
        emit(kind, {"DaysSinceRestoreTest": number})
    return days


def _chosen_since() -> dict[str, datetime]:
    """Return since when the plan has a selection of each kind."""
    pages = client("backup").get_paginator("list_restore_testing_selections")
    return {
        selection["ProtectedResourceType"]: selection["CreationTime"]
        for page in pages.paginate(RestoreTestingPlanName=os.environ["PLAN"])
        for selection in page["RestoreTestingSelections"]
    }


def emit(kind: str, metrics: dict[str, int], **context: object) -> None:
    """Write metrics in CloudWatch's embedded format: the log is the transport."""
    units = {name: {"Name": name, "Unit": "Seconds" if name.endswith("Seconds") else "Count"} for name in metrics}
    directive = {
        "Namespace": os.environ["METRICS_NAMESPACE"],
        "Dimensions": [["ResourceType"]],
        "Metrics": list(units.values()),
    }
    line = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [directive]},
        "ResourceType": kind,
        **metrics,
        **context,
    }
    sys.stdout.write(json.dumps(line) + "\n")
