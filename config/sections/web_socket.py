"""WebSocket: an API over which clients stay connected."""

from typing import Annotated

from pydantic import Field

from config.sections.base import ResourceId, Section


class WebSocket(Section):
    """The API. Whoever connects signs the request (SigV4)."""

    table: ResourceId
    """Table (in `data.tables`) that holds who is connected: its partition key is the text `id`, it has no sort key."""

    rate_limit_per_second: Annotated[int, Field(ge=1, le=10_000)] = 100
    """Sustained messages a second before API Gateway refuses them."""

    burst_limit: Annotated[int, Field(ge=1, le=5_000)] = 200
    """Messages at once before API Gateway refuses them."""

    reserved_concurrency: Annotated[int, Field(ge=1, le=1_000)] = 20
    """Executions of its function at once, at most."""
