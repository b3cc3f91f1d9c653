"""Container images: ECR repositories, as a list whose ids are a contract."""

from typing import Annotated

from pydantic import Field

from config.sections.base import Days, ResourceId, Section


class ImageRepository(Section):
    """An ECR repository, `project-environment-data/id`: tags never move, images are scanned and encrypted."""

    id: ResourceId
    """Construct id, never reused, and part of the repository's name: changing it makes a new, empty repository."""

    kept_images: Annotated[int, Field(ge=1, le=20_000)] = 100
    """Images that stay, the newest ones (ECR's quota is 20,000): more than are pushed between two roll backs."""

    untagged_days: Days = 7
    """Days that an image without a tag is kept."""
