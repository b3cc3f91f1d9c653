"""Edge: what browsers elsewhere may do."""

from typing import Annotated

from config.sections.base import Matches, Section

Origin = Annotated[
    str, Matches(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?", "an origin such as https://app.example.com, without path")
]


class Edge(Section):
    """The public face of the platform."""

    allowed_origins: tuple[Origin, ...] = ()
    """Web origins whose pages may call the API (CORS), such as https://app.example.com; none: no other."""
