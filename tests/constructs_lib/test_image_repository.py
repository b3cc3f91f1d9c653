"""What was tested is what runs: an image's tag never moves."""

import json
from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Match, Template

from constructs_lib.image_repository import ImageRepository
from constructs_lib.workload_role import WorkloadRole

Make = Callable[..., ImageRepository]
REPOSITORY = "AWS::ECR::Repository"


@pytest.fixture
def make(stack: cdk.Stack, key: kms.Key) -> Make:
    def images(**changes: Any) -> ImageRepository:
        values: dict[str, Any] = {
            "name": "shop/api",
            "kept_images": 100,
            "untagged_days": 7,
            "encryption_key": key,
            "retain_data": True,
        }
        return ImageRepository(stack, "Images", **{**values, **changes})

    return images


def test_tags_never_move_and_images_are_scanned_and_encrypted(make: Make, stack: cdk.Stack) -> None:
    make()
    Template.from_stack(stack).has_resource_properties(
        REPOSITORY,
        {
            "RepositoryName": "shop/api",
            "ImageTagMutability": "IMMUTABLE",
            "ImageScanningConfiguration": {"ScanOnPush": True},
            "EncryptionConfiguration": {
                "EncryptionType": "KMS",
                "KmsKey": {"Fn::GetAtt": [Match.string_like_regexp("^Key"), "Arn"]},
            },
        },
    )


def test_the_newest_images_stay(make: Make, stack: cdk.Stack) -> None:
    make(kept_images=3, untagged_days=1)
    [images] = Template.from_stack(stack).find_resources(REPOSITORY).values()
    rules = json.loads(images["Properties"]["LifecyclePolicy"]["LifecyclePolicyText"])["rules"]
    assert [(rule["selection"]["tagStatus"], rule["selection"]["countNumber"]) for rule in rules] == [
        ("untagged", 1),
        ("any", 3),
    ]


@pytest.mark.parametrize(("retain_data", "kept"), [(True, "Retain"), (False, "Delete")])
def test_images_outlive_their_stack_where_data_does(make: Make, stack: cdk.Stack, retain_data: bool, kept: str) -> None:
    make(retain_data=retain_data)
    Template.from_stack(stack).has_resource(
        REPOSITORY, {"DeletionPolicy": kept, "Properties": {"EmptyOnDelete": not retain_data}}
    )


@pytest.mark.parametrize(("tag", "end"), [("1.4.0", ":1.4.0"), ("sha256:ab", "@sha256:ab")])
def test_a_task_names_an_image_by_tag_or_digest(make: Make, stack: cdk.Stack, tag: str, end: str) -> None:
    assert make().image(tag) == f"{stack.account}.dkr.ecr.{stack.region}.amazonaws.com/shop/api{end}"


@pytest.mark.parametrize(("verb", "may_push"), [("grant_pull", False), ("grant_push", True)])
def test_who_starts_tasks_only_pulls(make: Make, stack: cdk.Stack, verb: str, may_push: bool) -> None:
    role = WorkloadRole(stack, "Starter", service="ecs-tasks", description="starter")
    getattr(make(), verb)(role.policy)
    [policy] = Template.from_stack(stack).find_resources("AWS::IAM::ManagedPolicy").values()
    [statement] = policy["Properties"]["PolicyDocument"]["Statement"]
    assert "ecr:BatchGetImage" in statement["Action"]
    assert ("ecr:PutImage" in statement["Action"]) is may_push
    assert "Arn" in statement["Resource"]["Fn::GetAtt"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kept_images": 0}, "kept_images must be 1-20000, got 0"),
        ({"kept_images": 20_001}, "kept_images must be 1-20000, got 20001"),
        ({"untagged_days": 0}, "untagged_days must be >= 1, got 0"),
    ],
)
def test_numbers_that_ecr_does_not_take_are_refused(make: Make, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make(**changes)


def test_other_accounts_pull_and_nothing_else(make: Make, stack: cdk.Stack) -> None:
    make(pulling_accounts=["111122223333", "777788889999"])
    [images] = Template.from_stack(stack).find_resources(REPOSITORY).values()
    [statement] = images["Properties"]["RepositoryPolicyText"]["Statement"]
    assert statement["Principal"]["AWS"] == [f"arn:aws:iam::{one}:root" for one in ("111122223333", "777788889999")]
    assert not [
        action for action in statement["Action"] if action.startswith(("ecr:Put", "ecr:Upload", "ecr:Complete"))
    ]
