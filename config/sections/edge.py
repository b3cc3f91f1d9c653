"""Edge: what browsers elsewhere may do."""

from typing import Annotated

from pydantic import StringConstraints

from config.sections.base import Section

Origin = Annotated[str, StringConstraints(pattern=r"^https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?$")]


class Edge(Section):
    """The public face of the platform."""

    allowed_origins: tuple[Origin, ...] = ()
    """Web origins whose pages may call the API (CORS), such as https://app.example.com; none: no other."""
