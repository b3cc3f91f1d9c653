"""A table can be restored, and does not go with its stack."""

import json
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.table import Index, Key, Rate, Replica, Table

KEY = Key(partition=("pk", "string"), sort=("sk", "number"))


def table(stack: cdk.Stack, key: kms.Key, *, retain_data: bool = True) -> Template:
    Table(
        stack,
        "Items",
        key=KEY,
        encryption_key=key,
        indexes=[Index(name="by-owner", key=Key(partition=("owner", "string")))],
        point_in_time_recovery_days=7,
        retain_data=retain_data,
        ttl_attribute="expires_at",
    )
    return Template.from_stack(stack)


def test_a_table_is_encrypted_and_restorable_to_any_second_of_its_recovery_period(
    stack: cdk.Stack, key: kms.Key
) -> None:
    table(stack, key).has_resource_properties(
        "AWS::DynamoDB::GlobalTable",
        {
            "BillingMode": "PAY_PER_REQUEST",
            "SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"},
            "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            "Replicas": [
                Match.object_like(
                    {
                        "DeletionProtectionEnabled": True,
                        "PointInTimeRecoverySpecification": {
                            "PointInTimeRecoveryEnabled": True,
                            "RecoveryPeriodInDays": 7,
                        },
                    }
                )
            ],
        },
    )


def test_keys_and_indexes_are_those_asked_for(stack: cdk.Stack, key: kms.Key) -> None:
    table(stack, key).has_resource_properties(
        "AWS::DynamoDB::GlobalTable",
        {
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": Match.array_with([{"AttributeName": "sk", "AttributeType": "N"}]),
            "GlobalSecondaryIndexes": [Match.object_like({"IndexName": "by-owner"})],
        },
    )


@pytest.mark.parametrize(("retain_data", "policy"), [(True, "Retain"), (False, "Delete")])
def test_data_outlives_the_stack_where_it_is_to_be_retained(
    stack: cdk.Stack, key: kms.Key, retain_data: bool, policy: str
) -> None:
    table(stack, key, retain_data=retain_data).has_resource(
        "AWS::DynamoDB::GlobalTable",
        {
            "DeletionPolicy": policy,
            "UpdateReplacePolicy": policy,
            "Properties": {"Replicas": [Match.object_like({"DeletionProtectionEnabled": retain_data})]},
        },
    )


def test_users_are_given_the_restored_copy_while_the_table_stays(stack: cdk.Stack, key: kms.Key) -> None:
    made = Table(
        stack,
        "Orders",
        key=Key(partition=("pk", "string")),
        encryption_key=key,
        point_in_time_recovery_days=7,
        retain_data=True,
        served_from="orders-restored",
    )
    user = iam.Role(stack, "User", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
    made.grant_read_write(user)
    assert made.table.table_name == "orders-restored"
    template = Template.from_stack(stack)
    template.resource_count_is("AWS::DynamoDB::GlobalTable", 1)
    granted = json.dumps(template.find_resources("AWS::IAM::Policy"))
    assert ":table/orders-restored" in granted
    assert ":table/orders-restored/index/*" in granted
    assert stack.get_logical_id(made.node.find_child("Resource").node.default_child) not in granted


def orders(scope: cdk.Stack, key: kms.Key, **settings: Any) -> Table:
    return Table(
        scope,
        "Orders",
        key=Key(partition=("pk", "string")),
        encryption_key=key,
        point_in_time_recovery_days=7,
        retain_data=True,
        **settings,
    )


def properties(scope: cdk.Stack) -> dict[str, Any]:
    (found,) = Template.from_stack(scope).find_resources("AWS::DynamoDB::GlobalTable").values()
    return dict(found["Properties"])


def test_a_loop_gone_wild_is_refused_by_the_table_and_by_each_index(stack: cdk.Stack, key: kms.Key) -> None:
    index = Index(name="by-owner", key=Key(partition=("owner", "string")))
    orders(stack, key, indexes=[index], maximum=Rate(reads=500, writes=100))
    said = properties(stack)
    (replica,) = said["Replicas"]
    assert said["WriteOnDemandThroughputSettings"] == {"MaxWriteRequestUnits": 100}
    assert replica["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 500}
    assert said["GlobalSecondaryIndexes"][0]["WriteOnDemandThroughputSettings"] == {"MaxWriteRequestUnits": 100}
    assert replica["GlobalSecondaryIndexes"][0]["ReadOnDemandThroughputSettings"] == {"MaxReadRequestUnits": 500}


def test_a_table_is_as_warm_as_asked(stack: cdk.Stack, key: kms.Key) -> None:
    orders(stack, key, warm=Rate(reads=15_000))
    assert properties(stack)["WarmThroughput"] == {"ReadUnitsPerSecond": 15_000}


def test_a_plain_table_is_neither_warmed_nor_limited_nor_streamed(stack: cdk.Stack, key: kms.Key) -> None:
    orders(stack, key)
    assert (
        properties(stack)
        .keys()
        .isdisjoint({"StreamSpecification", "WarmThroughput", "WriteOnDemandThroughputSettings"})
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [("throttled-keys", "THROTTLED_KEYS"), ("all-keys", "ACCESSED_AND_THROTTLED_KEYS"), (None, None)],
)
def test_hot_keys_are_counted_as_asked(stack: cdk.Stack, key: kms.Key, asked: str | None, told: str | None) -> None:
    orders(stack, key, contributor_insights=asked)
    (replica,) = properties(stack)["Replicas"]
    assert replica.get("ContributorInsightsSpecification", {}).get("Mode") == told


def test_changes_are_streamed_as_asked(stack: cdk.Stack, key: kms.Key) -> None:
    orders(stack, key, stream="keys-only")
    assert properties(stack)["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}


@pytest.mark.parametrize(
    ("attributes", "projection"),
    [
        (None, {"ProjectionType": "ALL"}),
        ((), {"ProjectionType": "KEYS_ONLY"}),
        (("title",), {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}),
    ],
)
def test_an_index_holds_what_was_asked(
    stack: cdk.Stack, key: kms.Key, attributes: tuple[str, ...] | None, projection: dict[str, Any]
) -> None:
    orders(stack, key, indexes=[Index(name="by-day", key=Key(partition=("day", "string")), attributes=attributes)])
    assert properties(stack)["GlobalSecondaryIndexes"][0]["Projection"] == projection


def test_a_replica_is_protected_restorable_and_encrypted_with_a_key_of_its_region() -> None:
    app = cdk.App()
    here = cdk.Stack(app, "Here", env=cdk.Environment(account="111122223333", region="us-east-1"))
    away = kms.Key.from_key_arn(here, "Away", "arn:aws:kms:us-west-2:111122223333:key/mine")
    table = orders(here, kms.Key(here, "Key"), replica=Replica(region="us-west-2", encryption_key=away))
    said = properties(here)
    (copy,) = [replica for replica in said["Replicas"] if replica["Region"] == "us-west-2"]
    assert table.replica_region == "us-west-2"
    assert copy["SSESpecification"] == {"KMSMasterKeyId": away.key_arn}
    assert copy["DeletionProtectionEnabled"] is True
    assert copy["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 7}
    assert said["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
