"""A bucket comes back as it was at any moment, whatever was written, overwritten and deleted around it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.aws import Aws, AwsError, WrongArgumentError
from scripts.recovery import buckets
from scripts.recovery.journal import Journal, run
from scripts.recovery.stores import Store

T = [datetime(2026, 1, 1, 12, 0, second, tzinfo=UTC) for second in range(20)]


class Listing:
    """S3's listing of versions: keys in order, newest first, in pages that may cut through a key."""

    def __init__(self, history: list[tuple[str, bool]], page: int) -> None:
        versions = [
            {"Key": key, "VersionId": str(when), "LastModified": T[when], **({"Size": when} if kept else {})}
            for when, (key, kept) in enumerate(history)
        ]
        newest = {key: when for when, (key, _) in enumerate(history)}
        for version in versions:
            version["IsLatest"] = version["VersionId"] == str(newest[str(version["Key"])])
        ordered = sorted(
            sorted(versions, key=lambda v: int(str(v["VersionId"])), reverse=True), key=lambda v: str(v["Key"])
        )
        self.pages = [ordered[start : start + page] for start in range(0, len(ordered), page)]

    def client(self, _: str) -> "Listing":
        return self

    def get_paginator(self, _: str) -> "Listing":
        return self

    def paginate(self, *, Bucket: str, Prefix: str, KeyMarker: str = "") -> list[dict[str, object]]:  # noqa: N803
        return [
            {
                "Versions": [v for v in page if "Size" in v and str(v["Key"]) > KeyMarker],
                "DeleteMarkers": [v for v in page if "Size" not in v and str(v["Key"]) > KeyMarker],
            }
            for page in self.pages
        ]


@given(
    history=st.lists(st.tuples(st.sampled_from("abcd"), st.booleans()), max_size=12),
    at=st.integers(0, 15),
    page=st.integers(1, 5),
    after=st.sampled_from(["", "a", "c"]),
)
def test_what_was_current_at_a_moment_is_found_in_any_history(
    history: list[tuple[str, bool]], at: int, page: int, after: str
) -> None:
    listing: object = Listing(history, page)
    found = {v["Key"]: v["VersionId"] for v in buckets.versions_at(listing, "b", T[at], after=after)}  # type: ignore[arg-type]
    expected: dict[str, str | None] = {}
    for when, (key, kept) in enumerate(history):
        if when <= at and key > after:
            expected[key] = str(when) if kept else None
    assert found == {key: version for key, version in expected.items() if version is not None}


@pytest.fixture
def store(aws: Aws) -> Store:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="live")
    s3.put_bucket_versioning(Bucket="live", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket="live", Tagging={"TagSet": [{"Key": "backup", "Value": "scheduled"}]})
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "key"}}
    s3.put_bucket_encryption(Bucket="live", ServerSideEncryptionConfiguration={"Rules": [rule]})
    return Store("Attachments", "bucket", "live")


def restored(aws: Aws, store: Store, folder: Path, at: datetime) -> Journal:
    journal = Journal(folder / "state.json", asked={})
    run(buckets.restore_steps(aws, store, "copy", at=at), journal)
    return journal


def test_the_copy_is_as_private_and_as_protected_as_its_source(aws: Aws, store: Store, tmp_path: Path) -> None:
    restored(aws, store, tmp_path, datetime.now(UTC))
    s3 = aws.client("s3")
    assert all(s3.get_public_access_block(Bucket="copy")["PublicAccessBlockConfiguration"].values())
    assert s3.get_bucket_versioning(Bucket="copy")["Status"] == "Enabled"
    for read, key in (("get_bucket_encryption", "ServerSideEncryptionConfiguration"), ("get_bucket_tagging", "TagSet")):
        assert getattr(s3, read)(Bucket="copy")[key] == getattr(s3, read)(Bucket="live")[key]


