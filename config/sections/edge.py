"""Edge: what browsers elsewhere may do."""

from typing import Annotated, Self

from pydantic import model_validator

from config.sections.base import HOST_LABEL, Matches, Section, unique

Origin = Annotated[
    str,
    Matches(
        rf"https?://{HOST_LABEL}(\.{HOST_LABEL})*(:[1-9][0-9]{{0,4}})?",
        "an origin such as https://app.example.com, without path",
    ),
]


class Edge(Section):
    """The public face of the platform."""

    allowed_origins: tuple[Origin, ...] = ()
    """Web origins whose pages may call the API (CORS), such as https://app.example.com; none: no other."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No origin is named twice."""
        self._require(unique(self.allowed_origins), "allowed_origins", "must differ from each other")
        return self
