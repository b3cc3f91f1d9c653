"""Backup: how long copies are kept, and where."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Days, Matches, Section

COLD_DAYS = 90
"""Days that AWS bills a copy in cold storage for, at least."""

VAULT_ARN = Matches(
    r"arn:aws[a-z-]*:backup:[a-z0-9-]+:[0-9]{12}:backup-vault:[A-Za-z0-9_-]{2,50}",
    "the ARN of a backup vault (arn:aws:backup:REGION:ACCOUNT:backup-vault:NAME)",
)


class Backup(Section):
    """AWS Backup's plans. A copy must outlive the next one of its kind."""

    daily_retention_days: Days = 35
    """Days that a daily copy is kept."""

    weekly_retention_days: Days = 90
    """Days that a weekly copy is kept."""

    monthly_retention_days: Days = 365
    """Days that a monthly copy is kept."""

    yearly_retention_days: Days | None = None
    """Days that a yearly copy is kept, such as 1,825 (five years); none: no yearly copies."""

    cold_storage_after_days: Days | None = None
    """Days after which monthly and yearly copies move to cold storage, where the kind of store has it; they must
    stay there for 90 days at least. None: they stay warm, and quick to restore."""

    continuous_days: Annotated[int, Field(ge=1, le=35)] | None = None
    """Days within which buckets can be brought back as they were at any second; AWS keeps at most 35. Tables and
    databases have this by themselves. None: as they were at the last copy."""

    other_account_vault_arn: Annotated[str, VAULT_ARN] | None = None
    """ARN of a vault in another account of the organisation that gets a copy as well, out of reach of whoever took
    over this account. Its policy must let this account copy into it; that account may then use the key of the stores,
    which copies of databases need."""

    fault_injection: bool = False
    """Have experiments ready that stop a task, fail the database or the cache over, or cut a zone off, on what carries
    this environment's tags. A person starts one; it costs by the minute (AWS FIS)."""

    audit: bool = False
    """Have AWS Backup check what is backed up against this section, and report all jobs every day. Needs a recorder
    of AWS Config in the region (`security`), and costs by the evaluation."""

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
        yearly, cold = self.yearly_retention_days, self.cold_storage_after_days
        self._require(
            yearly is None or yearly >= monthly,
            "yearly_retention_days",
            f"must be >= {monthly} (monthly_retention_days)",
        )
        self._require(
            cold is None or cold + COLD_DAYS <= (yearly or monthly),
            "cold_storage_after_days",
            f"must leave {COLD_DAYS} days in cold storage before the {yearly or monthly} days of the longest copy end",
        )
        self._require(
            lock is None or lock <= daily,
            "vault_lock_min_retention_days",
            f"must be <= {daily} (daily_retention_days)",
        )
        self._require(
            lock is None or self.continuous_days is None or self.continuous_days >= lock,
            "continuous_days",
            f"must be >= {lock} (vault_lock_min_retention_days), or the vault refuses the record",
        )
        return self