def test_overwritten_and_deleted_objects_come_back_and_later_ones_do_not(
    aws: Aws, store: Store, tmp_path: Path
) -> None:
    s3 = aws.client("s3")
    for key in ("kept", "overwritten", "deleted"):
        s3.put_object(Bucket="live", Key=key, Body=b"before")
    time.sleep(1.1)  # S3 tells versions apart by the second
    moment = datetime.now(UTC)
    time.sleep(1.1)
    s3.put_object(Bucket="live", Key="overwritten", Body=b"after!")
    s3.delete_object(Bucket="live", Key="deleted")
    s3.put_object(Bucket="live", Key="later", Body=b"later")
    assert restored(aws, store, tmp_path, moment).result("verify") == {"objects": 3, "bytes": 18}
    assert {
        key: s3.get_object(Bucket="copy", Key=key)["Body"].read() for key in buckets.keys(aws, "copy")
    } == dict.fromkeys(("deleted", "kept", "overwritten"), b"before")
    assert s3.get_object(Bucket="live", Key="overwritten")["Body"].read() == b"after!"


def test_what_would_be_copied_is_counted_beforehand(aws: Aws, store: Store) -> None:
    s3 = aws.client("s3")
    before = buckets.counted(aws, store, at=datetime.now(UTC))
    for key in ("reports/one", "reports/two", "other"):
        s3.put_object(Bucket="live", Key=key, Body=b"12345")
    objects, size = buckets.counted(aws, store, at=datetime.now(UTC))
    assert (objects - before[0], size - before[1]) == (3, 15)
    assert buckets.counted(aws, store, at=datetime.now(UTC), prefix="reports/") == (2, 10)


def test_a_copy_that_lacks_an_object_is_refused(aws: Aws, store: Store, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.put_object(Bucket="live", Key="one", Body=b"1")
    steps = buckets.restore_steps(aws, store, "copy", at=datetime.now(UTC))
    journal = Journal(tmp_path / "state.json", asked={})
    run(steps[:-1], journal)
    s3.delete_object(Bucket="copy", Key="one")
    with pytest.raises(AwsError, match="copy differs from live in 1 objects, such as one"):
        run(steps, journal)


@pytest.mark.parametrize(("days", "refused"), [(29, False), (31, True)])
def test_a_moment_whose_versions_may_be_gone_is_refused(aws: Aws, days: int, refused: bool) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="kept")
    kept = [{"ID": str(n), "Status": "Enabled", "Filter": {}, "NoncurrentVersionExpiration": {"NoncurrentDays": n}}
            for n in (90, 30)]  # fmt: skip
    s3.put_bucket_lifecycle_configuration(Bucket="kept", LifecycleConfiguration={"Rules": kept})
    at = datetime.now(UTC) - timedelta(days=days)
    if not refused:
        buckets.check_moment(aws, "kept", at)
        return
    with pytest.raises(
        WrongArgumentError, match=r"--at must not be before .*: kept keeps versions for 30 days.*, got "
    ):
        buckets.check_moment(aws, "kept", at)


def test_a_bucket_that_keeps_every_version_goes_back_to_any_moment(aws: Aws) -> None:
    aws.client("s3").create_bucket(Bucket="kept")
    buckets.check_moment(aws, "kept", datetime(2020, 1, 1, tzinfo=UTC))


def test_a_part_is_marked_as_one(aws: Aws, tmp_path: Path) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="whole")
    s3.put_bucket_versioning(Bucket="whole", VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket="whole", Key="reports/1", Body=b"1")
    store, at = Store("Files", "bucket", "whole"), datetime.now(UTC) + timedelta(seconds=2)
    for target, prefix in (("part", "reports/"), ("all", "")):
        journal = Journal(tmp_path / f"{target}.json", asked={})
        run(buckets.restore_steps(aws, store, target, at=at, prefix=prefix), journal)
    buckets.check_whole(aws, "all")
    with pytest.raises(
        WrongArgumentError, match="--to must hold all of the bucket, got part, which has reports/ alone"
    ):
        buckets.check_whole(aws, "part")
