"""Restores a bucket beside the one in use: every object as it was at a moment, from the versions that S3 kept."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from scripts.aws import Aws, AwsError, WrongArgumentError, code_of
from scripts.recovery.journal import Journal, Step
from scripts.recovery.stores import Store

AT_ONCE = 16
"""Objects that are copied at the same time."""

BATCH = 100
"""Keys between two marks in the state file: what a crash makes us look at again, at most."""

PART_OF = "restored-prefix"
"""Tag of a bucket that holds only what lay under a prefix: it cannot take the place of the whole."""

Version = Mapping[str, Any]


@dataclass(frozen=True)
class Copy:
    """What is copied: the objects of `source` under `prefix`, as they were `at` a moment, into `target`."""

    source: str
    target: str
    at: datetime
    prefix: str = ""

    def versions(self, aws: Aws, *, after: str = "") -> Iterator[Version]:
        """Yield the version of each object to copy, in the order of the keys that follow `after`."""
        return versions_at(aws, self.source, self.at, self.prefix, after=after)


def restore_steps(aws: Aws, store: Store, target: str, *, at: datetime, prefix: str = "") -> list[Step]:
    """Return the steps that copy what `store` held `at` a moment, under `prefix`, into the new bucket `target`."""
    source, moment = store.physical_id, at.isoformat()
    task = Copy(source, target, at, prefix)
    return [
        Step("bucket", f"make the bucket {target}, with the settings of {source}", partial(_make, aws, task)),
        Step("copy", f"copy what {source} held at {moment}", partial(_copy, aws, task)),
        Step("verify", "compare names and sizes of every object", partial(_verify, aws, task)),
    ]


def check_moment(aws: Aws, bucket: str, at: datetime) -> None:
    """Refuse a moment from which versions may be gone already: what came back would be less, and look whole.

    Raises:
        WrongArgumentError: the moment is older than the bucket keeps versions.
    """
    rules = _setting(aws.client("s3"), "get_bucket_lifecycle_configuration", bucket, "Rules") or []
    kept = [days for rule in rules if (days := rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays"))]
    if kept and at < (first := datetime.now(UTC) - timedelta(days=min(kept))):
        raise WrongArgumentError(
            f"--at must not be before {first:%Y-%m-%dT%H:%M:%SZ}: {bucket} keeps versions for {min(kept)} days, and "
            f"older moments are in the vault (docs/runbooks/restore.md), got {at.isoformat()}"
        )


def check_whole(aws: Aws, bucket: str) -> None:
    """Refuse a copy that holds only a part.

    Raises:
        WrongArgumentError: there is no such bucket, or it was restored with a prefix.
    """
    from botocore.exceptions import ClientError

    try:
        tags = _setting(aws.client("s3"), "get_bucket_tagging", bucket, "TagSet") or []
        aws.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if code_of(error) not in ("404", "NoSuchBucket"):
            raise
        raise WrongArgumentError(f"--to must be a bucket that is there, got {bucket}") from None
    if prefix := next((tag["Value"] for tag in tags if tag["Key"] == PART_OF), None):
        raise WrongArgumentError(f"--to must hold all of the bucket, got {bucket}, which has {prefix} alone")


def counted(aws: Aws, store: Store, *, at: datetime, prefix: str = "") -> tuple[int, int]:
    """Return how many objects, and bytes, a restore would copy."""
    sizes = [version["Size"] for version in versions_at(aws, store.physical_id, at, prefix)]
    return len(sizes), sum(sizes)


def versions_at(aws: Aws, bucket: str, at: datetime, prefix: str = "", *, after: str = "") -> Iterator[Version]:
    """Yield the version of each object that was current at `at`, in the order of the keys that follow `after`."""
    pages = (
        aws.client("s3")
        .get_paginator("list_object_versions")
        .paginate(Bucket=bucket, Prefix=prefix, **({"KeyMarker": after} if after else {}))
    )
    listed = (version for page in pages for version in _in_order(page))
    for _, versions in groupby(listed, key=lambda version: version["Key"]):
        # Newest first, as S3 lists them; of two with the same second, S3 lists the later one first.
        current = next((version for version in versions if version["LastModified"] <= at), None)
        if current and "Size" in current:  # a delete marker has no size
            yield current


def digest(aws: Aws, bucket: str, key: str) -> str:
    """Return the SHA-256 of an object's content."""
    found = hashlib.sha256()
    for chunk in aws.client("s3").get_object(Bucket=bucket, Key=key)["Body"].iter_chunks(1 << 20):
        found.update(chunk)
    return found.hexdigest()


