"""Keys, the log archive, the trail, and what watches the account."""

from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_config as config
from aws_cdk import aws_guardduty as guardduty
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

KEEP = cdk.RemovalPolicy.RETAIN
SEVEN_YEARS = cdk.Duration.days(2555)


class Foundation(cdk.Stack):
    """What everything else stands on."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self.boundary = self._boundary()
        iam.PermissionsBoundary.of(scope).apply(self.boundary)
        self.key = kms.Key(self, "Key", enable_key_rotation=True, removal_policy=KEEP)
        for service in ("logs", "cloudtrail", "cloudwatch", "events", "sns", "delivery.logs"):
            self.key.grant_encrypt_decrypt(
                iam.ServicePrincipal(
                    f"{service}.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": self.account}}
                )
            )
        self.access_logs = s3.Bucket(
            self,
            "AccessLogs",
            encryption=s3.BucketEncryption.S3_MANAGED,
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=s3.ObjectOwnership.BUCKET_OWNER_PREFERRED,
            removal_policy=KEEP,
        )
        self.archive = self.bucket(
            self,
            "Archive",
            object_lock_default_retention=s3.ObjectLockRetention.governance(cdk.Duration.days(365)),
            lifecycle_rules=[s3.LifecycleRule(expiration=SEVEN_YEARS)],
        )
        self.topic = sns.Topic(self, "Alarms", master_key=self.key, enforce_ssl=True)
        self.topic.add_subscription(subscriptions.EmailSubscription("platform-oncall@example.com"))
        self._trail()
        self._watchers()
        self.web_acl = self._web_acl("REGIONAL")

    def _boundary(self) -> iam.ManagedPolicy:
        return iam.ManagedPolicy(
            self,
            "Boundary",
            statements=[
                iam.PolicyStatement(actions=["*"], resources=["*"]),
                iam.PolicyStatement(
                    effect=iam.Effect.DENY,
                    not_actions=["iam:*", "cloudfront:*"],
                    resources=["*"],
                    conditions={"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "us-west-2"]}},
                ),
            ],
        )

    def bucket(self, scope: Construct, name: str, **overrides: Any) -> s3.Bucket:
        """A bucket as every bucket should be."""
        return s3.Bucket(
            scope,
            name,
            encryption_key=self.key,
            bucket_key_enabled=True,
            versioned=True,
            enforce_ssl=True,
            block_public_access=s3.BlockPublicAccess.BLOCK_ALL,
            server_access_logs_bucket=self.access_logs,
            server_access_logs_prefix=name.lower(),
            removal_policy=KEEP,
            **overrides,
        )

    def log_group(self, scope: Construct, name: str, **overrides: Any) -> logs.LogGroup:
        """A log group as every log group should be."""
        return logs.LogGroup(
            scope, name, retention=logs.RetentionDays.THREE_MONTHS, encryption_key=self.key, **overrides
        )

    def _trail(self) -> None:
        self.trail_logs = self.log_group(self, "TrailLogs")
        cloudtrail.Trail(
            self,
            "Trail",
            bucket=self.archive,
            encryption_key=self.key,
            cloud_watch_log_group=self.trail_logs,
            send_to_cloud_watch_logs=True,
            enable_file_validation=True,
        )
        self.root_logins = logs.MetricFilter(
            self,
            "RootLogins",
            log_group=self.trail_logs,
            metric_namespace="Security",
            metric_name="RootLogins",
            filter_pattern=logs.FilterPattern.literal('{ $.userIdentity.type = "Root" }'),
        )

    def _watchers(self) -> None:
        guardduty.CfnDetector(self, "Detector", enable=True)
        role = iam.CfnServiceLinkedRole(self, "RecorderRole", aws_service_name="config.amazonaws.com")
        arn = f"arn:aws:iam::{self.account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
        recorder = config.CfnConfigurationRecorder(
            self,
            "Recorder",
            role_arn=arn,
            recording_group={"allSupported": True, "includeGlobalResourceTypes": True},
        )
        recorder.add_resource_dependency(role)
        config.CfnDeliveryChannel(self, "Channel", s3_bucket_name=self.archive.bucket_name)

    def _web_acl(self, scope: str) -> wafv2.CfnWebACL:
        visible = {"cloudWatchMetricsEnabled": True, "sampledRequestsEnabled": True, "metricName": "front-door"}
        acl = wafv2.CfnWebACL(
            self,
            "WebAcl",
            name="front-door",
            scope=scope,
            default_action={"allow": {}},
            visibility_config=visible,
            rules=[
                *(
                    {
                        "name": name,
                        "priority": priority,
                        "overrideAction": {"none": {}},
                        "statement": {
                            "managedRuleGroupStatement": {"vendorName": "AWS", "name": f"AWSManagedRules{name}RuleSet"}
                        },
                        "visibilityConfig": visible,
                    }
                    for priority, name in enumerate(("Common", "KnownBadInputs", "SQLi"), start=1)
                ),
                {
                    "name": "rate",
                    "priority": 4,
                    "action": {"block": {}},
                    "statement": {"rateBasedStatement": {"limit": 2000, "aggregateKeyType": "IP"}},
                    "visibilityConfig": visible,
                },
            ],
        )
        group = self.log_group(self, "WebAclLogs", log_group_name="aws-waf-logs-front-door")
        wafv2.CfnLoggingConfiguration(
            self, "WebAclLogging", resource_arn=acl.attr_arn, log_destination_configs=[group.log_group_arn]
        )
        return acl
