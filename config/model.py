"""The configuration of one environment, and the rules that hold between its sections."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from config.sections.backup import Backup
from config.sections.base import AccountId, Name, RegionName, Section
from config.sections.compute import Compute
from config.sections.data import Data
from config.sections.edge import Edge
from config.sections.emulator import Emulator
from config.sections.monitoring import Monitoring
from config.sections.network import Network
from config.sections.pipeline import Pipeline
from config.sections.security import Security

PRODUCTION_MIN_BACKUP_DAYS = 35

TagKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{1,128}$")]
TagValue = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9 _.:/=+@-]{0,256}$")]


class Environment(Section):
    """One environment: what `-c environment=NAME` builds."""

    name: Name
    """Name of the environment; part of every stack's name, so changing it makes a new platform."""

    project: Name = "groundwork"
    """Name of the platform; the first part of every stack's name."""

    account: AccountId | None = None
    """AWS account; none: the account of the credentials in use (CDK_DEFAULT_ACCOUNT)."""

    region: RegionName | None = None
    """AWS region; none: the region of the credentials in use (CDK_DEFAULT_REGION)."""

    recovery_region: RegionName = "us-west-2"
    """Region that receives copies of the backups; it differs from `region`."""

    production: bool = False
    """Whether the company lives on it: switches on the rules that production must keep, below."""

    retain_data: bool = True
    """Whether data outlives its stack: stateful resources and stacks are protected against deletion and kept
    when they leave the app. Off: destroying the environment removes everything."""

    network: Network
    """Addresses, zones, egress, endpoints."""

    security: Security = Security()
    """Trail, archive, firewall."""

    data: Data = Data()
    """Tables and buckets."""

    compute: Compute = Compute()
    """What runs."""

    edge: Edge = Edge()
    """The public face."""

    monitoring: Monitoring = Monitoring()
    """Alarms and who hears them."""

    backup: Backup = Backup()
    """Backup plans."""

    pipeline: Pipeline | None = None
    """The delivery pipeline, if this environment's account hosts it."""

    emulator: Emulator | None = None
    """Set where the environment runs on the emulator."""

    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=40)
    """Tags of every resource, beside `project` and `environment`; at most 40 (AWS allows 50)."""

    @field_validator("recovery_region")
    @classmethod
    def _is_elsewhere(cls, recovery_region: str, info: ValidationInfo) -> str:
        if recovery_region == info.data.get("region"):
            raise ValueError("must differ from region: one region's loss must not take the copies with it")
        return recovery_region

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        if self.name in {"prod", "production"} and not self.production:
            raise ValueError(f"production must be true in an environment named {self.name}, got False")
        if not self.production:
            return self
        if not self.retain_data:
            raise ValueError("retain_data must be true in production, got False")
        if self.backup.daily_retention_days < PRODUCTION_MIN_BACKUP_DAYS:
            raise ValueError(
                f"backup.daily_retention_days must be >= {PRODUCTION_MIN_BACKUP_DAYS} in production, "
                f"got {self.backup.daily_retention_days}"
            )
        if not self.monitoring.alarm_emails:
            raise ValueError("monitoring.alarm_emails must name somebody in production, got nobody")
        if self.compute.api.authorization == "none":
            raise ValueError("compute.api.authorization must not be none in production, got none")
        return self

    @model_validator(mode="after")
    def _references_exist(self) -> Self:
        tables = [table.id for table in self.data.tables]
        if self.compute.api.table not in tables:
            raise ValueError(
                f"compute.api.table must name a table of data.tables ({', '.join(tables) or 'none'}), "
                f"got {self.compute.api.table}"
            )
        return self