def keys(aws: Aws, bucket: str, prefix: str = "", *, after: str = "") -> dict[str, int]:
    """Return what a bucket holds now: the size of each object, by key."""
    pages = aws.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, StartAfter=after, Prefix=prefix)
    return {one["Key"]: one["Size"] for page in pages for one in page.get("Contents", [])}


def empty(aws: Aws, bucket: str, prefix: str) -> None:
    """Delete every version of the objects under `prefix`."""
    s3 = aws.client("s3")
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        doomed = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        ]
        if doomed:
            s3.delete_objects(Bucket=bucket, Delete={"Objects": doomed, "Quiet": True})


def _in_order(page: Mapping[str, Any]) -> list[Version]:
    """Versions and delete markers of one page, as S3 ordered them before it split them into two lists."""
    both = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    newest_first = sorted(both, key=lambda version: (version["IsLatest"], version["LastModified"]), reverse=True)
    return sorted(newest_first, key=lambda version: version["Key"].encode())


def _make(aws: Aws, task: Copy, _: Journal) -> None:
    """Make a bucket that is as private as its source; the settings that keep and protect data are copied."""
    from botocore.exceptions import ClientError

    s3, region, source, target = aws.client("s3"), aws.region, task.source, task.target
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=target, ObjectOwnership="BucketOwnerEnforced", **place)
    except ClientError as error:
        if code_of(error) != "BucketAlreadyOwnedByYou":
            raise
    s3.put_public_access_block(
        Bucket=target,
        PublicAccessBlockConfiguration=dict.fromkeys(
            ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
        ),
    )
    s3.put_bucket_versioning(Bucket=target, VersioningConfiguration={"Status": "Enabled"})
    for read, key, write, argument in (
        ("get_bucket_encryption", "ServerSideEncryptionConfiguration", "put_bucket_encryption", None),
        ("get_bucket_lifecycle_configuration", "Rules", "put_bucket_lifecycle_configuration", "LifecycleConfiguration"),
        ("get_bucket_logging", "LoggingEnabled", "put_bucket_logging", "BucketLoggingStatus"),
        ("get_bucket_tagging", "TagSet", "put_bucket_tagging", "Tagging"),
    ):
        found = _setting(s3, read, source, key)
        if key == "TagSet":
            found = [tag for tag in found or [] if not tag["Key"].startswith("aws:")]
            found += [{"Key": PART_OF, "Value": task.prefix}] if task.prefix else []
        if found:
            getattr(s3, write)(Bucket=target, **({argument: {key: found}} if argument else {key: found}))
    if policy := _setting(s3, "get_bucket_policy", source, "Policy"):
        s3.put_bucket_policy(
            Bucket=target, Policy=json.dumps(json.loads(policy)).replace(f":::{source}", f":::{target}")
        )


def _setting(s3: Any, read: str, bucket: str, key: str) -> Any:
    from botocore.exceptions import ClientError

    try:
        return getattr(s3, read)(Bucket=bucket).get(key)
    except ClientError as error:
        if code_of(error).startswith(("NoSuch", "ServerSideEncryptionConfigurationNotFound")):
            return None
        raise


def _copy(aws: Aws, task: Copy, journal: Journal) -> dict[str, Any]:
    s3, begun = aws.client("s3"), journal.mark("copy") or {"after": "", "objects": 0}
    there = keys(aws, task.target, after=begun["after"])  # copied by a run that stopped before it could mark them

    def copy(version: Version) -> None:
        wanted = {"Bucket": task.source, "Key": version["Key"], "VersionId": version["VersionId"]}
        s3.copy(wanted, task.target, version["Key"])

    done = begun["objects"]
    batch: list[Version] = []
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def flush() -> None:
            nonlocal done
            list(pool.map(copy, [one for one in batch if there.get(one["Key"]) != one["Size"]]))
            done += len(batch)
            journal.set_mark("copy", {"after": batch[-1]["Key"], "objects": done})
            batch.clear()

        for version in task.versions(aws, after=begun["after"]):
            batch.append(version)
            if len(batch) == BATCH:
                flush()
        if batch:
            flush()
    return {"objects": done}


def _verify(aws: Aws, task: Copy, _: Journal) -> dict[str, Any]:
    wanted = {version["Key"]: version["Size"] for version in task.versions(aws)}
    found = keys(aws, task.target, task.prefix)
    wrong = sorted(key for key in {*wanted, *found} if wanted.get(key) != found.get(key))
    if wrong:
        raise AwsError(
            f"{task.target} differs from {task.source} in {len(wrong)} objects, such as {', '.join(wrong[:3])}"
        )
    return {"objects": len(found), "bytes": sum(found.values())}
