"""A custom resource that puts a folder of files into a bucket, and has CloudFront forget the old ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3_assets as assets
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.secure_function import SecureFunction

RUNTIME = Path(__file__).parent / "runtime"
TIME_LIMIT_SECONDS = 300
MARGIN_SECONDS = 30
"""What CloudFormation waits longer than the function runs."""
CONFIG_FILE = "config.json"


class SiteDeployment(Construct):
    """Deploys `folder`, and `config.json` with `settings` beside it, whenever either changes.

    CDK's own BucketDeployment does the same with a 30 MB layer, AWS-managed policies, one Cache-Control for all files
    and no order among them. Here the entry page comes last, so that no page asks for a file that is not there yet.
    The bucket may be in another region.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        folder: Path,
        settings: Mapping[str, Any],
        bucket_name: str,
        bucket_region: str,
        bucket_key_arn: str,
        distribution_arn: str,
        distribution_id: str,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Deploy; `settings` may hold values that are known at deployment only, and so may the names and ARNs."""
        super().__init__(scope, construct_id)
        if not (folder / "index.html").is_file():
            raise ValueError(f"folder must hold an index.html, got {folder}")
        files = assets.Asset(self, "Files", path=str(folder))
        self.deployer = SecureFunction(
            self,
            "Deployer",
            description="Puts the front end into its bucket, and has CloudFront forget the old one",
            code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
            handler="handler.handler",
            timeout=cdk.Duration.seconds(TIME_LIMIT_SECONDS),
            memory_mib=512,
            reserved_concurrency=1,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        role = self.deployer.role
        bucket_arn = f"arn:{cdk.Aws.PARTITION}:s3:::{bucket_name}"
        role.allow("s3:GetObject", on=[files.bucket.arn_for_objects(files.s3_object_key)])
        role.allow("s3:ListBucket", on=[bucket_arn])
        role.allow("s3:PutObject", "s3:DeleteObject", on=[f"{bucket_arn}/*"])
        role.allow("kms:GenerateDataKey", "kms:Decrypt", on=[bucket_key_arn])
        role.allow("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation", on=[distribution_arn])
        cdk.CustomResource(
            self,
            "Resource",
            service_token=self.deployer.function.function_arn,
            resource_type="Custom::SiteDeployment",
            service_timeout=cdk.Duration.seconds(TIME_LIMIT_SECONDS + MARGIN_SECONDS),
            properties={
                "SourceBucket": files.s3_bucket_name,
                "SourceKey": files.s3_object_key,
                "Bucket": bucket_name,
                "BucketRegion": bucket_region,
                "DistributionId": distribution_id,
                "Extra": {CONFIG_FILE: cdk.Stack.of(self).to_json_string(settings)},
            },
        ).node.add_dependency(role.policy)
        every_file = as_written(cdk.Stack.of(self).resolve(f"{bucket_arn}/*"))
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{every_file}]"],
            reason="It writes every file of the site, in this one bucket, and removes those that left it.",
        )
