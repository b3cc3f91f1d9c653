"""Container images: ECR repositories, as a list whose ids are a contract, and what a pipeline builds into them."""

from typing import Annotated, Literal

from pydantic import Field

from config.sections.base import Days, Matches, ResourceId, Section

RepositoryPath = Annotated[
    str, Matches(r"(?!.*\.\.)[A-Za-z0-9_][A-Za-z0-9_./-]*", "a path from the root of the repository, without ..")
]


class ImageRepository(Section):
    """An ECR repository, `project-environment-data/id`: tags never move, images are scanned and encrypted."""

    id: ResourceId
    """Construct id, never reused, and part of the repository's name: changing it makes a new, empty repository."""

    kept_images: Annotated[int, Field(ge=1, le=20_000)] = 100
    """Images that stay, the newest ones (ECR's quota is 20,000): more than are pushed between two roll backs."""

    untagged_days: Days = 7
    """Days that an image without a tag is kept."""


class BuiltImage(Section):
    """An image that the pipeline builds, scans and pushes before it deploys anything. Its repository stands beside the
    pipeline, `project-environment-pipeline/id`: every stage runs the image that was tested in the one before."""

    id: ResourceId
    """Construct id of the repository, never reused, and part of its name."""

    version: Annotated[str, Matches(r"(?!latest$)\w[\w.-]{0,127}", "a tag other than latest, such as 1.4.0")]
    """Tag of the image; built once, and never again. Other sources need another version."""

    dockerfile: RepositoryPath
    """The Dockerfile, such as services/reports/Dockerfile."""

    context: RepositoryPath = "services"
    """Folder that the build sees."""

    sources: Annotated[tuple[RepositoryPath, ...], Field(min_length=1)]
    """Files and folders that the image is made of: when they change, the version must."""

    architecture: Literal["arm64", "x86-64"] = "arm64"
    """Processor that it is built on and for."""

    fail_on: Literal["critical", "high"] = "high"
    """Severity of a finding of the scan from which on nothing is deployed."""

    kept_images: Annotated[int, Field(ge=2, le=20_000)] = 100
    """Images that stay, the newest ones: more than versions between what runs and what may be gone back to."""

    untagged_days: Days = 7
    """Days that an image without a tag is kept."""

    accepted_findings: dict[
        Annotated[str, Matches(r"[A-Z][A-Z0-9]*-[A-Za-z0-9-]+", "an id such as CVE-2026-12345")],
        Annotated[str, Field(min_length=20, max_length=500)],
    ] = Field(default_factory=dict)
    """Why a finding does not stop a delivery, by its id."""
