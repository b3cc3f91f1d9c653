"""Data: tables and buckets, as lists whose ids are a contract."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from config.sections.base import ResourceId, Section, unique

AttributeName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,255}$")]


class Attribute(Section):
    """A key attribute. Changing a table's key replaces the table."""

    name: AttributeName
    """Name of the attribute, 1-255 characters."""

    type: Literal["string", "number", "binary"] = "string"
    """DynamoDB's type of the attribute."""


class GlobalIndex(Section):
    """A global secondary index; it projects all attributes."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{3,255}$")]
    """Name of the index, 3-255 characters."""

    partition_key: Attribute
    """The attribute that spreads the items."""

    sort_key: Attribute | None = None
    """The attribute that orders the items of one partition."""


class Table(Section):
    """A DynamoDB table: on demand, encrypted with our key, with point-in-time recovery."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty table."""

    partition_key: Attribute
    """The attribute that spreads the items. Changing it replaces the table."""

    sort_key: Attribute | None = None
    """The attribute that orders the items of one partition. Changing it replaces the table."""

    ttl_attribute: AttributeName | None = None
    """Number attribute that holds the time (seconds since 1970) after which DynamoDB deletes the item."""

    global_indexes: Annotated[tuple[GlobalIndex, ...], Field(max_length=20)] = ()
    """Global secondary indexes, at most 20 (DynamoDB's quota)."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if not unique(index.name for index in self.global_indexes):
            raise ValueError(
                "global_indexes must have different names, got " + ", ".join(i.name for i in self.global_indexes)
            )
        pairs = [(self.partition_key, self.sort_key)]
        pairs += [(index.partition_key, index.sort_key) for index in self.global_indexes]
        for partition_key, sort_key in pairs:
            if sort_key and sort_key.name == partition_key.name:
                raise ValueError(f"sort_key must differ from partition_key, got {sort_key.name} for both")
        types: dict[str, str] = {}
        for key in (key for pair in pairs for key in pair if key):
            if types.setdefault(key.name, key.type) != key.type:
                raise ValueError(f"an attribute must have one type, got two for {key.name}")
        return self


class Bucket(Section):
    """An S3 bucket: encrypted with our key, versioned, TLS only, Intelligent-Tiering."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty bucket."""

    noncurrent_expiry_days: Annotated[int, Field(ge=1)] = 30
    """Days that an overwritten or deleted version is kept."""


class Data(Section):
    """Everything stateful that the application owns. Order does not matter; ids do."""

    tables: tuple[Table, ...] = ()
    """DynamoDB tables."""

    buckets: tuple[Bucket, ...] = ()
    """S3 buckets."""

    point_in_time_recovery_days: Annotated[int, Field(ge=1, le=35)] = 35
    """Days back to which a table can be restored to any second (DynamoDB accepts 1 to 35)."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [table.id for table in self.tables] + [bucket.id for bucket in self.buckets]
        if not unique(ids):
            raise ValueError("ids of tables and buckets must differ from each other, got " + ", ".join(ids))
        return self
