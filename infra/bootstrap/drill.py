"""What a restore drill calls, from a workflow: it writes, loses and restores data of its own, beside what is there."""

from typing import Any

from infra.bootstrap.policy import Needs

TABLES = (
    "BatchWriteItem", "CreateBackup", "DeleteBackup", "DeleteItem", "DeleteTable", "DescribeBackup",
    "DescribeContinuousBackups", "DescribeTable", "DescribeTimeToLive", "GetItem", "ListTagsOfResource", "PutItem",
    "Query", "RestoreTableFromBackup", "RestoreTableToPointInTime", "Scan", "TagResource",
    "UpdateContinuousBackups", "UpdateItem", "UpdateTable", "UpdateTimeToLive",
)  # fmt: skip
BUCKETS = (
    "CreateBucket", "DeleteBucket", "GetBucketLogging", "GetBucketPolicy", "GetBucketTagging",
    "GetEncryptionConfiguration", "GetLifecycleConfiguration", "ListBucket", "ListBucketVersions",
    "PutBucketLogging", "PutBucketOwnershipControls", "PutBucketPolicy", "PutBucketPublicAccessBlock",
    "PutBucketTagging", "PutBucketVersioning", "PutEncryptionConfiguration", "PutLifecycleConfiguration",
)  # fmt: skip
OBJECTS = (
    "AbortMultipartUpload", "DeleteObject", "DeleteObjectVersion", "GetObject", "GetObjectTagging",
    "GetObjectVersion", "GetObjectVersionTagging", "PutObject", "PutObjectTagging",
)  # fmt: skip
SNAPSHOTS = ("AddTagsToResource", "CreateDBClusterSnapshot", "DeleteDBClusterSnapshot", "DescribeDBClusterSnapshots")
CLUSTERS = ("DescribeDBClusters", "DescribeDBInstances", "ListTagsForResource")
COPIES = (
    "AddTagsToResource", "CreateDBInstance", "DeleteDBCluster", "DeleteDBInstance", "ModifyDBCluster",
    "RestoreDBClusterFromSnapshot",
)  # fmt: skip
"""Of clusters that a drill restored, which are called so; Aurora's API is DocumentDB's, too."""
KEYS = ("CreateGrant", "Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo")


def drill_statements(needs: Needs, account: str) -> list[dict[str, Any]]:
    """Return what the role of drills may do, on what the environment's names begin with."""
    services = ("dynamodb", "rds", "s3", "secretsmanager")
    via = [f"{service}.{region}.amazonaws.com" for service in services for region in needs.regions]
    own, copies = f"{needs.prefix}-*", f"{needs.prefix}*-drill-*"

    def rds(*resources: str) -> list[str]:
        return [f"arn:aws:rds:*:{account}:{resource}" for resource in resources]

    stacks = f"arn:aws:cloudformation:*:{account}:stack/{needs.prefix}-*/*"
    alarms = f"arn:aws:cloudwatch:*:{account}:alarm:{needs.prefix}-*"
    return [
        _allow("cloudformation", ("GetTemplate", "ListStackResources"), stacks),
        _allow("dynamodb", TABLES, f"arn:aws:dynamodb:*:{account}:table/{needs.prefix}-*"),
        _allow("s3", BUCKETS, f"arn:aws:s3:::{needs.prefix}-*"),
        _allow("s3", OBJECTS, f"arn:aws:s3:::{needs.prefix}-*/*"),
        _allow("kms", KEYS, f"arn:aws:kms:*:{account}:key/*")
        | {"Condition": {"StringEquals": {"kms:ViaService": via}}},
        _allow("rds", SNAPSHOTS, *rds(f"cluster:{own}", f"cluster-snapshot:{copies}")),
        _allow("rds", CLUSTERS, *rds(f"cluster:{own}", f"db:{own}")),
        _allow(
            "rds",
            COPIES,
            *rds(f"cluster:{copies}", f"db:{copies}", f"cluster-snapshot:{copies}"),
            *rds(f"cluster-pg:{own}", f"subgrp:{own}", "pg:default.*", "og:default:*"),
        ),
        _allow("secretsmanager", ("CreateSecret", "TagResource"), f"arn:aws:secretsmanager:*:{account}:secret:rds!*"),
        _allow("iam", ("PassRole",), f"arn:aws:iam::{account}:role/{own}")
        | {"Condition": {"StringEquals": {"iam:PassedToService": "monitoring.rds.amazonaws.com"}}},
        _allow("cloudwatch", ("DescribeAlarms",), "*"),
        _allow("cloudwatch", ("DeleteAlarms", "PutMetricAlarm"), alarms),
    ]


def _allow(service: str, actions: tuple[str, ...], *on: str) -> dict[str, Any]:
    resource = on[0] if len(on) == 1 else list(on)
    return {"Effect": "Allow", "Action": [f"{service}:{one}" for one in actions], "Resource": resource}
