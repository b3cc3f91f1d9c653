"""Backup: how long copies are kept, and where."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Days, Section


class Backup(Section):
    """AWS Backup's plans. A copy must outlive the next one of its kind."""

    daily_retention_days: Days = 35
    """Days that a daily copy is kept."""

    weekly_retention_days: Days = 90
    """Days that a weekly copy is kept."""

    monthly_retention_days: Days = 365
    """Days that a monthly copy is kept."""

    vault_lock_min_retention_days: Days | None = None
    """Shortest retention that the vault accepts, in governance mode: nobody without a special permission can
    delete a copy earlier; none: no lock."""

    restore_tests: bool = False
    """Restore the newest copy of each kind of store every month, look at it, and delete it again. What is restored
    is billed while it exists, a few hours."""

    recovery_time_target_minutes: Annotated[int, Field(ge=1, le=10_080)] = 240
    """Minutes that the restore of a store may take (RTO), at most a week; a drill that takes longer fails."""

    recovery_point_target_minutes: Annotated[int, Field(ge=1, le=10_080)] = 1_440
    """Minutes of data that a restore may lose (RPO), at most a week; a drill that loses more fails."""

    @model_validator(mode="after")
    def _retention_rises(self) -> Self:
        """Rarer copies are kept at least as long, and no copy shorter than the lock demands."""
        daily, weekly, monthly = self.daily_retention_days, self.weekly_retention_days, self.monthly_retention_days
        lock = self.vault_lock_min_retention_days
        self._require(weekly >= daily, "weekly_retention_days", f"must be >= {daily} (daily_retention_days)")
        self._require(monthly >= weekly, "monthly_retention_days", f"must be >= {weekly} (weekly_retention_days)")
        self._require(
            lock is None or lock <= daily,
            "vault_lock_min_retention_days",
            f"must be <= {daily} (daily_retention_days)",
        )
        return self
