"""What every section shares: frozen, strict, and text types that say their rule in words."""

import re
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from operator import attrgetter
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from config.sections.regions import ZONES


class Section(BaseModel):
    """A frozen group of settings. The text below each field is its description: the reference page reads it.

    An unknown field is refused, so that a typing mistake cannot pass for a default, and so is a value of another
    type: `"7"` is no number, and `True` is no 1. A section is checked again where it is put into another one, since a
    copy (`model_copy`) or a subclass may hold what was never checked.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, revalidate_instances="always", strict=True, validate_default=True
    )

    def but(self, **values: Any) -> Self:
        """Return a copy with other values, checked."""
        return type(self).model_validate({**self.__dict__, **values})

    def _require(self, holds: bool, field: str, rule: str, value: object = None) -> None:
        """Refuse `field` (a path from here, such as `backup.daily_retention_days`) unless its rule holds."""
        if not holds:
            value = attrgetter(field)(self) if value is None else value
            raise PydanticCustomError("rule", "{rule}", {"field": field, "rule": rule, "value": value})


@dataclass(frozen=True)
class Matches:
    """Marks a text that must match `pattern` as a whole; `rule` says the same to people."""

    pattern: str
    rule: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check after pydantic has checked that it is a text."""
        return core_schema.no_info_after_validator_function(self._checked, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Tell the JSON Schema both forms of the rule."""
        return {**handler(schema), "pattern": f"^(?:{self.pattern})$", "rule": self.rule}

    def _checked(self, text: str) -> str:
        if not re.fullmatch(self.pattern, text):
            raise PydanticCustomError("rule", "must be {rule}", {"rule": self.rule})
        return text


Name = Annotated[
    str, Matches(r"(?=.{2,16}$)[a-z][a-z0-9]*(-[a-z0-9]+)*", "2-16 lower-case letters, digits and single hyphens")
]
"""It becomes part of stack names."""

ResourceId = Annotated[
    str,
    Matches(
        r"(?!(Default|Resource)$)[A-Z][A-Za-z0-9]{1,31}",
        "a PascalCase noun of 2-32 letters and digits, other than Default and Resource, which CDK leaves out of names",
    ),
]
"""It becomes a construct id, so changing one replaces the resource."""

SnapshotId = Annotated[
    str,
    Matches(
        r"[A-Za-z][A-Za-z0-9-]{0,254}|arn:aws:rds:[a-z0-9-]+:[0-9]{12}:cluster-snapshot:[A-Za-z0-9:-]{1,255}",
        "the name or ARN of a snapshot of a cluster",
    ),
]
"""It fills a new cluster, and stays in the configuration as long as the cluster lives."""

AccountId = Annotated[str, Matches(r"[0-9]{12}", "12 digits, as a text: leading zeros count")]

RegionName = Annotated[
    str, Matches("|".join(ZONES), "an AWS region such as eu-west-1 (config/sections/regions.py lists them)")
]

HOST_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

EmailAddress = Annotated[
    str,
    Field(max_length=254),
    Matches(
        rf"(?=[^@]{{1,64}}@)[^@\s.]+(\.[^@\s.]+)*@{HOST_LABEL}(\.{HOST_LABEL})+",
        "an e-mail address such as platform@example.com",
    ),
]

Days = Annotated[int, Field(ge=1, le=36_500)]
"""A time that something is kept: a day to a hundred years."""


def no_lookalike(value: object) -> object:
    """Refuse what equals a whole number and is none."""
    if type(value) is not int:  # True and 1.0 equal 1, so a Literal would take them
        raise PydanticCustomError("rule", "must be a valid integer")
    return value


LogRetentionDays = Annotated[
    Literal[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    BeforeValidator(no_lookalike),
]
"""Days that a log group keeps its events: the values that CloudWatch Logs accepts (PutRetentionPolicy)."""


def unique(values: Iterable[Hashable]) -> bool:
    """Whether no value occurs twice."""
    listed = list(values)
    return len(listed) == len(set(listed))
