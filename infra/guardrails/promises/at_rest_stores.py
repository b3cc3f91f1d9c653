"""Encryption at rest where a type has a way of its own: buckets, tables, disks, copies."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, describe, targets_in
from infra.assembly.values import at, is_false, is_true, listed, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.own_key import not_our_key
from infra.guardrails.registry import promise


@promise(
    "encryption.buckets",
    "Every bucket encrypts with a customer-managed key; targets of AWS's logs with SSE-S3.",
)
def buckets(context: Context) -> Iterator[Finding]:
    """S3 and load balancers cannot write their logs into a bucket with a key."""
    if not context.policy.own_keys:
        return
    log_targets = set(_log_targets(context))
    place = "BucketEncryption.ServerSideEncryptionConfiguration"
    for bucket in context.of_type("AWS::S3::Bucket"):
        rules = [
            mapping(rule.get("ServerSideEncryptionByDefault")) for rule in map(mapping, at(bucket.resolved, place))
        ]
        if bucket in log_targets and rules and all(rule.get("SSEAlgorithm") == "AES256" for rule in rules):
            continue
        if not rules:
            yield Finding(bucket, "BucketEncryption", "is missing, so it is left to S3")
        for rule in rules:
            if not str(rule.get("SSEAlgorithm")).startswith("aws:kms"):
                yield Finding(bucket, place, f"is {describe(rule.get('SSEAlgorithm'))} instead of aws:kms")
            elif problem := not_our_key(rule.get("KMSMasterKeyID")):
                yield Finding(bucket, place, problem)


def _log_targets(context: Context) -> Iterator[Resource]:
    for bucket in context.of_type("AWS::S3::Bucket"):
        yield from _targets(bucket.get("LoggingConfiguration", "DestinationBucketName"))
    for balancer in context.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        for attribute in map(mapping, at(balancer.resolved, "LoadBalancerAttributes")):
            if str(attribute.get("Key")).endswith("_logs.s3.bucket"):
                yield from _targets(attribute.get("Value"))
    for distribution in context.of_type("AWS::CloudFront::Distribution"):
        yield from _targets(distribution.get("DistributionConfig", "Logging", "Bucket"))


def _targets(value: Any) -> Iterator[Resource]:
    yield from (target.resource for target in targets_in(value))


@promise("encryption.tables", "Every replica of every global table encrypts with a customer-managed key.")
def tables(context: Context) -> Iterator[Finding]:
    """Each replica names a key of its own region."""
    if not context.policy.own_keys:
        return
    for table in context.of_type("AWS::DynamoDB::GlobalTable"):
        if (
            not is_true(table.get("SSESpecification", "SSEEnabled"))
            or table.get("SSESpecification", "SSEType") != "KMS"
        ):
            yield Finding(table, "SSESpecification", "is not on with SSEType KMS, so AWS's own key encrypts")
            continue
        for index, replica in enumerate(map(mapping, listed(table.get("Replicas")))):
            if problem := not_our_key(mapping(replica.get("SSESpecification")).get("KMSMasterKeyId")):
                yield Finding(table, f"Replicas[{index}].SSESpecification.KMSMasterKeyId", problem)


@promise(
    "encryption.disks",
    "Every disk of an instance or a launch template is encrypted, with a customer-managed key.",
)
def disks(context: Context) -> Iterator[Finding]:
    """What the template does not say, the machine image decides."""
    places = {
        "AWS::EC2::Instance": "BlockDeviceMappings",
        "AWS::EC2::LaunchTemplate": "LaunchTemplateData.BlockDeviceMappings",
        "AWS::AutoScaling::LaunchConfiguration": "BlockDeviceMappings",
    }
    for kind, place in places.items():
        named = context.policy.own_keys and "Configuration" not in kind  # which cannot name a key
        for resource in context.of_type(kind):
            if kind == "AWS::EC2::Instance" and "LaunchTemplate" in resource.resolved:
                continue
            devices = [mapping(device.get("Ebs")) for device in map(mapping, at(resource.resolved, place))]
            if not devices:
                yield Finding(resource, place, "is missing, so the machine image decides whether its disk is encrypted")
            for device in filter(None, devices):
                if not is_true(device.get("Encrypted")):
                    yield Finding(resource, f"{place}.Ebs.Encrypted", f"is {describe(device.get('Encrypted'))}")
                elif named and (problem := not_our_key(device.get("KmsKeyId"))):
                    yield Finding(resource, f"{place}.Ebs.KmsKeyId", problem)


@promise(
    "encryption.caches-and-copies",
    "Nothing is kept unencrypted on the side: API caches, artifacts, insights, nodes.",
)
def caches_and_copies(context: Context) -> Iterator[Finding]:
    """Copies of data that are easily forgotten."""
    for stage in context.of_type("AWS::ApiGateway::Stage"):
        for setting in map(mapping, listed(stage.get("MethodSettings"))):
            if is_true(setting.get("CachingEnabled")) and not is_true(setting.get("CacheDataEncrypted")):
                yield Finding(stage, "MethodSettings.CacheDataEncrypted", "is not on, though answers are cached")
    for cache_ in context.of_type("AWS::AppSync::ApiCache"):
        if not is_true(cache_.get("AtRestEncryptionEnabled")):
            yield Finding(cache_, "AtRestEncryptionEnabled", "is not on")
    for project in context.of_type("AWS::CodeBuild::Project"):
        for artifacts in (project.get("Artifacts"), *listed(project.get("SecondaryArtifacts"))):
            if is_true(mapping(artifacts).get("EncryptionDisabled")):
                yield Finding(project, "Artifacts.EncryptionDisabled", "is on")
    for node in context.of_type("AWS::ElastiCache::CacheCluster"):
        if str(node.get("Engine")).lower() in ("redis", "valkey"):
            yield Finding(node, "Engine", "a single node cannot be encrypted at rest: use a replication group")
    yield from _insights(context)


def _insights(context: Context) -> Iterator[Finding]:
    names = {
        "AWS::RDS::DBInstance": ("EnablePerformanceInsights", "PerformanceInsightsKMSKeyId"),
        "AWS::RDS::DBCluster": ("PerformanceInsightsEnabled", "PerformanceInsightsKmsKeyId"),
    }
    for kind, (flag, key) in names.items():
        for database in context.of_type(kind):
            off = is_false(database.get(flag, default=False))
            if context.policy.own_keys and not off and (problem := not_our_key(database.get(key))):
                yield Finding(database, key, problem)
