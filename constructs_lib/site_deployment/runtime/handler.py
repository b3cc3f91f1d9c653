"""Puts the files of a site into its bucket, takes others out, and has CloudFront forget what it kept.

boto3 comes with the Lambda runtime: nothing here is newer than its first years.
"""

import json
import mimetypes
import time
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from urllib.request import Request, urlopen
from zipfile import ZipFile

import boto3

ENTRY = "index.html"
CACHE_CONTROL = "public, max-age=0, s-maxage=31536000, must-revalidate"
"""Browsers ask each time, and CloudFront answers from what it keeps until a deployment invalidates it."""
INVALIDATION_SECONDS = 120
"""How long to wait for CloudFront; it finishes by itself what takes longer."""
POLL_SECONDS = 3.0
MAX_REASON_CHARACTERS = 400
"""CloudFormation takes 4,096 bytes in all, and a character can become six of them."""
TYPES = {".js": "text/javascript", ".webmanifest": "application/manifest+json"}
"""What the runtime's own table lacks, or tells differently from one version to the next."""


def handler(event: dict[str, Any], _context: Any) -> None:
    """Answer one request of CloudFormation, whatever happens: without an answer a stack hangs for an hour.

    Deleting does nothing: the bucket belongs to another stack, which empties it where it should.
    """
    status, reason = "SUCCESS", "Nothing to do."
    try:
        if event["RequestType"] != "Delete":
            reason = deploy(event["ResourceProperties"], reference=event["RequestId"])
    except Exception as error:
        status, reason = "FAILED", f"{type(error).__name__}: {error}"
    send(event, status, reason)


def deploy(properties: dict[str, Any], *, reference: str) -> str:
    """Put every file, the entry page last; then take out what is not among them. Return what was done."""
    source = boto3.client("s3")
    archive = source.get_object(Bucket=properties["SourceBucket"], Key=properties["SourceKey"])["Body"].read()
    files = {**dict(_unpacked(archive)), **{name: text.encode() for name, text in properties["Extra"].items()}}
    if ENTRY not in files:
        raise ValueError(f"the archive must hold {ENTRY}, got {', '.join(sorted(files))}")
    bucket, target = properties["Bucket"], boto3.client("s3", region_name=properties["BucketRegion"])
    for name in sorted(files, key=lambda name: (name == ENTRY, name)):
        target.put_object(
            Bucket=bucket,
            Key=name,
            Body=files[name],
            CacheControl=CACHE_CONTROL,
            ContentType=content_type(name),
        )
    removed = [key for key in _keys(target, bucket) if key not in files]
    for key in removed:
        target.delete_object(Bucket=bucket, Key=key)
    done = _invalidate(properties["DistributionId"], reference)
    return f"{len(files)} files are there, {len(removed)} others are gone; the invalidation is {done}."


def content_type(name: str) -> str:
    """Return the type of a file by its name, with the charset of texts."""
    ending = name[name.rfind(".") :] if "." in name else ""
    found = TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{found}; charset=utf-8" if found.startswith("text/") else found


def _unpacked(archive: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(BytesIO(archive)) as unpacked:
        yield from ((name, unpacked.read(name)) for name in unpacked.namelist() if not name.endswith("/"))


def _keys(target: Any, bucket: str) -> Iterator[str]:
    for page in target.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (item["Key"] for item in page.get("Contents", []))


def _invalidate(distribution: str, reference: str) -> str:
    """Invalidate all; return whether that is completed. `reference` makes a repeated request the same one."""
    cloudfront = boto3.client("cloudfront")
    batch = {"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": reference}
    made = cloudfront.create_invalidation(DistributionId=distribution, InvalidationBatch=batch)["Invalidation"]
    end = time.monotonic() + INVALIDATION_SECONDS
    while made["Status"] != "Completed" and time.monotonic() < end:
        time.sleep(POLL_SECONDS)
        made = cloudfront.get_invalidation(DistributionId=distribution, Id=made["Id"])["Invalidation"]
    return "completed" if made["Status"] == "Completed" else "in progress"


def send(event: dict[str, Any], status: str, reason: str) -> None:
    """Send CloudFormation the outcome."""
    outcome = {
        "Status": status,
        "Reason": reason[:MAX_REASON_CHARACTERS],
        "PhysicalResourceId": event.get("PhysicalResourceId") or event["LogicalResourceId"],
        **{key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")},
    }
    print(json.dumps(outcome))  # noqa: T201 - into the function's log
    # The address is signed for an empty content type.
    address = event["ResponseURL"]
    with urlopen(  # noqa: S310 - CloudFormation's own address
        Request(address, data=json.dumps(outcome).encode(), method="PUT", headers={"Content-Type": ""}),  # noqa: S310
        timeout=10,
    ):
        return
