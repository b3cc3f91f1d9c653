"""Container images: a tag never moves, each is scanned when it is pushed, and old ones go."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

MOST_KEPT = 20_000
"""ECR's quota of images in a repository."""
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
SCANNED = ("ecr:DescribeImageScanFindings", "ecr:DescribeImages")
PUSH = ("ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart")


class ImageRepository(Construct):
    """An ECR repository. The newest `kept_images` stay, and untagged ones for `untagged_days`.

    Keep more than you deploy between two roll backs: what a running service was started from must not expire.
    Changing `name` or `encryption_key` makes a new, empty one (docs/runbooks/immutable-changes.md).
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        kept_images: int,
        untagged_days: int,
        encryption_key: kms.IKey,
        retain_data: bool,
        pulling_accounts: Sequence[str] = (),
    ) -> None:
        """Let other accounts' roles pull, too, where `pulling_accounts` name them.

        Raises ValueError for numbers that ECR does not take.
        """
        if not 1 <= kept_images <= MOST_KEPT:
            raise ValueError(f"kept_images must be 1-{MOST_KEPT}, got {kept_images}")
        if untagged_days < 1:
            raise ValueError(f"untagged_days must be >= 1, got {untagged_days}")
        super().__init__(scope, construct_id)
        self.name = name
        self.repository = ecr.CfnRepository(
            self,
            "Resource",
            repository_name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.CfnRepository.ImageScanningConfigurationProperty(scan_on_push=True),
            encryption_configuration=ecr.CfnRepository.EncryptionConfigurationProperty(
                encryption_type="KMS", kms_key=encryption_key.key_arn
            ),
            lifecycle_policy=ecr.CfnRepository.LifecyclePolicyProperty(
                lifecycle_policy_text=json.dumps({"rules": _rules(kept_images, untagged_days)})
            ),
            empty_on_delete=not retain_data,
            repository_policy_text=_pulled_by(pulling_accounts) if pulling_accounts else None,
        )
        self.repository.apply_removal_policy(cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY)

    def image(self, tag: str) -> str:
        """Return what a container definition names: the image of `tag`, or, as `sha256:...`, of a digest.

        By name, so that whoever runs it does not hold the repository's stack.
        """
        stack = cdk.Stack.of(self)
        registry = f"{stack.account}.dkr.ecr.{stack.region}.amazonaws.com"
        return f"{registry}/{self.name}{'@' if tag.startswith('sha256:') else ':'}{tag}"

    def grant_pull(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` pull images: a task's execution role, which signs in by `ecr:GetAuthorizationToken` (on *)."""
        return self._grant(grantee, PULL)

    def grant_push(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee`, which builds images, push them, and pull the layers that it builds on."""
        return self._grant(grantee, (*PULL, *PUSH))

    def _grant(self, grantee: iam.IGrantable, actions: tuple[str, ...]) -> iam.Grant:
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=list(actions), resource_arns=[self.repository.attr_arn]
        )


def _pulled_by(accounts: Sequence[str]) -> dict[str, object]:
    roots = [f"arn:aws:iam::{account}:root" for account in accounts]
    statement = {"Sid": "Pull", "Effect": "Allow", "Principal": {"AWS": roots}, "Action": list(PULL)}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _rules(kept_images: int, untagged_days: int) -> list[dict[str, object]]:
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": untagged_days,
    }
    newest = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": kept_images}
    return [
        {"rulePriority": 1, "selection": untagged, "action": {"type": "expire"}},
        {"rulePriority": 2, "selection": newest, "action": {"type": "expire"}},
    ]
