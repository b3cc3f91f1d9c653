"""Data: tables, buckets, databases, caches, files and images, as lists whose ids are a contract."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import Days, Matches, ResourceId, Section, unique
from config.sections.caches import Cache
from config.sections.databases import Database
from config.sections.documents import DocumentDatabase
from config.sections.files import FileSystem
from config.sections.identity import UserPool
from config.sections.images import ImageRepository

AttributeName = Annotated[str, Matches(r"[A-Za-z0-9_.-]{1,255}", "1-255 letters, digits, dots, _ or -")]

Units = Annotated[int, Field(ge=1, le=10_000_000)]
"""Capacity units a second: a read of 4 KiB or two where it may be a second old, a write of 1 KiB."""

ATTRIBUTES_IN_INDEXES = 100
TAKEN_IDS = (
    "BastionAccess",
    "ClientVpnAccess",
    "Exports",
    "LoginUrl",
    "OperationsClientId",
    "UserPoolId",
    "Users",
    "WebClientId",
)
"""What the data stack itself is made of, beside what is listed here."""
TAKEN_IDS_OF = {"buckets": ("Trail",), "file_systems": ("Reader",)}
"""Ids of one kind, whose copies or canaries would be called like something else."""


class Attribute(Section):
    """A key attribute. Changing a table's key replaces the table."""

    name: AttributeName
    """Name of the attribute."""

    type: Literal["string", "number", "binary"] = "string"
    """DynamoDB's type of the attribute."""


class GlobalIndex(Section):
    """A global secondary index. Changing anything of it makes it anew, which takes a while and one change at a time."""

    name: Annotated[str, Matches(r"[A-Za-z0-9_.-]{3,255}", "3-255 letters, digits, dots, _ or -")]
    """Name of the index. Changing it makes a new index."""

    partition_key: Attribute
    """The attribute that spreads the items."""

    sort_key: Attribute | None = None
    """The attribute that orders the items of one partition."""

    attributes: Annotated[tuple[AttributeName, ...], Field(max_length=100)] | None = None
    """Attributes that it holds beside all keys, so that a query need not read the table; none: all of the item's."""

    @model_validator(mode="after")
    def _keys_differ(self) -> Self:
        """The two keys are different attributes."""
        self._require(
            self.sort_key is None or self.sort_key.name != self.partition_key.name,
            "sort_key.name",
            "must differ from partition_key",
        )
        held = [key.name for key in (self.partition_key, self.sort_key) if key] + list(self.attributes or ())
        self._require(unique(held), "attributes", "must differ from each other and from the index's keys")
        return self


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
    def _keys_differ(self) -> Self:
        """The two keys are different attributes."""
        self._require(
            self.sort_key is None or self.sort_key.name != self.partition_key.name,
            "sort_key.name",
            "must differ from partition_key",
        )
        return self

    stream: Literal["keys-only", "new-image", "old-image", "new-and-old-images"] | None = None
    """What DynamoDB tells of each change, for a day, to whom reads the stream; none: there is no stream."""

    contributor_insights: Literal["off", "throttled-keys", "all-keys"] = "throttled-keys"
    """Which keys CloudWatch counts, to find the hot one: those whose requests were refused, or all, which is paid for
    by request."""

    max_reads_per_second: Units | None = None
    """Read units beyond which DynamoDB refuses, of the table and of each index: a loop gone wild costs no more than
    this. None: the account's quota (40,000)."""

    max_writes_per_second: Units | None = None
    """Write units beyond which DynamoDB refuses, of the table and of each index. None: the account's quota (40,000)."""

    warm_reads_per_second: Annotated[Units, Field(ge=12_000)] | None = None
    """Read units that the table takes from the first second on, paid for once; none: 12,000, as every table. It never
    gets smaller."""

    warm_writes_per_second: Annotated[Units, Field(ge=4_000)] | None = None
    """Write units that the table takes from the first second on, paid for once; none: 4,000, as every table. It never
    gets smaller."""

    replicated: bool = False
    """Whether the recovery region has a replica, a second behind and writable. Every write and byte costs twice."""

    @model_validator(mode="after")
    def _rates_fit(self) -> Self:
        """Nothing is warmed up that the maximum refuses anyway."""
        for kind in ("reads", "writes"):
            most, warm = getattr(self, f"max_{kind}_per_second"), getattr(self, f"warm_{kind}_per_second")
            self._require(
                not (most and warm and warm > most),
                f"warm_{kind}_per_second",
                f"must be <= {most} (max_{kind}_per_second)",
            )
        return self

    @model_validator(mode="after")
    def _replicas_need_images(self) -> Self:
        """DynamoDB replicates by a stream of whole items."""
        self._require(
            not self.replicated or self.stream in (None, "new-and-old-images"),
            "stream",
            "must be new-and-old-images where the table is replicated",
        )
        return self

    @model_validator(mode="after")
    def _indexes_fit(self) -> Self:
        """Names of indexes differ, and an attribute has the same type wherever it is a key, or the time to live."""
        names = [index.name for index in self.global_indexes]
        self._require(unique(names), "global_indexes", "must have different names", names)
        held = sum(len(index.attributes or ()) for index in self.global_indexes)
        self._require(
            held <= ATTRIBUTES_IN_INDEXES,
            "global_indexes",
            f"must hold at most {ATTRIBUTES_IN_INDEXES} attributes together (DynamoDB's quota)",
            held,
        )
        own = [key.name for key in (self.partition_key, self.sort_key) if key]
        again = sorted({name for index in self.global_indexes for name in index.attributes or () if name in own})
        rule = f"must not list keys of the table ({', '.join(own)}), which every index holds, as attributes"
        self._require(not again, "global_indexes", rule, again)
        types: dict[str, str] = {}
        keys = [self.partition_key, self.sort_key]
        keys += [key for index in self.global_indexes for key in (index.partition_key, index.sort_key)]
        for key in filter(None, keys):
            known = types.setdefault(key.name, key.type)
            rule = f"must use {key.name} as {known}, as the keys before"
            self._require(key.type == known, "global_indexes", rule, key.type)
        self._require(
            types.get(self.ttl_attribute or "", "number") == "number",
            "ttl_attribute",
            "must not be a key of another type than number",
        )
        return self


