"""Security: the audit trail, the log archive and the web application firewall."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import Days, LogRetentionDays, Matches, ResourceId, Section, unique
from config.sections.detection import Detection
from config.sections.firewall import WebAcl

STANDARD_IA_MIN_DAYS = 30
"""Days that S3 wants an object to stay in Standard, and then in Standard-IA, before one rule moves it on."""


class LogArchive(Section):
    """Where logs go to stay. Ages count from the day an object was written and rise from class to class."""

    infrequent_access_after_days: Annotated[int, Field(ge=STANDARD_IA_MIN_DAYS, le=36_500)] = 90
    """Age at which objects move to S3 Standard-IA (S3 refuses less than 30 days)."""

    glacier_after_days: Days = 365
    """Age at which objects move to S3 Glacier Flexible Retrieval."""

    deep_archive_after_days: Days = 730
    """Age at which objects move to S3 Glacier Deep Archive."""

    expire_after_days: Days = 2555
    """Age at which objects are deleted; 2,555 days are 7 years."""

    object_lock_days: Days | None = None
    """Days in which nobody may delete or overwrite an object (governance mode); none: no lock."""

    replicate_trail: bool = False
    """Whether the audit trail's files are copied to the recovery region as they are written, and locked there, too."""

    @model_validator(mode="after")
    def _ages_rise(self) -> Self:
        """Ages rise from class to class, with 30 days in Standard-IA; a lock ends before objects are deleted."""
        warm = self.infrequent_access_after_days + STANDARD_IA_MIN_DAYS
        glacier, deep, expiry = self.glacier_after_days, self.deep_archive_after_days, self.expire_after_days
        lock = self.object_lock_days
        self._require(
            glacier >= warm, "glacier_after_days", f"must be >= {warm} (30 more than infrequent_access_after_days)"
        )
        self._require(deep > glacier, "deep_archive_after_days", f"must be > {glacier} (glacier_after_days)")
        self._require(expiry > deep, "expire_after_days", f"must be > {deep} (deep_archive_after_days)")
        self._require(lock is None or lock <= expiry, "object_lock_days", f"must be <= {expiry} (expire_after_days)")
        return self


class Secret(Section):
    """A password that parts of the platform show each other. Nobody types it; it renews itself."""

    id: ResourceId
    """Its name among the secrets; another name is another secret."""

    description: Annotated[str, Field(min_length=1, max_length=2048)]
    """What it opens, for whoever finds it."""

    rotation_days: Annotated[int, Field(ge=1, le=1000)] = 30
    """Days after which it is renewed; it is renewed once when it is made, too."""


class Setting(Section):
    """A plain setting in Parameter Store, for whoever may read parameters: never a secret."""

    id: ResourceId
    """Its name, after `/PROJECT/NAME/`; another one is another parameter."""

    description: Annotated[str, Field(min_length=1, max_length=1024)]
    """What it decides."""

    value: Annotated[str, Field(max_length=4096), Matches(r"(?![\s\S]*\{\{)[\s\S]+", "a text without {{")]
    """Its value. Who reads it when it starts, such as a service, reads another value when it starts again."""


class Security(Section):
    """Keys, trail, archive, secrets and firewall."""

    key_deletion_window_days: Annotated[int, Field(ge=7, le=30)] = 30
    """Days between asking KMS to delete a key and its loss."""

    trail_retention_days: LogRetentionDays = 365
    """Days that CloudTrail's events stay in CloudWatch Logs; the archive keeps them longer."""

    log_archive: LogArchive = LogArchive()
    """Lifecycle of the log archive bucket."""

    secrets: tuple[Secret, ...] = ()
    """Passwords that renew themselves; the first brings a key of its own and the function that renews them all."""

    settings: tuple[Setting, ...] = ()
    """Plain settings that parts of the platform share; a guardrail refuses what looks like a secret."""

    web_acl: WebAcl = WebAcl()
    """The regional web ACL."""

    detection: Detection = Detection()
    """The services that watch the account."""

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        """The id of a secret or setting is its own."""
        for field in ("secrets", "settings"):
            ids = [item.id for item in getattr(self, field)]
            self._require(unique(ids), field, "must have different ids", ids)
        return self
