"""Which stores need a backup, and whether a selection of AWS Backup covers one."""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from infra.assembly import Assembly
from infra.assembly.model import Resource, Target, describe, targets_in
from infra.assembly.values import at, is_true, keyed, listed, mapping
from infra.guardrails.knowledge.stateful import is_stateful

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

ARN_ENDS = {
    "AWS::DocDB::DBCluster": "rds:{}:{}:cluster:x",
    "AWS::DynamoDB::GlobalTable": "dynamodb:{}:{}:table/x",
    "AWS::DynamoDB::Table": "dynamodb:{}:{}:table/x",
    "AWS::EC2::Volume": "ec2:{}:{}:volume/x",
    "AWS::EFS::FileSystem": "elasticfilesystem:{}:{}:file-system/x",
    "AWS::FSx::FileSystem": "fsx:{}:{}:file-system/x",
    "AWS::Neptune::DBCluster": "rds:{}:{}:cluster:x",
    "AWS::RDS::DBCluster": "rds:{}:{}:cluster:x",
    "AWS::RDS::DBInstance": "rds:{}:{}:db:x",
    "AWS::Redshift::Cluster": "redshift:{}:{}:cluster:x",
    "AWS::S3::Bucket": "s3:::x",
    "AWS::Timestream::Database": "timestream:{}:{}:database/x",
}
"""How an ARN of each type reads: what a pattern must match to cover all of them."""


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
    named = {bucket.get("BucketName"): bucket for bucket in assembly.of_type("AWS::S3::Bucket")}
    for kind, paths in places.items():
        for resource in assembly.of_type(kind):
            for value in (value for path in paths for value in at(resource.resolved, path)):
                if isinstance(value, str) and value in named:
                    yield named[value]
                yield from (target.resource for target in targets_in(value))


def covered(assembly: Assembly, store: Resource) -> bool:
    """Whether a selection of a plan that the assembly (or somebody) makes covers the store.

    A plan of continuous backups alone does not: they reach back 35 days at most, and stay where the data is.
    """
    return any(
        selects(selection, store)
        for selection in assembly.of_type("AWS::Backup::BackupSelection")
        if _of_a_plan(selection)
    )


def selects(selection: Resource, store: Resource) -> bool:
    """Whether a selection of AWS Backup covers the store."""
    here = selection.stack.region == store.stack.region
    return here and _selects(mapping(selection.get("BackupSelection")), store)


def _of_a_plan(selection: Resource) -> bool:
    plan = selection.get("BackupPlanId")
    if not isinstance(plan, Target):
        return isinstance(plan, str)
    return plan.resource.type == "AWS::Backup::BackupPlan" and not is_continuous(plan.resource)


def is_continuous(plan: Resource) -> bool:
    """Whether all that a plan does is to record changes for a restore to any second."""
    rules = [mapping(rule) for rule in listed(plan.get("BackupPlan", "BackupPlanRule"))]
    return bool(rules) and all(is_true(rule.get("EnableContinuousBackup")) for rule in rules)


def _selects(selection: Mapping[str, Any], store: Resource) -> bool:
    if any(_names(arn, store) for arn in listed(selection.get("NotResources"))):
        return False
    resources, tags = listed(selection.get("Resources")), listed(selection.get("ListOfTags"))
    conditions = mapping(selection.get("Conditions"))
    # AWS adds what has one of the tags to what is listed; conditions must all be met, by whatever is listed.
    named = any(_names(arn, store) for arn in resources) or any(_tagged(mapping(tag), store) for tag in tags)
    everything = bool(conditions) and not resources and not tags
    return (named or everything) and _meets(conditions, store)


def _names(arn: Any, store: Resource) -> bool:
    if any(targets_in(arn)):
        return any(target.resource is store for target in targets_in(arn))
    own = "arn:aws:" + ARN_ENDS[store.type].format(store.stack.region, store.stack.account)
    pattern = describe(arn)
    return pattern.endswith("*") and fnmatchcase(own, pattern)


def _tagged(tag: Mapping[str, Any], store: Resource) -> bool:
    key = str(tag.get("ConditionKey"))
    return key in tags_of(store) and tags_of(store)[key] == tag.get("ConditionValue")


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
    # CloudFormation hands a stack's tags on to what it makes, but not to the replicas of a global table.
    found: dict[str, Any] = {} if "Replicas" in resource.resolved else dict(resource.stack.tags)
    here = [replica for replica in map(mapping, listed(resource.get("Replicas"))) if _at_home(replica, resource)]
    for tags in (resource.get("Tags"), resource.get("FileSystemTags"), *(replica.get("Tags") for replica in here)):
        found.update(tags if isinstance(tags, dict) else keyed(tags))
    return found


def _at_home(replica: Mapping[str, Any], table: Resource) -> bool:
    return describe(replica.get("Region")) in (table.stack.region, "AWS::Region")
