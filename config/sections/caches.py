"""Caches: ElastiCache, as a list whose ids are a contract."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import LogRetentionDays, Matches, ResourceId, Section

VERSIONS = {"valkey": ("7.2", "8.0", "8.1", "8.2"), "redis": ("7.0", "7.1")}
"""Versions that know users who sign in with IAM. A serverless cache takes their major version."""

USUAL_PORT = 6379


class Nodes(Section):
    """A primary node and its replicas, instead of a serverless cache."""

    type: Annotated[str, Matches(r"cache\.[a-z][a-z0-9]*\.[a-z0-9]+", "a node type such as cache.t4g.medium")] = (
        "cache.t4g.medium"
    )
    """Type of every node."""

    replicas: Annotated[int, Field(ge=0, le=5)] = 1
    """Replicas beside the primary, in other zones, which it fails over to (ElastiCache allows 5)."""

    port: Annotated[int, Field(ge=1150, le=65535)] = 6380
    """Port, other than the usual 6379. Changing it replaces the cache."""

    @model_validator(mode="after")
    def _port_is_unusual(self) -> Self:
        """The port is not the one that everybody tries first."""
        self._require(self.port != USUAL_PORT, "port", f"must not be {USUAL_PORT}, which everybody tries first")
        return self


class Limits(Section):
    """Where a serverless cache stops growing: what it can cost at most."""

    data_gb: Annotated[int, Field(ge=1, le=5000)] = 5
    """Most data that it keeps (GB); beyond, it evicts."""

    ecpus_per_second: Annotated[int, Field(ge=1000, le=15_000_000)] = 5000
    """Most processing units (ECPU: about a small command) in a second; beyond, it throttles."""


class Cache(Section):
    """A cache: encrypted, TLS only, for users who sign in with IAM."""

    id: ResourceId
    """Construct id, never reused: changing it makes a new, empty cache."""

    engine: Literal["valkey", "redis"] = "valkey"
    """What the cache speaks. From redis to valkey is an upgrade in place; back is a new cache."""

    version: str = "8.1"
    """Version of the engine."""

    nodes: Nodes | None = None
    """The nodes; none: a serverless cache, which is in several zones by itself and grows by itself."""

    limits: Limits = Limits()
    """How far a serverless cache grows."""

    snapshot_days: Annotated[int, Field(ge=1, le=35)] = 15
    """Days that a daily snapshot is kept (ElastiCache accepts 35)."""

    log_retention_days: LogRetentionDays = 30
    """Days that slow commands and the engine's log are kept; a serverless cache writes none."""

    @model_validator(mode="after")
    def _version_is_known(self) -> Self:
        """The version is one of the engine's that knows IAM."""
        known = VERSIONS[self.engine]
        self._require(self.version in known, "version", f"must be a version for {self.engine}: {', '.join(known)}")
        return self
