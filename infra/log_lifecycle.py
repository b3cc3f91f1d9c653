"""How logs age, the same in every region: from class to class, until they are deleted."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from config.sections.security import LogArchive


def ageing(archive: LogArchive) -> s3.LifecycleRule:
    """Return the rule that `archive` describes."""

    def transition(storage_class: s3.StorageClass, days: int) -> s3.Transition:
        return s3.Transition(storage_class=storage_class, transition_after=cdk.Duration.days(days))

    return s3.LifecycleRule(
        transitions=[
            transition(s3.StorageClass.INFREQUENT_ACCESS, archive.infrequent_access_after_days),
            transition(s3.StorageClass.GLACIER, archive.glacier_after_days),
            transition(s3.StorageClass.DEEP_ARCHIVE, archive.deep_archive_after_days),
        ],
        expiration=cdk.Duration.days(archive.expire_after_days),
        noncurrent_version_expiration=cdk.Duration.days(archive.infrequent_access_after_days),
    )


def lock(archive: LogArchive) -> s3.ObjectLockRetention | None:
    """Return how long nobody may delete an object, if at all."""
    days = archive.object_lock_days
    return s3.ObjectLockRetention.governance(cdk.Duration.days(days)) if days else None
