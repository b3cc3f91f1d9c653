"""A secret is made by Secrets Manager, encrypted with our key, and renewed by a function that touches no other."""

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.secret_rotation import RotatedSecret, SecretRotation


def secret(stack: cdk.Stack, key: kms.Key, days: int = 30) -> Template:
    rotation = SecretRotation(
        stack, "Rotation", metrics_namespace="platform/test", encryption_key=key, log_key=key, log_retention_days=7
    )
    RotatedSecret(
        stack,
        "Token",
        description="What services show each other",
        rotation=rotation,
        rotation_days=days,
        encryption_key=key,
        retain_data=True,
    )
    return Template.from_stack(stack)


def test_the_template_holds_no_value_and_names_our_key(stack: cdk.Stack, key: kms.Key) -> None:
    secret(stack, key).has_resource(
        "AWS::SecretsManager::Secret",
        {
            "DeletionPolicy": "Retain",
            "Properties": {
                "KmsKeyId": Match.any_value(),
                "SecretString": Match.absent(),
                "GenerateSecretString": Match.object_like({"PasswordLength": 40}),
            },
        },
    )


def test_it_is_renewed_by_our_function_once_that_may_be_called(stack: cdk.Stack, key: kms.Key) -> None:
    template = secret(stack, key, days=7)
    ((permission, _),) = template.find_resources("AWS::Lambda::Permission").items()
    template.has_resource(
        "AWS::SecretsManager::RotationSchedule",
        {
            "DependsOn": Match.array_with([permission]),
            "Properties": {
                "RotationRules": {"AutomaticallyAfterDays": 7},
                "RotationLambdaARN": {"Fn::GetAtt": [Match.string_like_regexp("RotationRotator"), "Arn"]},
            },
        },
    )
    template.has_resource_properties(
        "AWS::Lambda::Permission",
        {"Principal": "secretsmanager.amazonaws.com", "SourceAccount": "111122223333"},
    )


def test_the_function_may_change_this_secret_and_no_other(stack: cdk.Stack, key: kms.Key) -> None:
    (policy,) = secret(stack, key).find_resources("AWS::IAM::ManagedPolicy").values()
    wide = [s for s in policy["Properties"]["PolicyDocument"]["Statement"] if s["Resource"] == "*"]
    actions = {action for s in wide for action in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}
    assert {action for action in actions if action.startswith("secretsmanager:")} == {
        "secretsmanager:GetRandomPassword"
    }


@pytest.mark.parametrize("days", [0, 1001])
def test_days_that_secrets_manager_refuses_are_refused(stack: cdk.Stack, key: kms.Key, days: int) -> None:
    with pytest.raises(ValueError, match=f"rotation_days must be 1-1000, got {days}"):
        secret(stack, key, days)
