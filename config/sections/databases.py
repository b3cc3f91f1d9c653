"""Databases: Aurora clusters, as a list whose ids are a contract."""

from operator import attrgetter
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import LogRetentionDays, Matches, ResourceId, Section, SnapshotId, unique

VERSIONS = {
    "postgresql": ("16.13", "16.14", "16.15", "17.9", "17.10", "17.11", "18.3", "18.4", "18.6"),
    "mysql": (
        "8.0.mysql_aurora.3.10.4",
        "8.0.mysql_aurora.3.10.5",
        "8.0.mysql_aurora.3.10.6",
        "8.0.mysql_aurora.3.11.1",
        "8.0.mysql_aurora.3.12.0",
        "8.0.mysql_aurora.3.13.0",
    ),
}
"""Versions that AWS creates clusters of (a test compares them with cfn-lint's list); each can pause at 0 ACU."""

USUAL_PORTS = {"postgresql": 5432, "mysql": 3306}
TRUSTED_EXTENSIONS = Literal[
    "btree_gin",
    "btree_gist",
    "citext",
    "hstore",
    "intarray",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgaudit",
    "pgcrypto",
    "postgis",
    "unaccent",
    "uuid-ossp",
    "vector",
]

SqlName = Annotated[
    str,
    Matches(
        r"(?!pg_|rds|aws|mysql$)[a-z][a-z0-9_]{0,31}",
        "1-32 lower-case letters, digits and _, beginning with a letter, none of AWS's own (pg_..., rds..., aws...)",
    ),
]
"""A name that both engines take without quotes; MySQL's users have at most 32 characters."""

Acu = Annotated[float, Field(ge=0, le=256, multiple_of=0.5, allow_inf_nan=False)]
"""Aurora capacity units: about 2 GiB of memory each, and what belongs to it."""

RESERVED = {"admin", "administrator", "owner", "postgres", "public", "root", "user"}
SQL_WORDS = """
all analyse analyze and any array as asc both by case cast check collate column constraint create cross database default
deferrable delete desc distinct do drop else end except exists false fetch for foreign from grant group having in index
initially inner insert intersect into is join key lateral leading left like limit localtime localtimestamp mysql natural
not null offset on only or order outer placing postgres primary public references returning right schema select set some
symmetric sys table template0 template1 then to trailing true union unique update user using values variadic when where
window with
"""
"""Words of either engine, and databases and schemas that it has anyway: no name for a database."""
MASTER_USER = "platform"
"""Name of the master user, whose password only RDS and the bootstrap know."""


class Users(Section):
    """Who the bootstrap makes in the database. All sign in with IAM (`rds-db:connect`): none has a password."""

    application: SqlName = "app"
    """Reads and writes rows of the application's schema, and changes nothing else."""

    migrations: SqlName = "migrator"
    """Makes and changes tables of the application's schema."""

    @model_validator(mode="after")
    def _names_are_free(self) -> Self:
        """The names differ, and neither engine nor platform has a use of its own for them."""
        self._require(self.application != self.migrations, "migrations", "must differ from application")
        for field in ("application", "migrations"):
            taken = sorted({*RESERVED, MASTER_USER})
            self._require(getattr(self, field) not in taken, field, f"must be none of {', '.join(taken)}")
        return self


