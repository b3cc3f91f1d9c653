"""What every section shares: frozen, strict about unknown fields, and the field types that carry a rule."""

from collections.abc import Hashable, Iterable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints


class Section(BaseModel):
    """A frozen group of settings; an unknown field is refused: a typing mistake cannot pass for a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, use_attribute_docstrings=True)


Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{1,15}$")]
"""2-16 lower-case letters, digits and hyphens: it becomes part of stack names."""

ResourceId = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Za-z0-9]{1,31}$")]
"""A PascalCase noun: it becomes a construct id, so changing one replaces the resource."""

AccountId = Annotated[str, StringConstraints(pattern=r"^[0-9]{12}$")]
"""An AWS account: 12 digits, as a string (leading zeros count)."""

RegionName = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-[1-9]$")]
"""An AWS region such as eu-west-1."""

EmailAddress = Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$", max_length=254)]
"""An e-mail address; at most 254 characters (RFC 5321)."""

LogRetentionDays = Literal[
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653
]
"""Days that a log group keeps its events: the values that CloudWatch Logs accepts (PutRetentionPolicy)."""


def unique(values: Iterable[Hashable]) -> bool:
    """Whether no value occurs twice."""
    listed = list(values)
    return len(listed) == len(set(listed))
