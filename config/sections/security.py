"""Security: the audit trail, the log archive and the web application firewall."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from config.sections.base import LogRetentionDays, Section

CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class LogArchive(Section):
    """Where logs go to stay. Ages count from the day an object was written and rise from class to class."""

    infrequent_access_after_days: Annotated[int, Field(ge=30)] = 90
    """Age at which objects move to S3 Standard-IA (S3 refuses less than 30 days)."""

    glacier_after_days: int = 365
    """Age at which objects move to S3 Glacier Flexible Retrieval."""

    deep_archive_after_days: int = 730
    """Age at which objects move to S3 Glacier Deep Archive."""

    expire_after_days: int = 2555
    """Age at which objects are deleted: 7 years."""

    object_lock_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    """Days in which nobody may delete or overwrite an object (governance mode); none: no lock."""

    @model_validator(mode="after")
    def _ages_rise(self) -> Self:
        ages = (
            self.infrequent_access_after_days,
            self.glacier_after_days,
            self.deep_archive_after_days,
            self.expire_after_days,
        )
        if list(ages) != sorted(set(ages)):
            raise ValueError(
                "infrequent_access, glacier, deep_archive and expire must rise in that order, got "
                + " ".join(map(str, ages))
            )
        return self


class WebAcl(Section):
    """Rules at the front door of the API."""

    rate_limit_per_5_minutes: Annotated[int, Field(ge=10, le=2_000_000_000)] = 2000
    """Requests per client address in five minutes before WAF blocks it (WAF accepts 10 to 2,000,000,000)."""

    blocked_countries: tuple[CountryCode, ...] = ()
    """Countries whose requests are blocked, as ISO 3166-1 alpha-2 codes."""


class Security(Section):
    """Keys, trail, archive and firewall."""

    key_deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between asking KMS to delete a key and its loss."""

    trail_retention_days: LogRetentionDays = 365
    """Days that CloudTrail's events stay in CloudWatch Logs; the archive keeps them longer."""

    log_archive: LogArchive = LogArchive()
    """Lifecycle of the log archive bucket."""

    web_acl: WebAcl = WebAcl()
    """The regional web ACL."""
