"""Images of containers: built once for a version, pushed, and judged by the scan of their registry."""

import base64
import hashlib
import secrets
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scripts.aws import Aws, AwsError, code_of
from scripts.console import progress
from scripts.recovery.waiting import wait

if TYPE_CHECKING:
    from config.sections.images import BuiltImage

ROOT = Path(__file__).parents[2]
PLATFORMS = {"arm64": "linux/arm64", "x86-64": "linux/amd64"}
STOPPING = {"critical": ("CRITICAL",), "high": ("CRITICAL", "HIGH")}
"""Severities that stop a delivery."""
SCANNED = ("COMPLETE", "ACTIVE")
"""States of a finished scan: of the registry's own, and of Inspector's, which goes on looking."""
MARK = "sources-"


@dataclass(frozen=True)
class Vulnerability:
    """What a scan found."""

    id: str
    severity: str
    package: str


def repository_of(aws: Aws, image: "BuiltImage") -> str:
    """Return the name of the image's repository, beside the pipeline."""
    return f"{aws.environment.project}-{aws.environment.name}-pipeline/{image.id}".lower()


def digest_of(image: "BuiltImage", root: Path = ROOT) -> str:
    """Return a digest of what the image is made of.

    Raises:
        AwsError: a source does not exist.
    """
    said = hashlib.sha256()
    for name in sorted({image.dockerfile, *image.sources}):
        source = root / name
        files = [source] if source.is_file() else sorted(path for path in source.rglob("*") if path.is_file())
        files = [path for path in files if "__pycache__" not in path.parts]
        if not files:
            raise AwsError(f"{image.id}: {name} is not there: an image is made of its dockerfile and its sources")
        for path in files:
            said.update(f"{path.relative_to(root)}\0{path.stat().st_size}\0".encode())
            said.update(path.read_bytes())
    return said.hexdigest()[:16]


def find(aws: Aws, image: "BuiltImage") -> bool:
    """Return whether the image's version is in its repository.

    Raises:
        AwsError: it is there, of other sources; or the repository is not.
    """
    from botocore.exceptions import ClientError

    wanted = {"repositoryName": repository_of(aws, image), "imageIds": [{"imageTag": image.version}]}
    try:
        (found,) = aws.client("ecr").describe_images(**wanted)["imageDetails"]
    except ClientError as error:
        if code_of(error) == "ImageNotFoundException":
            return False
        if code_of(error) == "RepositoryNotFoundException":
            raise AwsError(f"there is no repository {wanted['repositoryName']}: deploy the pipeline first") from None
        raise
    mark = f"{MARK}{digest_of(image)}-"
    if not any(tag.startswith(mark) for tag in found.get("imageTags", [])):
        raise AwsError(
            f"{image.id} {image.version} was built of other sources, and a version never changes: "
            "raise its version where it is built and where it runs"
        )
    return True


def build(aws: Aws, image: "BuiltImage", account: str) -> None:
    """Build the image, and push it with its version and the mark of its sources.

    Raises:
        AwsError: Docker is not there, or refused.
    """
    registry = f"{account}.dkr.ecr.{aws.region}.amazonaws.com"
    name = f"{registry}/{repository_of(aws, image)}"
    # The version last: with it the image counts as there. No tag can be moved, so a second try needs a mark of its own.
    tags = [f"{name}:{MARK}{digest_of(image)}-{secrets.token_hex(4)}", f"{name}:{image.version}"]
    token = aws.client("ecr").get_authorization_token()["authorizationData"][0]["authorizationToken"]
    user, _, password = base64.b64decode(token).decode().partition(":")
    with progress.status(f"building {image.id} {image.version} ..."):
        _docker("login", "--username", user, "--password-stdin", registry, said=password)
        _docker(
            "build", "--platform", PLATFORMS[image.architecture], "--file", str(ROOT / image.dockerfile),
            *(part for tag in tags for part in ("--tag", tag)), str(ROOT / image.context),
        )  # fmt: skip
    with progress.status(f"pushing {image.id} {image.version} ..."):
        for tag in tags:
            _docker("push", "--quiet", tag)


def _docker(*arguments: str, said: str | None = None) -> None:
    try:
        done = subprocess.run(
            ["docker", *arguments],  # noqa: S607
            input=said, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise AwsError("Docker is not installed here: the pipeline builds images, or a machine that has it") from None
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-15:]
        raise AwsError("\n  ".join([f"docker {arguments[0]} failed:", *lines]))


def scan(aws: Aws, image: "BuiltImage", *, seconds: float) -> list[Vulnerability]:
    """Wait for the registry's scan of the image, which its push began, and return what it found.

    Raises:
        AwsError: the image cannot be scanned: nobody knows what is in it.
        TimeoutError: the scan took longer than `seconds`.
    """
    from botocore.exceptions import ClientError

    ecr = aws.client("ecr")
    wanted = {"repositoryName": repository_of(aws, image), "imageId": {"imageTag": image.version}}

    def ask() -> Any:
        try:
            said = ecr.describe_image_scan_findings(**wanted)["imageScanStatus"]
        except ClientError as error:
            if code_of(error) == "ScanNotFoundException":
                return "not begun"
            raise
        if said["status"] in SCANNED:
            return said
        if said["status"] in ("PENDING", "IN_PROGRESS"):
            return said["status"].lower().replace("_", " ")
        raise AwsError(f"{image.id} cannot be scanned: {said['status']}: {said.get('description', 'no reason given')}")

    wait(f"scan of {image.id} {image.version}", ask, seconds=seconds)
    pages = ecr.get_paginator("describe_image_scan_findings").paginate(**wanted)
    return [found for page in pages for found in _found(page.get("imageScanFindings", {}))]


def _found(said: Mapping[str, Any]) -> Iterator[Vulnerability]:
    """Read the findings of both kinds of scan."""
    for one in said.get("findings", ()):
        attributes = {attribute["key"]: attribute.get("value", "") for attribute in one.get("attributes", ())}
        yield Vulnerability(one["name"], one["severity"], attributes.get("package_name", ""))
    for one in said.get("enhancedFindings", ()):
        details = one.get("packageVulnerabilityDetails", {})
        packages = ", ".join(sorted({package["name"] for package in details.get("vulnerablePackages", ())}))
        yield Vulnerability(details.get("vulnerabilityId") or one["findingArn"], one["severity"], packages)


def stopping(image: "BuiltImage", found: list[Vulnerability]) -> list[Vulnerability]:
    """Return what stops a delivery: severe, and accepted by nobody."""
    severe = STOPPING[image.fail_on]
    return sorted(
        (one for one in found if one.severity in severe and one.id not in image.accepted_findings),
        key=lambda one: (severe.index(one.severity), one.id),
    )
