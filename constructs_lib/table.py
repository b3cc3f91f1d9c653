"""A DynamoDB table: on demand, encrypted with our key, restorable to any second."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.customer_key import grant_use

TYPES = {
    "string": dynamodb.AttributeType.STRING,
    "number": dynamodb.AttributeType.NUMBER,
    "binary": dynamodb.AttributeType.BINARY,
}

STREAMS = {
    "keys-only": dynamodb.StreamViewType.KEYS_ONLY,
    "new-image": dynamodb.StreamViewType.NEW_IMAGE,
    "old-image": dynamodb.StreamViewType.OLD_IMAGE,
    "new-and-old-images": dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
}
INSIGHTS = {
    "all-keys": dynamodb.ContributorInsightsMode.ACCESSED_AND_THROTTLED_KEYS,
    "throttled-keys": dynamodb.ContributorInsightsMode.THROTTLED_KEYS,
}
READ_WRITE = tuple(
    f"dynamodb:{action}"
    for action in (
        "BatchGetItem", "BatchWriteItem", "ConditionCheckItem", "DeleteItem", "DescribeTable", "GetItem", "PutItem",
        "Query", "Scan", "UpdateItem",
    )
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Key:
    """The attributes that find an item, each a name and one of string, number, binary."""

    partition: tuple[str, str]
    sort: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index over all attributes, or over the keys and `attributes`."""

    name: str
    key: Key
    attributes: Sequence[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Rate:
    """Capacity units a second; none: what DynamoDB sets."""

    reads: int | None = None
    writes: int | None = None


@dataclass(frozen=True, kw_only=True)
class Replica:
    """A second, writable copy in another region, encrypted with a key there."""

    region: str
    encryption_key: kms.IKey


class Table(Construct):
    """A table. Changing its key or its construct id makes a new, empty table.

    An index is made and removed in place, one at a time: two in one deployment fail. So does making a replica along
    with an index. A replica makes a stream, costs each write and byte again, and goes with its data when it is removed.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        key: Key,
        encryption_key: kms.IKey,
        retain_data: bool,
        point_in_time_recovery_days: int,
        ttl_attribute: str | None = None,
        indexes: Sequence[Index] = (),
        stream: str | None = None,
        contributor_insights: str | None = "throttled-keys",
        maximum: Rate = Rate(),
        warm: Rate = Rate(),
        replica: Replica | None = None,
        served_from: str | None = None,
    ) -> None:
        """Make the table; what uses it is given the table called `served_from` instead where that is set.

        That table was restored beside this one, which stays as it is: without `served_from` it is in use again.

        Args:
            stream: keys-only, new-image, old-image or new-and-old-images; none: only as a replica needs it.
            contributor_insights: throttled-keys, or all-keys, which is paid for by request; none: off.
            maximum: beyond it DynamoDB refuses requests to the table, and to each index: the most it can cost.
            warm: what it takes from the first second on, paid for once; it never gets smaller.
        """
        super().__init__(scope, construct_id)
        made = dynamodb.TableV2(
            self,
            "Resource",
            partition_key=_attribute(key.partition),
            sort_key=_attribute(key.sort) if key.sort else None,
            billing=dynamodb.Billing.on_demand(
                max_read_request_units=maximum.reads, max_write_request_units=maximum.writes
            ),
            contributor_insights_specification=dynamodb.ContributorInsightsSpecification(
                enabled=True, mode=INSIGHTS[contributor_insights]
            )
            if contributor_insights
            else None,
            deletion_protection=retain_data,
            dynamo_stream=STREAMS[stream] if stream else None,
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(
                encryption_key, {replica.region: replica.encryption_key.key_arn} if replica else None
            ),
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=index.name,
                    partition_key=_attribute(index.key.partition),
                    sort_key=_attribute(index.key.sort) if index.key.sort else None,
                    max_read_request_units=maximum.reads,
                    max_write_request_units=maximum.writes,
                    **_projection(index),
                )
                for index in indexes
            ],
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=point_in_time_recovery_days
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
            replicas=[dynamodb.ReplicaTableProps(region=replica.region)] if replica else None,
            time_to_live_attribute=ttl_attribute,
            warm_throughput=dynamodb.WarmThroughput(
                read_units_per_second=warm.reads, write_units_per_second=warm.writes
            )
            if warm != Rate()
            else None,
        )
        self.table: dynamodb.ITableV2 = made
        self.replica_region = replica.region if replica and not served_from else None
        self._made = not served_from
        self._has_indexes = bool(indexes or served_from)
        if served_from:
            self.table = dynamodb.TableV2.from_table_attributes(
                self, "ServedFrom", table_name=served_from, encryption_key=encryption_key, grant_index_permissions=True
            )

    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read and write items, by every index too, and use the key for it."""
        if self._has_indexes and isinstance(grantee, Construct):
            home = cdk.Stack.of(self)
            within = self._made and cdk.Stack.of(grantee) is not home
            # The export by its name, as cdk-nag writes it: a plain reference across stacks gets it only at the end.
            arn = home.export_value(self.table.table_arn) if within else self.table.table_arn
            acknowledge(
                grantee,
                [f"AwsSolutions-IAM5[Resource::{as_written(cdk.Stack.of(grantee).resolve(arn))}/index/*]"],
                reason="Whoever may read one table may read it by each of its indexes.",
            )
        grant_use(self.table.encryption_key, grantee)
        return self.table.grant(grantee, *READ_WRITE)


def _attribute(attribute: tuple[str, str]) -> dynamodb.Attribute:
    name, kind = attribute
    return dynamodb.Attribute(name=name, type=TYPES[kind])


def _projection(index: Index) -> dict[str, Any]:
    if index.attributes is None:
        return {}
    if not index.attributes:
        return {"projection_type": dynamodb.ProjectionType.KEYS_ONLY}
    return {"projection_type": dynamodb.ProjectionType.INCLUDE, "non_key_attributes": list(index.attributes)}
