"""Document databases: DocumentDB clusters, as a list whose ids are a contract."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import LogRetentionDays, Matches, ResourceId, Section, SnapshotId

USUAL_PORT = 27017


class DocumentDatabase(Section):
    """A DocumentDB cluster: encrypted, TLS only, restorable to any second; an option that costs by the hour."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty cluster."""

    version: Literal["5.0.0", "8.0.0"] = "8.0.0"
    """Version of the engine. Changing it replaces the cluster, unless it is upgraded first
    (docs/runbooks/immutable-changes.md)."""

    from_snapshot: SnapshotId | None = None
    """Snapshot that fills the new cluster. On one that is there it changes nothing: it would replace the cluster, and
    is refused (docs/runbooks/immutable-changes.md)."""

    instance_class: Annotated[
        str, Matches(r"db\.[a-z][a-z0-9]*\.[a-z0-9]+", "an instance class such as db.t4g.medium")
    ] = "db.t4g.medium"
    """Class of every instance."""

    readers: Annotated[int, Field(ge=0, le=15)] = 1
    """Readers beside the writer, which it fails over to (DocumentDB allows 15)."""

    port: Annotated[int, Field(ge=1150, le=65535)] = 27018
    """Port, other than the usual 27017."""

    backup_days: Annotated[int, Field(ge=1, le=35)] = 7
    """Days back to which the cluster can be restored to any second (DocumentDB accepts 1 to 35)."""

    log_retention_days: LogRetentionDays = 30
    """Days that its audit and its slow queries are kept."""

    @model_validator(mode="after")
    def _port_is_unusual(self) -> Self:
        """The port is not the one that everybody tries first."""
        self._require(self.port != USUAL_PORT, "port", f"must not be {USUAL_PORT}, which everybody tries first")
        return self
