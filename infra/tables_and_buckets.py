"""Tables and buckets of the data stack: what the configuration says of each, as plain values for its construct."""

import aws_cdk as cdk
from aws_cdk import aws_s3 as s3

from config.sections import data as settings
from constructs_lib.table import Index, Key


def key(item: settings.Table | settings.GlobalIndex) -> Key:
    """Return the key of a table or an index."""
    sort = item.sort_key
    return Key(
        partition=(item.partition_key.name, item.partition_key.type),
        sort=(sort.name, sort.type) if sort else None,
    )


def index(item: settings.GlobalIndex) -> Index:
    """Return a global secondary index."""
    return Index(name=item.name, key=key(item), attributes=item.attributes)


def tiering(bucket: settings.Bucket) -> s3.LifecycleRule:
    """Return the rule by which each object finds its cheapest class, and old versions go."""
    return s3.LifecycleRule(
        noncurrent_version_expiration=cdk.Duration.days(bucket.noncurrent_expiry_days),
        transitions=[
            s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=cdk.Duration.days(0))
        ],
    )