class Bucket(Section):
    """An S3 bucket: encrypted with our key, versioned, TLS only, Intelligent-Tiering."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty bucket."""

    noncurrent_expiry_days: Days = 30
    """Days that an overwritten or deleted version is kept."""

    archive_after_days: Annotated[int, Field(ge=90, le=730)] | None = None
    """Days that nobody read an object until it moves to the archive, from where reading takes three to five hours;
    none: every object can be read at once."""

    events: bool = False
    """Whether EventBridge hears of each object that comes or goes. It costs nothing until a rule listens."""

    replicated: bool = False
    """Whether the recovery region has a bucket that receives every new version within fifteen minutes. What is there
    already is not copied: S3 Batch Replication does that, once."""


_NAMED = ("databases", "document_databases", "caches", "file_systems", "image_repositories")
"""Lists whose ids become names at AWS, in lower case."""


def _differ(ids: list[str]) -> bool:
    return unique(one.lower() for one in ids)


class Data(Section):
    """Everything stateful that the application owns. Order does not matter; ids do."""

    tables: tuple[Table, ...] = ()
    """DynamoDB tables."""

    buckets: tuple[Bucket, ...] = ()
    """S3 buckets."""

    databases: tuple[Database, ...] = ()
    """Aurora clusters."""

    document_databases: tuple[DocumentDatabase, ...] = ()
    """DocumentDB clusters."""

    caches: tuple[Cache, ...] = ()
    """Caches of ElastiCache."""

    file_systems: tuple[FileSystem, ...] = ()
    """Files that workloads share, on EFS."""

    image_repositories: tuple[ImageRepository, ...] = ()
    """Container images, in ECR."""
    users: UserPool | None = UserPool()
    """The directory of users; none: nobody signs in."""

    point_in_time_recovery_days: Annotated[int, Field(ge=1, le=35)] = 35
    """Days back to which a table can be restored to any second (DynamoDB accepts 1 to 35)."""

    served_from: dict[ResourceId, Annotated[str, Field(min_length=1, max_length=255)]] = Field(default_factory=dict)
    """Stores that are served from a copy restored beside them: the copy's name, by the store's id. `python -m
    scripts cutover` writes it to config/cutovers.json."""

    @model_validator(mode="after")
    def _served_stores_exist(self) -> Self:
        """Only a table, a bucket or a database of the lists is served from elsewhere."""
        known = [store.id for stores in (self.tables, self.buckets, self.databases) for store in stores]
        unknown = sorted(set(self.served_from) - set(known))
        self._require(
            not unknown, "served_from", f"must name tables, buckets or databases ({', '.join(known)})", unknown
        )
        return self

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        """No two things that hold data have the same id, in upper or lower case, or one that the stack itself has."""
        tables = [table.id for table in self.tables]
        buckets = [bucket.id for bucket in self.buckets]
        self._require(_differ(tables), "tables", "must have different ids", tables)
        self._require(
            _differ(tables + buckets), "buckets", "must have ids that no other bucket and no table has", buckets
        )
        taken = tables + buckets
        taken += [f"{database.id}{part}" for database in self.databases for part in ("Bootstrap", "Proxy")]
        for field in _NAMED:
            ids = [item.id for item in getattr(self, field)]
            taken += ids
            self._require(_differ(taken), field, "must have ids that nothing else in data has", ids)
        for field in ("tables", "buckets", *_NAMED):
            own = sorted((*TAKEN_IDS, *TAKEN_IDS_OF.get(field, ())))
            used = [item.id for item in getattr(self, field) if item.id in own]
            self._require(not used, field, f"must have ids other than {', '.join(own)}", used)
        return self