class Database(Section):
    """An Aurora Serverless v2 cluster: encrypted, TLS and IAM sign-in only, restorable to any second."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty cluster."""

    engine: Literal["postgresql", "mysql"] = "postgresql"
    """What the cluster speaks. Changing it makes a new, empty cluster (docs/runbooks/immutable-changes.md)."""

    version: str
    """Version of the engine, such as `17.9`; a new major version is an upgrade with an outage, or a blue/green one."""

    name: SqlName = "app"
    """The application's database in the cluster. Changing it replaces the cluster."""

    users: Users = Users()
    """Who may sign in, beside the master user."""

    extensions: tuple[TRUSTED_EXTENSIONS, ...] = ()
    """PostgreSQL extensions that the bootstrap makes available, beside pgaudit and pg_stat_statements."""

    from_snapshot: SnapshotId | None = None
    """Snapshot that fills the new cluster. On one that is there it changes nothing: it would replace the cluster, and
    is refused (docs/runbooks/immutable-changes.md)."""

    blue_green: bool = False
    """Whether a blue/green deployment can copy the cluster, by logical replication; a change restarts instances."""

    min_acu: Acu = 0.5
    """Capacity that every instance keeps, and that is paid for in any case; 0: instances pause when nobody is
    connected, and the first connection afterwards waits about 15 seconds."""

    max_acu: Acu = 1
    """Capacity that an instance grows to."""

    pause_after_minutes: Annotated[int, Field(ge=5, le=1440)] = 5
    """Minutes without a connection after which an instance pauses, where `min_acu` is 0."""

    readers: Annotated[int, Field(ge=0, le=15)] = 0
    """Readers beside the writer, which it fails over to (Aurora allows 15)."""

    port: Annotated[int, Field(ge=1150, le=65535)] | None = None
    """Port, other than the engine's usual one; none: 5433 (PostgreSQL) or 3307 (MySQL)."""

    backup_days: Annotated[int, Field(ge=1, le=35)] = 7
    """Days back to which the cluster can be restored to any second (Aurora accepts 1 to 35)."""

    insights: Literal["standard", "advanced"] = "standard"
    """CloudWatch Database Insights: `standard` keeps 7 days of load by query for nothing, `advanced` 15 months."""

    monitoring_seconds: Literal[1, 5, 10, 15, 30, 60] = 60
    """Seconds between two measurements of the operating system (Enhanced Monitoring)."""

    log_retention_days: LogRetentionDays = 30
    """Days that the database's logs, audit included, are kept."""

    proxy: bool = False
    """Whether an RDS Proxy pools connections; it keeps one open, so that the cluster never pauses."""

    @model_validator(mode="after")
    def _names_are_free(self) -> Self:
        """The database is called like no word of SQL, and nobody who signs in like the owner of its schema."""
        rule = "must be no word of SQL and no database that the engine has"
        self._require(self.name not in SQL_WORDS.split(), "name", rule)
        owner = f"{self.name}_owner"
        for field in ("users.application", "users.migrations"):
            rule = f"must not be {owner}, which owns the schema and never signs in"
            self._require(attrgetter(field)(self) != owner, field, rule)
        return self

    @model_validator(mode="after")
    def _version_is_known(self) -> Self:
        """The version is one that AWS creates clusters of."""
        known = VERSIONS[self.engine]
        self._require(self.version in known, "version", f"must be a version for {self.engine}: {', '.join(known)}")
        return self

    @model_validator(mode="after")
    def _capacity_fits(self) -> Self:
        """An instance can grow to 1 ACU at least, never to less than its minimum, and pauses only without a proxy."""
        self._require(self.max_acu >= 1, "max_acu", "must be >= 1 (Aurora's smallest maximum)")
        self._require(self.max_acu >= self.min_acu, "max_acu", f"must be >= {self.min_acu:g} (min_acu)")
        self._require(
            self.min_acu > 0 or not self.proxy, "min_acu", "must be >= 0.5 with a proxy, whose connection never ends"
        )
        return self

    @model_validator(mode="after")
    def _engine_fits(self) -> Self:
        """The port is not the engine's usual one, and only PostgreSQL has extensions."""
        usual = USUAL_PORTS[self.engine]
        self._require(self.port != usual, "port", f"must not be {usual}, which everybody tries first")
        self._require(unique(self.extensions), "extensions", "must differ from each other")
        self._require(
            not self.extensions or self.engine == "postgresql", "extensions", f"must be empty for {self.engine}"
        )
        return self
