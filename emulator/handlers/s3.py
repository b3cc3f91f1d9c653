"""S3: tags, encryption, lifecycle and replication and events of a bucket, which ministack's handler drops."""

from typing import Any

from emulator.api import call
from emulator.handler import Properties, completes


@completes("AWS::S3::Bucket")
def bucket(physical_id: str, properties: Properties) -> None:
    """Apply what the API has and ministack's handler does not pass on."""
    if tags := properties.get("Tags"):
        call("s3", "put_bucket_tagging", Bucket=physical_id, Tagging={"TagSet": tags})
    if encryption := properties.get("BucketEncryption"):
        call(
            "s3",
            "put_bucket_encryption",
            Bucket=physical_id,
            ServerSideEncryptionConfiguration=_rules(encryption),
        )
    if lifecycle := properties.get("LifecycleConfiguration"):
        rules = {"Rules": [_lifecycle_rule(rule) for rule in lifecycle["Rules"]]}
        call("s3", "put_bucket_lifecycle_configuration", Bucket=physical_id, LifecycleConfiguration=rules)
    if replication := properties.get("ReplicationConfiguration"):
        shaped = {"Role": replication["Role"], "Rules": [_named(rule) for rule in replication["Rules"]]}
        call("s3", "put_bucket_replication", Bucket=physical_id, ReplicationConfiguration=shaped)
    if "EventBridgeConfiguration" in properties.get("NotificationConfiguration", {}):
        told: dict[str, Any] = {"EventBridgeConfiguration": {}}
        call("s3", "put_bucket_notification_configuration", Bucket=physical_id, NotificationConfiguration=told)


def _named(rule: Properties) -> dict[str, Any]:
    """Return a rule with its name as the API spells the field."""
    return {"ID" if field == "Id" else field: value for field, value in rule.items()}


def _rules(encryption: Properties) -> dict[str, Any]:
    rules = encryption["ServerSideEncryptionConfiguration"]
    return {"Rules": [_encryption_rule(rule) for rule in rules]}


def _encryption_rule(rule: Properties) -> dict[str, Any]:
    default = dict(rule["ServerSideEncryptionByDefault"])
    if default["SSEAlgorithm"] == "aws:kms":
        default.setdefault("KMSMasterKeyID", "alias/aws/s3")
    bucket_key = {"BucketKeyEnabled": rule["BucketKeyEnabled"]} if "BucketKeyEnabled" in rule else {}
    return {"ApplyServerSideEncryptionByDefault": default, **bucket_key}


def _lifecycle_rule(rule: Properties) -> dict[str, Any]:
    """Return a lifecycle rule as the API nests it; CloudFormation spells the days of actions otherwise."""
    shaped: dict[str, Any] = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
    }
    if "ExpirationInDays" in rule:
        shaped["Expiration"] = {"Days": rule["ExpirationInDays"]}
    if "Transitions" in rule:
        shaped["Transitions"] = [
            {"Days": transition["TransitionInDays"], "StorageClass": transition["StorageClass"]}
            for transition in rule["Transitions"]
        ]
    if "NoncurrentVersionTransitions" in rule:
        shaped["NoncurrentVersionTransitions"] = [
            {"NoncurrentDays": transition["TransitionInDays"], "StorageClass": transition["StorageClass"]}
            for transition in rule["NoncurrentVersionTransitions"]
        ]
    return shaped
