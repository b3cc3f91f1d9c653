"""A table can be restored, and does not go with its stack."""

import json

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.table import Index, Key, Table

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
