"""Backup: how long copies are kept, and where."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Section

RetentionDays = Annotated[int, Field(ge=1, le=36_500)]


class Backup(Section):
    """AWS Backup's plans. A copy must outlive the next one of its kind."""

    daily_retention_days: RetentionDays = 35
    """Days that a daily copy is kept."""

    weekly_retention_days: RetentionDays = 90
    """Days that a weekly copy is kept."""

    monthly_retention_days: RetentionDays = 365
    """Days that a monthly copy is kept."""

    vault_lock_min_retention_days: RetentionDays | None = None
    """Shortest retention that the vault accepts, in governance mode: nobody without a special permission can
    delete a copy earlier; none: no lock."""

    @model_validator(mode="after")
    def _retention_rises(self) -> Self:
        kept = (self.daily_retention_days, self.weekly_retention_days, self.monthly_retention_days)
        if list(kept) != sorted(kept):
            raise ValueError(f"daily, weekly and monthly retention must not fall, got {kept}")
        lock = self.vault_lock_min_retention_days
        if lock is not None and lock > self.daily_retention_days:
            raise ValueError(
                f"vault_lock_min_retention_days must be <= {self.daily_retention_days} "
                f"(daily_retention_days), got {lock}"
            )
        return self
