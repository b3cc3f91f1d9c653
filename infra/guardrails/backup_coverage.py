"""Which stores need a backup, and whether a selection of AWS Backup covers one."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from infra.guardrails.assembly import Assembly
from infra.guardrails.knowledge.stateful import is_stateful
from infra.guardrails.model import Resource, Target, describe, targets_in
from infra.guardrails.values import at, listed, mapping

BACKED_UP: dict[str, str] = {
    "AWS::DocDB::DBCluster": "DocumentDB",
    "AWS::DynamoDB::GlobalTable": "DynamoDB",
    "AWS::DynamoDB::Table": "DynamoDB",
    "AWS::EC2::Volume": "EBS",
    "AWS::EFS::FileSystem": "EFS",
    "AWS::FSx::FileSystem": "FSx",
    "AWS::Neptune::DBCluster": "Neptune",
    "AWS::RDS::DBCluster": "Aurora",
    "AWS::RDS::DBInstance": "RDS",
    "AWS::Redshift::Cluster": "Redshift",
    "AWS::S3::Bucket": "S3",
    "AWS::Timestream::Database": "Timestream",
}
"""Types that AWS Backup covers, with its own name for each."""

ARN_PARTS = {
    "AWS::DocDB::DBCluster": ":rds:",
    "AWS::DynamoDB::GlobalTable": ":dynamodb:",
    "AWS::DynamoDB::Table": ":dynamodb:",
    "AWS::EC2::Volume": ":ec2:",
    "AWS::EFS::FileSystem": ":elasticfilesystem:",
    "AWS::FSx::FileSystem": ":fsx:",
    "AWS::Neptune::DBCluster": ":rds:",
    "AWS::RDS::DBCluster": ":rds:",
    "AWS::RDS::DBInstance": ":rds:",
    "AWS::Redshift::Cluster": ":redshift:",
    "AWS::S3::Bucket": ":s3:",
    "AWS::Timestream::Database": ":timestream:",
}


def stores_to_back_up(assembly: Assembly) -> Iterator[Resource]:
    """Stores whose data exists nowhere else."""
    reproducible = set(_reproducible_buckets(assembly))
    for store in assembly.of_type(*BACKED_UP):
        replica = any(name.startswith("SourceDB") for name in store.resolved)
        if is_stateful(store) and store not in reproducible and not replica:
            yield store


def _reproducible_buckets(assembly: Assembly) -> Iterator[Resource]:
    """Buckets of logs, of pipeline artifacts, of published sites, and copies of other buckets."""
    places = {
        "AWS::S3::Bucket": (
            "LoggingConfiguration.DestinationBucketName",
            "ReplicationConfiguration.Rules.*.Destination.Bucket",
            "InventoryConfigurations.*.Destination.BucketArn",
        ),
        "AWS::ApiGateway::Stage": ("AccessLogSetting.DestinationArn",),
        "AWS::CloudFront::Distribution": (
            "DistributionConfig.Logging.Bucket",
            "DistributionConfig.Origins.*.DomainName",
        ),
        "AWS::CloudTrail::Trail": ("S3BucketName",),
        "AWS::CodePipeline::Pipeline": ("ArtifactStore.Location", "ArtifactStores.*.ArtifactStore.Location"),
        "AWS::Config::DeliveryChannel": ("S3BucketName",),
        "AWS::EC2::FlowLog": ("LogDestination",),
        "AWS::ElasticLoadBalancingV2::LoadBalancer": ("LoadBalancerAttributes.*.Value",),
        "AWS::KinesisFirehose::DeliveryStream": ("ExtendedS3DestinationConfiguration.BucketARN",),
        "AWS::Synthetics::Canary": ("ArtifactS3Location",),
        "AWS::WAFv2::LoggingConfiguration": ("LogDestinationConfigs",),
        "AWS::Backup::ReportPlan": ("ReportDeliveryChannel.S3BucketName",),
        "AWS::Athena::WorkGroup": ("WorkGroupConfiguration.ResultConfiguration.OutputLocation",),
    }
    for kind, paths in places.items():
        for resource in assembly.of_type(kind):
            for value in (value for path in paths for value in at(resource.resolved, path)):
                yield from (target.resource for target in targets_in(value))


def covered(assembly: Assembly, store: Resource) -> bool:
    """Whether a selection of a plan that the assembly (or somebody) makes covers the store."""
    return any(
        _selects(mapping(selection.get("BackupSelection")), store)
        for selection in assembly.of_type("AWS::Backup::BackupSelection")
        if selection.stack.region == store.stack.region and _of_a_plan(selection)
    )


def _of_a_plan(selection: Resource) -> bool:
    plan = selection.get("BackupPlanId")
    return (
        plan.resource.type == "AWS::Backup::BackupPlan" if isinstance(plan, Target) else isinstance(plan, str)
    )


def _selects(selection: Mapping[str, Any], store: Resource) -> bool:
    if any(_names(arn, store) for arn in listed(selection.get("NotResources"))):
        return False
    tags, conditions = selection.get("ListOfTags"), mapping(selection.get("Conditions"))
    named = any(_names(arn, store) for arn in listed(selection.get("Resources")))
    if tags:
        # By AWS's rules: one of the listed tags is enough; a list of resources adds to them.
        named = named or any(_tagged(mapping(tag), store) for tag in listed(tags))
    return named and _meets(conditions, store)


def _names(arn: Any, store: Resource) -> bool:
    if isinstance(arn, Target) or any(targets_in(arn)):
        return any(target.resource is store for target in targets_in(arn))
    text = describe(arn)
    if text == "*":
        return True
    return ARN_PARTS[store.type] in text and text.endswith("*") and not _other_kind(text, store)


def _other_kind(text: str, store: Resource) -> bool:
    """Whether an RDS pattern means the other kind: clusters and instances share the service."""
    if ":rds:" not in text or fnmatchcase(":cluster:x", "*" + text.split(":rds:", 1)[1].split(":", 2)[-1]):
        return False
    is_cluster_arn = ":cluster:" in text
    is_cluster = store.type.endswith("DBCluster")
    return is_cluster_arn != is_cluster and (":cluster:" in text or ":db:" in text)


def _tagged(tag: Mapping[str, Any], store: Resource) -> bool:
    return tag.get("ConditionKey") in tags_of(store) and tags_of(store)[tag["ConditionKey"]] == tag.get(
        "ConditionValue"
    )


def _meets(conditions: Mapping[str, Any], store: Resource) -> bool:
    tags = tags_of(store)
    for operator, wanted in conditions.items():
        for item in map(mapping, listed(wanted)):
            key = str(item.get("ConditionKey")).removeprefix("aws:ResourceTag/")
            equal = tags.get(key) == item.get("ConditionValue")
            if equal == ("Not" in operator):
                return False
    return True


def tags_of(resource: Resource) -> dict[str, Any]:
    """Tags of a resource: its own over its stack's."""
    found: dict[str, Any] = dict(resource.stack.tags)
    sources = [
        resource.get("Tags"),
        resource.get("FileSystemTags"),
        *at(resource.resolved, "Replicas.*.Tags"),
    ]
    for tags in sources:
        if isinstance(tags, dict):
            found.update(tags if not {"Key", "Value"} <= set(tags) else {tags["Key"]: tags["Value"]})
        for tag in listed(tags) if isinstance(tags, list) else ():
            found[str(mapping(tag).get("Key"))] = mapping(tag).get("Value")
    return found
