"""Releases: each deployed assembly, archived with when, what and how it ended, where the environment's account is.

They lie in the bucket that `cdk bootstrap` made, so that anybody who may deploy can also go back. A release holds the
assembly with its assets: what the bucket's own garbage collection took is published again.
"""

import json
import os
import secrets
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from scripts.aws import Aws, AwsError, code_of

if TYPE_CHECKING:
    from infra.assembly import Assembly

PREFIX = "releases"
QUALIFIER = "hnb659fds"
COMMIT_VARIABLES = ("GITHUB_SHA", "CODEBUILD_RESOLVED_SOURCE_VERSION")
NOT_ARCHIVED = {"tree.json"}


@dataclass(frozen=True)
class Release:
    """What is remembered of one deployment."""

    id: str
    environment: str
    created: str
    commit: str
    #: prepared: change sets wait; deployed; failed: rolled back or stopped.
    state: Literal["prepared", "deployed", "failed"] = "prepared"
    #: ARN of the waiting change set, by stack.
    change_sets: Mapping[str, str] = field(default_factory=dict)
    #: Digest of what was shown, by stack: only this is executed.
    shown: Mapping[str, str] = field(default_factory=dict)
    #: Names of the stacks of the assembly.
    stacks: tuple[str, ...] = ()

    def age(self, now: datetime) -> str:
        """How long ago it was made, in words."""
        minutes = int((now - datetime.fromisoformat(self.created)).total_seconds() // 60)
        for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
            if minutes >= size:
                number = minutes // size
                return f"{number} {unit}{'s' if number > 1 else ''} ago"
        return "just now"


def new_release(aws: Aws, stacks: tuple[str, ...]) -> Release:
    """Return a release of what is checked out; nothing is archived yet."""
    now, commit = datetime.now(UTC), commit_here()
    return Release(
        id=f"{now:%Y%m%dT%H%M%S}-{commit[:7]}-{secrets.token_hex(2)}",
        environment=aws.environment.name,
        created=now.isoformat(timespec="seconds"),
        commit=commit,
        stacks=stacks,
    )


def commit_here() -> str:
    """Return the commit that is checked out, `+` behind it where files differ from it; `unknown` outside git."""
    for name in COMMIT_VARIABLES:
        if found := os.environ.get(name):
            return found
    said = [_git("rev-parse", "HEAD"), _git("status", "--porcelain")]
    return f"{said[0]}{'+' if said[1] else ''}" if said[0] else "unknown"


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, text=True, check=False)  # noqa: S607
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


class Archive:
    """The releases of one environment."""

    def __init__(self, aws: Aws, account: str) -> None:
        self._s3 = aws.client("s3")
        self._environment = aws.environment.name
        self.bucket = f"cdk-{QUALIFIER}-assets-{account}-{aws.region}"

    def _key(self, release: str, suffix: str) -> str:
        return f"{PREFIX}/{self._environment}/{release}.{suffix}"

    def keep(self, release: Release, assembly: Path) -> None:
        """Archive the assembly of a release, and what is known of it."""
        with tempfile.TemporaryFile() as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(assembly.rglob("*")):
                    if path.is_file() and path.name not in NOT_ARCHIVED:
                        archive.write(path, path.relative_to(assembly))
            file.seek(0)
            self._s3.upload_fileobj(file, self.bucket, self._key(release.id, "zip"))
        self.record(release)

    def record(self, release: Release) -> None:
        """Write what is known of a release."""
        body = json.dumps(asdict(release), indent=2).encode()
        self._s3.put_object(Bucket=self.bucket, Key=self._key(release.id, "json"), Body=body)

    def ended(self, release: Release, state: Literal["deployed", "failed"]) -> Release:
        """Record how a release ended."""
        done = replace(release, state=state, change_sets={}, shown={})
        self.record(done)
        return done

    def list(self) -> list[Release]:
        """Return every release, the newest first."""
        pages = self._s3.get_paginator("list_objects_v2")
        prefix = f"{PREFIX}/{self._environment}/"
        keys = [
            one["Key"]
            for page in pages.paginate(Bucket=self.bucket, Prefix=prefix)
            for one in page.get("Contents", [])
            if one["Key"].endswith(".json")
        ]
        return sorted((self._read(key) for key in keys), key=lambda one: (one.created, one.id), reverse=True)

    def in_use(self) -> Release | None:
        """Return the release that was deployed last; None: nothing was."""
        return next((one for one in self.list() if one.state == "deployed"), None)

    def get(self, release: str) -> Release:
        """Return one release, by id or by an unmistakable part of it, such as its commit.

        Raises:
            AwsError: there is none, or more than one.
        """
        found = [one for one in self.list() if release in one.id or one.commit.startswith(release)]
        exact = [one for one in found if one.id == release]
        if len(exact or found) != 1:
            known = ", ".join(one.id for one in (found or self.list())[:5]) or "none is archived"
            raise AwsError(f"no single release of {self._environment} is called {release} ({known})")
        return (exact or found)[0]

    def fetch(self, release: Release, folder: Path) -> Path:
        """Unpack the assembly of a release into `folder` and return it."""
        with tempfile.TemporaryFile() as file:
            self._s3.download_fileobj(self.bucket, self._key(release.id, "zip"), file)
            with zipfile.ZipFile(file) as archive:
                archive.extractall(folder)
        return folder

    def _read(self, key: str) -> Release:
        values: dict[str, Any] = json.loads(self._s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())
        return Release(**{**values, "stacks": tuple(values["stacks"])})


def as_publisher(aws: Aws) -> Archive:
    """Return the archive of the environment's releases, as the role that publishes there: the pipeline has no other.

    Raises:
        AwsError: the role cannot be taken, or the account is not bootstrapped.
    """
    published = aws.taking("file-publishing")
    return archive_of(published, aws.environment.account or published.check_account())


def archive_of(aws: Aws, account: str) -> Archive:
    """Return the archive of the environment's releases.

    Raises:
        AwsError: the account is not bootstrapped.
    """
    from botocore.exceptions import ClientError

    archive = Archive(aws, account)
    try:
        aws.client("s3").head_bucket(Bucket=archive.bucket)
    except ClientError as error:
        if code_of(error) not in ("404", "NoSuchBucket"):
            raise
        name = aws.environment.name
        raise AwsError(f"{account} is not bootstrapped in {aws.region}: run `make bootstrap ENV={name}`") from None
    return archive


def names_of(assembly: "Assembly") -> tuple[str, ...]:
    """Return the names of the stacks that an assembly deploys by itself."""
    return tuple(stack.name for stack in assembly.stacks if not stack.stage and not stack.nested)
