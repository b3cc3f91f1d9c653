"""Observed: logs have a place, a time, and are written."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, Target, describe
from infra.assembly.values import at, at_least, is_true, keyed, mapping
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

GROUP = "AWS::Logs::LogGroup"


@promise("observed.log-retention", "Every log group says how long it keeps its events, and it is long enough.")
def log_retention(context: Context) -> Iterator[Finding]:
    """Without a retention they are kept, and paid for, forever. The key is `encryption.at-rest`'s."""
    if not (context.policy.named_log_groups or context.policy.log_retention_days):
        return
    for group in context.of_type(GROUP):
        days = group.get("RetentionInDays")
        if days is None:
            yield Finding(group, "RetentionInDays", "is missing")
        elif not at_least(days, context.policy.log_retention_days):
            yield Finding(
                group,
                "RetentionInDays",
                f"must be >= {context.policy.log_retention_days}, is {describe(days)}",
            )


@promise("observed.functions-name-their-log-group", "Every function writes into a log group of the app.")
def functions_name_their_log_group(context: Context) -> Iterator[Finding]:
    """Otherwise Lambda makes one that has no retention and no key of ours."""
    if not context.policy.named_log_groups:
        return
    for function in context.functions:
        if not _known_group(context, function, function.get("LoggingConfig", "LogGroup")):
            yield Finding(function, "LoggingConfig.LogGroup", "names no log group")


def _known_group(context: Context, function: Resource, value: Any) -> bool:
    if isinstance(value, Target):
        return value.resource.type == GROUP
    if value is not None:
        return True
    # A group of Lambda's default name belongs to the function as well.
    name = f"/aws/lambda/{describe(function.get('FunctionName'))}"
    default = (describe(group.get("LogGroupName")) for group in context.of_type(GROUP))
    return any(found in (name, f"/aws/lambda/${{{function.logical_id}}}") for found in default)


@promise("observed.workloads-log", "Every container, build and state machine says where it logs.")
def workloads_log(context: Context) -> Iterator[Finding]:
    """A container without a log driver dies silently."""
    if not context.policy.named_log_groups:
        return
    for task in context.of_type("AWS::ECS::TaskDefinition"):
        for container in map(mapping, at(task.resolved, "ContainerDefinitions")):
            if not container.get("LogConfiguration"):
                yield Finding(
                    task,
                    "ContainerDefinitions.LogConfiguration",
                    f"{describe(container.get('Name'))} has none",
                )
    for project in context.of_type("AWS::CodeBuild::Project"):
        if not at(project.resolved, "LogsConfig.CloudWatchLogs.GroupName") and not project.get("LogsConfig", "S3Logs"):
            yield Finding(project, "LogsConfig", "names no log group")
    for machine in context.of_type("AWS::StepFunctions::StateMachine"):
        if not at(machine.resolved, "LoggingConfiguration.Destinations"):
            yield Finding(machine, "LoggingConfiguration", "names no log group")


@promise("observed.access-logs", "Front doors, buckets and databases write down who came.")
def access_logs(context: Context) -> Iterator[Finding]:
    """Who came, when, and what they got."""
    if not context.policy.access_logs:
        return
    for balancer in context.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer"):
        attributes = keyed(balancer.get("LoadBalancerAttributes"))
        if not is_true(attributes.get("access_logs.s3.enabled")):
            yield Finding(balancer, "LoadBalancerAttributes.access_logs.s3.enabled", "is not true")
    for kind, name in (
        ("AWS::ApiGateway::Stage", "AccessLogSetting"),
        ("AWS::ApiGatewayV2::Stage", "AccessLogSettings"),
    ):
        for stage in context.of_type(kind):
            if not stage.get(name, "DestinationArn"):
                yield Finding(stage, f"{name}.DestinationArn", "is missing")
    for distribution in context.of_type("AWS::CloudFront::Distribution"):
        if not distribution.get("DistributionConfig", "Logging") and not _delivers(context, distribution):
            yield Finding(distribution, "DistributionConfig.Logging", "is missing")
    yield from _bucket_logs(context)
    yield from _acl_logs(context)
    yield from _database_logs(context)


def _delivers(context: Context, distribution: Resource) -> bool:
    """Whether CloudWatch's log delivery, CloudFront's newer way, takes its logs."""
    sources = context.of_type("AWS::Logs::DeliverySource")
    return any(any(t.resource is distribution for t in _targets(source)) for source in sources)


def _targets(source: Resource) -> list[Target]:
    value = source.get("ResourceArn")
    parts = getattr(value, "parts", (value,))
    return [part for part in parts if isinstance(part, Target)]


def _bucket_logs(context: Context) -> Iterator[Finding]:
    buckets = list(context.of_type("AWS::S3::Bucket"))
    destinations = {
        target.resource
        for bucket in buckets
        if isinstance(target := bucket.get("LoggingConfiguration", "DestinationBucketName"), Target)
    }
    for bucket in buckets:
        if bucket not in destinations and not bucket.get("LoggingConfiguration"):
            yield Finding(bucket, "LoggingConfiguration", "is missing")


def _acl_logs(context: Context) -> Iterator[Finding]:
    logged = {
        target.resource
        for logging in context.of_type("AWS::WAFv2::LoggingConfiguration")
        if isinstance(target := logging.get("ResourceArn"), Target)
    }
    for acl in context.of_type("AWS::WAFv2::WebACL"):
        if acl not in logged:
            yield Finding(acl, "AWS::WAFv2::LoggingConfiguration", "none: nobody sees what the web ACL blocked")


def _database_logs(context: Context) -> Iterator[Finding]:
    for kind in ("AWS::RDS::DBCluster", "AWS::DocDB::DBCluster", "AWS::Neptune::DBCluster"):
        for database in context.of_type(kind):
            if not database.get("EnableCloudwatchLogsExports"):
                yield Finding(database, "EnableCloudwatchLogsExports", "is empty")
    for instance in context.of_type("AWS::RDS::DBInstance"):
        if "DBClusterIdentifier" not in instance.resolved and not instance.get("EnableCloudwatchLogsExports"):
            yield Finding(instance, "EnableCloudwatchLogsExports", "is empty")
