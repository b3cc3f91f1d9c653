"""TLS by policy: buckets, queues, topics and file systems refuse whoever comes without it."""

from collections.abc import Iterator

from infra.assembly.model import Resource, Target, Text, describe, targets_in
from infra.assembly.values import at, listed
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise
from infra.guardrails.statements import Statement


def _denies_plain_text(statement: Statement, action: str) -> bool:
    """Whether it refuses everybody `action` without TLS, and asks nothing else besides."""
    conditions = statement.conditions
    return (
        not statement.allows
        and any(value == "*" for _, value in statement.principals)
        and statement.covers(action)
        and len(conditions) == 1
        and conditions[0][0] in ("Bool", "BoolIfExists")
        and conditions[0][1] == "aws:securetransport"
        and [str(value).lower() for value in conditions[0][2]] == ["false"]
    )


def _guards(context: Context, resource: Resource, holders: str, name: str) -> Iterator[Statement]:
    """Statements of the policies that a template attaches to `resource`."""
    for statement in context.statements:
        holder = statement.resource
        if holder.type == holders or holder.type == holders.replace("Policy", "InlinePolicy"):
            attached = [t.resource for value in listed(holder.get(name)) for t in targets_in(value)]
            literal = [value for value in listed(holder.get(name)) if isinstance(value, str)]
            if resource in attached or any(value in _names(resource) for value in literal):
                yield statement


def _names(resource: Resource) -> list[object]:
    return [resource.get("BucketName", default=object())]


@promise("encryption.tls-buckets", "Every bucket refuses requests without TLS, for itself and for its objects.")
def tls_buckets(context: Context) -> Iterator[Finding]:
    """One Deny on the bucket and on everything in it."""
    for bucket in context.of_type("AWS::S3::Bucket"):
        denied = [
            resource
            for statement in _guards(context, bucket, "AWS::S3::BucketPolicy", "Bucket")
            if _denies_plain_text(statement, "s3:*")
            for resource in statement.resources
        ]
        itself = any(_is_bucket(resource, bucket) for resource in denied)
        objects = any(_is_content(resource, bucket) for resource in denied)
        if not (itself and objects):
            what = "its objects" if itself else "the bucket" if objects else "anything"
            yield Finding(bucket, "BucketPolicy", f"no statement refuses {what} without TLS (aws:SecureTransport)")


def _is_bucket(value: object, bucket: Resource) -> bool:
    if isinstance(value, Target):
        return value.resource is bucket
    return value == "*" or (_mentions(value, bucket) and not describe(value).endswith("/*"))


def _is_content(value: object, bucket: Resource) -> bool:
    return value == "*" or (
        _mentions(value, bucket) and describe(value).endswith(("}/*", f"{bucket.get('BucketName')}/*"))
    )


def _mentions(value: object, bucket: Resource) -> bool:
    if isinstance(value, Text):
        return any(target.resource is bucket for target in targets_in(value))
    name = bucket.get("BucketName")
    return isinstance(value, str) and isinstance(name, str) and value.removesuffix("/*").endswith(f":{name}")


@promise("encryption.tls-queues", "Every queue refuses requests without TLS.")
def tls_queues(context: Context) -> Iterator[Finding]:
    """One Deny on every action."""
    for queue in context.of_type("AWS::SQS::Queue"):
        statements = _guards(context, queue, "AWS::SQS::QueuePolicy", "Queues")
        inline = (s for s in context.statements if s.resource.get("Queue") == Target(queue, "Ref"))
        if not any(_denies_plain_text(s, "sqs:*") and _about(s, queue) for s in (*statements, *inline)):
            yield Finding(queue, "QueuePolicy", "no statement refuses sqs:* without TLS (aws:SecureTransport)")


def _about(statement: Statement, resource: Resource) -> bool:
    return any(
        value == "*" or any(target.resource is resource for target in targets_in(value))
        for value in statement.resources
    )


@promise("encryption.tls-topics", "Every topic refuses to take messages without TLS.")
def tls_topics(context: Context) -> Iterator[Finding]:
    """SNS knows no sns:* in a policy; publishing is what carries data."""
    for topic in context.of_type("AWS::SNS::Topic"):
        statements = _guards(context, topic, "AWS::SNS::TopicPolicy", "Topics")
        inline = (s for s in context.statements if s.resource.get("TopicArn") == Target(topic, "Ref"))
        if not any(_denies_plain_text(s, "sns:Publish") and _about(s, topic) for s in (*statements, *inline)):
            yield Finding(topic, "TopicPolicy", "no statement refuses sns:Publish without TLS (aws:SecureTransport)")

    for subscription in context.of_type("AWS::SNS::Subscription"):
        if subscription.get("Protocol") == "http":
            yield Finding(subscription, "Protocol", "is http, so messages travel in clear")


@promise("encryption.tls-file-systems", "File systems refuse clients without TLS, and every mount of ours uses it.")
def tls_file_systems(context: Context) -> Iterator[Finding]:
    """The policy refuses; the task definition asks."""
    for system in context.of_type("AWS::EFS::FileSystem"):
        own = (statement for statement in context.statements if statement.resource is system)
        if not any(_denies_plain_text(statement, "elasticfilesystem:ClientMount") for statement in own):
            yield Finding(system, "FileSystemPolicy", "no statement refuses clients without TLS (aws:SecureTransport)")
    places = {
        "AWS::ECS::TaskDefinition": ("Volumes.*.EFSVolumeConfiguration", "TransitEncryption"),
        "AWS::Batch::JobDefinition": (
            "ContainerProperties.Volumes.*.EfsVolumeConfiguration",
            "TransitEncryption",
        ),
    }
    for kind, (path, name) in places.items():
        for definition in context.of_type(kind):
            for volume in at(definition.resolved, path):
                if isinstance(volume, dict) and volume.get(name) != "ENABLED":
                    yield Finding(definition, f"{path}.{name}", f"must be ENABLED, is {describe(volume.get(name))}")
