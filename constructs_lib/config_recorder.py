"""AWS Config: records what every resource of the account looks like, and evaluates rules on it."""

import json
from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_config as config
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.secure_bucket import SecureBucket

DATA_PROTECTION = (
    "AURORA_RESOURCES_PROTECTED_BY_BACKUP_PLAN",
    "BACKUP_RECOVERY_POINT_ENCRYPTED",
    "DYNAMODB_PITR_ENABLED",
    "DYNAMODB_TABLE_ENCRYPTED_KMS",
    "RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
    "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
    "RDS_STORAGE_ENCRYPTED",
    "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
    "S3_BUCKET_SSL_REQUESTS_ONLY",
    "S3_DEFAULT_ENCRYPTION_KMS",
    "SNS_ENCRYPTED_KMS",
)
"""The rules of the conformance pack: stores are encrypted, private and backed up, in the whole account."""


class ConfigRecorder(Construct):
    """The recorder of every resource type, its bucket, managed rules, and a conformance pack of data protection.

    AWS has one recorder and one delivery channel for an account and region: where there is one, creating fails and
    the stack rolls back to what it was. Leave AWS Config to whoever has it, or take it over with `cdk import`. The
    bucket is one of its own: AWS Config delivers to none that has a default retention of object lock.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        managed_rules: Sequence[str],
        protects_data: bool,
        encryption_key: kms.IKey,
        access_log_bucket: s3.IBucket,
        lifecycle_rules: list[s3.LifecycleRule],
        retain_data: bool,
    ) -> None:
        """Record; `protects_data` adds the conformance pack, called `name`-data-protection."""
        super().__init__(scope, construct_id)
        self.bucket = SecureBucket(
            self,
            "History",
            access_log_bucket=access_log_bucket,
            encryption_key=encryption_key,
            lifecycle_rules=lifecycle_rules,
            retain_data=retain_data,
        ).bucket
        role = self._role(encryption_key)
        recorder = config.CfnConfigurationRecorder(
            self,
            "Resource",
            recording_group=config.CfnConfigurationRecorder.RecordingGroupProperty(
                all_supported=True, include_global_resource_types=True
            ),
            role_arn=role.role_arn,
        )
        channel = config.CfnDeliveryChannel(
            self,
            "Channel",
            config_snapshot_delivery_properties=config.CfnDeliveryChannel.ConfigSnapshotDeliveryPropertiesProperty(
                delivery_frequency="TwentyFour_Hours"
            ),
            s3_bucket_name=self.bucket.bucket_name,
            s3_kms_key_arn=encryption_key.key_arn,
        )
        channel.node.add_dependency(role)
        rules: list[cdk.CfnResource] = [
            config.CfnConfigRule(
                self,
                _pascal(rule),
                source=config.CfnConfigRule.SourceProperty(owner="AWS", source_identifier=rule),
            )
            for rule in managed_rules
        ]
        if protects_data:
            rules.append(
                config.CfnConformancePack(
                    self,
                    "DataProtection",
                    conformance_pack_name=f"{name}-data-protection",
                    template_body=json.dumps(_pack(DATA_PROTECTION)),
                )
            )
        for rule in rules:
            rule.node.add_dependency(recorder)  # a rule without a recorder is refused

    def _role(self, key: kms.IKey) -> iam.Role:
        """Make the role that reads every resource and writes to the bucket."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal("config.amazonaws.com"),
            description="Records the configuration of every resource",
            managed_policies=[iam.ManagedPolicy.from_aws_managed_policy_name("service-role/AWS_ConfigRole")],
        )
        objects = self.bucket.arn_for_objects(f"AWSLogs/{cdk.Stack.of(self).account}/Config/*")
        delivery = iam.ManagedPolicy(
            self,
            "Delivery",
            description="Delivers what AWS Config records",
            roles=[role],
            statements=[
                iam.PolicyStatement(actions=["s3:GetBucketAcl", "s3:ListBucket"], resources=[self.bucket.bucket_arn]),
                iam.PolicyStatement(actions=["s3:PutObject"], resources=[objects]),
                iam.PolicyStatement(actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[key.key_arn]),
            ],
        )
        acknowledge(
            delivery,
            [f"AwsSolutions-IAM5[Resource::{as_written(cdk.Stack.of(self).resolve(objects))}]"],
            reason="AWS Config makes up the names of what it delivers, below the prefix that it was given.",
        )
        acknowledge(
            role,
            ["AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWS_ConfigRole]"],
            reason="AWS extends this policy with each resource type that AWS Config learns to record; a copy ages.",
        )
        return role


def _pascal(rule: str) -> str:
    return "".join(part.title() for part in rule.split("_"))


def _pack(rules: Sequence[str]) -> dict[str, object]:
    """A conformance pack as AWS Config reads it: a template of rules."""
    return {
        "Resources": {
            _pascal(rule): {
                "Type": "AWS::Config::ConfigRule",
                "Properties": {
                    "ConfigRuleName": rule.lower().replace("_", "-"),
                    "Source": {"Owner": "AWS", "SourceIdentifier": rule},
                },
            }
            for rule in rules
        }
    }
