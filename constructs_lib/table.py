"""A DynamoDB table: on demand, encrypted with our key, restorable to any second."""

from collections.abc import Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

TYPES = {
    "string": dynamodb.AttributeType.STRING,
    "number": dynamodb.AttributeType.NUMBER,
    "binary": dynamodb.AttributeType.BINARY,
}


@dataclass(frozen=True, kw_only=True)
class Key:
    """The attributes that find an item, each a name and one of string, number, binary."""

    partition: tuple[str, str]
    sort: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class Index:
    """A global secondary index over all attributes."""

    name: str
    key: Key


class Table(Construct):
    """A table. Changing its key or its construct id makes a new, empty table."""

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
        served_from: str | None = None,
    ) -> None:
        """Make the table; what uses it is given the table called `served_from` instead where that is set.

        That table was restored beside this one, which stays as it is: without `served_from` it is in use again.
        """
        super().__init__(scope, construct_id)
        made = dynamodb.TableV2(
            self,
            "Resource",
            partition_key=_attribute(key.partition),
            sort_key=_attribute(key.sort) if key.sort else None,
            billing=dynamodb.Billing.on_demand(),
            deletion_protection=retain_data,
            encryption=dynamodb.TableEncryptionV2.customer_managed_key(encryption_key),
            global_secondary_indexes=[
                dynamodb.GlobalSecondaryIndexPropsV2(
                    index_name=index.name,
                    partition_key=_attribute(index.key.partition),
                    sort_key=_attribute(index.key.sort) if index.key.sort else None,
                )
                for index in indexes
            ],
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True, recovery_period_in_days=point_in_time_recovery_days
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
            time_to_live_attribute=ttl_attribute,
        )
        self.table: dynamodb.ITableV2 = made
        if served_from:
            self.table = dynamodb.TableV2.from_table_attributes(
                self, "ServedFrom", table_name=served_from, encryption_key=encryption_key, grant_index_permissions=True
            )

    def grant_read_write(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read and write items, and use the key for it."""
        return self.table.grant_read_write_data(grantee)


def _attribute(attribute: tuple[str, str]) -> dynamodb.Attribute:
    name, kind = attribute
    return dynamodb.Attribute(name=name, type=TYPES[kind])
