"""Changes that the service refuses, whatever the schemas say: the deploy fails, and is rolled back."""

from collections.abc import Iterator
from typing import Any

from infra.assembly import Resource
from infra.changes.model import Difference, Reason, Severity
from infra.changes.rules.table import Row, apply, less, version_down
from infra.changes.world import World

_DOCS = "https://docs.aws.amazon.com"
KEYS = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html"
POOLS = f"{_DOCS}/cognito/latest/developerguide/cognito-user-pool-updating.html"
INDEXES = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html"
TOKENS = f"{_DOCS}/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudformation-customresource.html"
PRIORITIES = f"{_DOCS}/elasticloadbalancing/latest/APIReference/API_SetRulePriorities.html"
GROUPS = f"{_DOCS}/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html"
UPGRADES = f"{_DOCS}/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html"
_CRITICAL = Severity.CRITICAL

#: Properties that are fixed when the resource is made, with what counts where none is given.
_FIXED: dict[str, tuple[dict[str, str], str]] = {
    "AWS::KMS::Key": (
        {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": "false", "Origin": "AWS_KMS"},
        KEYS,
    ),
    "AWS::Cognito::UserPool": (
        {"AliasAttributes": "", "UsernameAttributes": "", "UsernameConfiguration": ""},
        POOLS,
    ),
    "AWS::Logs::LogGroup": ({"LogGroupClass": "STANDARD"}, GROUPS),
}
_SMALLER = "The deploy fails: it cannot shrink"
ROWS = (
    Row("AWS::RDS::DBInstance", "AllocatedStorage", less(0), _SMALLER, _CRITICAL),
    Row("AWS::EC2::Volume", "Size", less(0), _SMALLER, _CRITICAL),
    Row("AWS::FSx::FileSystem", "StorageCapacity", less(0), _SMALLER, _CRITICAL),
    Row("AWS::RDS::DB*", "EngineVersion", version_down, "The deploy fails: no engine goes back a version", _CRITICAL),
    Row("AWS::DocDB::*", "EngineVersion", version_down, "The deploy fails: no engine goes back a version", _CRITICAL),
    Row("AWS::Neptune::*", "EngineVersion", version_down, "The deploy fails: no engine goes back a version", _CRITICAL),
    Row("AWS::ElastiCache::*", "EngineVersion", version_down, "The deploy fails: no engine goes back a version",
        _CRITICAL),
    Row("AWS::OpenSearchService::Domain", "EngineVersion", version_down, "The deploy fails: no engine goes back a "
        "version", _CRITICAL),
    Row("AWS::MSK::Cluster", "KafkaVersion", version_down, "The deploy fails: no engine goes back a version",
        _CRITICAL),
)  # fmt: skip


def refuse(world: World) -> None:
    """What makes the deploy fail."""
    apply(world, ROWS)
    for before, after, differences in world.differing:
        if before is None:
            continue
        for text, source, name in (
            *_fixed(after, differences),
            *_attributes(after, differences),
            *_indexes(after, differences),
            *_tokens(after, differences),
            *_major_version(after, differences),
        ):
            world.note(after, Reason(_CRITICAL, f"The deploy fails: {text}.", source), name)
    _priorities(world)


Problems = Iterator[tuple[str, str, str]]


def _fixed(resource: Resource, differences: list[Difference]) -> Problems:
    fixed, source = _FIXED.get(resource.type, ({}, ""))
    for difference in differences:
        default = fixed.get(difference.path[0])
        if default is not None and (difference.before or default) != (difference.after or default):
            yield f"{difference.name} is fixed when the resource is made", source, difference.path[0]


def _attributes(resource: Resource, differences: list[Difference]) -> Problems:
    """Attributes of users can be added, and that is all."""
    for difference in differences:
        if resource.type == "AWS::Cognito::UserPool" and difference.path[0] == "Schema":
            added = len(difference.path) == 2 and difference.before is None  # noqa: PLR2004 - Schema and a name
            required = added and isinstance(difference.after, dict) and difference.after.get("Required") == "true"
            if not added or required:
                yield (
                    f"attribute {difference.path[1]} of existing users cannot change, go or be required",
                    POOLS,
                    "Schema",
                )
                return


def _indexes(resource: Resource, differences: list[Difference]) -> Problems:
    """DynamoDB makes or deletes one global index in an update, and changes none."""
    if not resource.type.startswith("AWS::DynamoDB::"):
        return
    name, one = "GlobalSecondaryIndexes", 2
    touched = [difference for difference in differences if difference.path[0] == name]
    whole = {difference.path for difference in touched if len(difference.path) == one}
    lists = [difference for difference in touched if len(difference.path) == 1]
    count = len(whole) + sum(len(each.before or ()) + len(each.after or ()) for each in lists)
    if count > 1:
        yield f"one update can make or delete one global secondary index, not {count}", INDEXES, name
    for difference in touched:
        part = difference.path[one] if len(difference.path) > one else ""
        if resource.type == "AWS::DynamoDB::Table" and part in ("KeySchema", "Projection"):
            yield f"the {part} of index {difference.path[1]} cannot change", INDEXES, name


def _tokens(resource: Resource, differences: list[Difference]) -> Problems:
    custom = resource.type.startswith("Custom::") or resource.type == "AWS::CloudFormation::CustomResource"
    if custom and any(difference.path == ("ServiceToken",) for difference in differences):
        yield "the service token of a custom resource cannot change", TOKENS, "ServiceToken"


def _major_version(resource: Resource, differences: list[Difference]) -> Problems:
    if resource.type != "AWS::RDS::DBInstance" or str(resource.get("AllowMajorVersionUpgrade")).lower() == "true":
        return
    for difference in differences:
        if difference.path == ("EngineVersion",):
            old, new = (str(value).split(".")[0] for value in (difference.before, difference.after))
            if old.isdigit() and new.isdigit() and int(new) > int(old):
                yield "a major upgrade must be allowed with AllowMajorVersionUpgrade", UPGRADES, "EngineVersion"


def _priorities(world: World) -> None:
    """Rules of a listener change one after the other: none can take a priority that another still has."""
    kind = "AWS::ElasticLoadBalancingV2::ListenerRule"
    taken: dict[tuple[Any, str], Resource] = {}
    for rule in world.base.of_type(kind):
        taken[(str(world.values(rule).get("ListenerArn")), str(rule.get("Priority")))] = rule
    for rule in world.head.of_type(kind):
        before = world.before.get(id(rule))
        holder = taken.get((str(world.values(rule).get("ListenerArn")), str(rule.get("Priority"))))
        if holder is not None and holder is not before:
            text = f"The deploy fails: rule {holder.logical_id} still has priority {rule.get('Priority')}."
            world.note(rule, Reason(_CRITICAL, text, PRIORITIES), "Priority")
