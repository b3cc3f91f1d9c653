"""Detection: the services that watch the account itself. AWS has one of each for an account and region."""

from typing import Literal, Self

from pydantic import model_validator

from config.sections.base import Section, unique

Owner = Literal["off", "account", "organisation"]
"""Who has the service: nobody, this environment for the account, or the organisation, whose findings are heard."""

GuardDutyFeature = Literal[
    "EBS_MALWARE_PROTECTION",
    "EKS_AUDIT_LOGS",
    "LAMBDA_NETWORK_LOGS",
    "RDS_LOGIN_EVENTS",
    "RUNTIME_MONITORING",
    "S3_DATA_EVENTS",
]
Standard = Literal["aws-foundational", "cis", "nist-800-53", "pci-dss"]
ManagedRule = Literal[
    "ACCESS_KEYS_ROTATED",
    "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
    "CMK_BACKING_KEY_ROTATION_ENABLED",
    "DYNAMODB_PITR_ENABLED",
    "EBS_SNAPSHOT_PUBLIC_RESTORABLE_CHECK",
    "EC2_EBS_ENCRYPTION_BY_DEFAULT",
    "EC2_IMDSV2_CHECK",
    "EC2_INSTANCE_NO_PUBLIC_IP",
    "ECR_PRIVATE_IMAGE_SCANNING_ENABLED",
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
    "IAM_ROOT_ACCESS_KEY_CHECK",
    "IAM_USER_MFA_ENABLED",
    "IAM_USER_NO_POLICIES_CHECK",
    "INCOMING_SSH_DISABLED",
    "LAMBDA_FUNCTION_PUBLIC_ACCESS_PROHIBITED",
    "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
    "MULTI_REGION_CLOUD_TRAIL_ENABLED",
    "RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
    "RDS_CLUSTER_IAM_AUTHENTICATION_ENABLED",
    "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
    "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
    "RDS_STORAGE_ENCRYPTED",
    "ROOT_ACCOUNT_MFA_ENABLED",
    "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
    "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
    "S3_BUCKET_SSL_REQUESTS_ONLY",
    "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
    "SSM_DOCUMENT_NOT_PUBLIC",
    "VPC_DEFAULT_SECURITY_GROUP_CLOSED",
    "VPC_FLOW_LOGS_ENABLED",
]
ACCOUNT_RULES: tuple[ManagedRule, ...] = (
    "ACCESS_KEYS_ROTATED",
    "EC2_EBS_ENCRYPTION_BY_DEFAULT",
    "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
    "IAM_ROOT_ACCESS_KEY_CHECK",
    "IAM_USER_NO_POLICIES_CHECK",
    "INCOMING_SSH_DISABLED",
    "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
    "MULTI_REGION_CLOUD_TRAIL_ENABLED",
    "ROOT_ACCOUNT_MFA_ENABLED",
    "VPC_FLOW_LOGS_ENABLED",
)
"""What templates cannot promise: what people do to the account beside them."""


class Detection(Section):
    """Each service is `off`, made here for the `account`, or left to the `organisation`.

    Making a second one fails the deployment, so two environments in one account and region cannot both have it.
    """

    access_analyzer: Owner = "off"
    """IAM Access Analyzer: what the account shares with others. It costs nothing."""

    config: Owner = "off"
    """AWS Config: what every resource looks like, and looked like. Billed by change and by evaluation."""

    config_rules: tuple[ManagedRule, ...] = ACCOUNT_RULES
    """Managed rules that AWS Config evaluates; billed by evaluation."""

    config_data_protection_pack: bool = True
    """Whether a conformance pack watches that stores are encrypted, private and backed up, where `config` is ours."""

    guard_duty: Owner = "off"
    """GuardDuty: signs of an intruder in events, DNS queries and traffic. Billed by what it analyses."""

    guard_duty_features: tuple[GuardDutyFeature, ...] = ("LAMBDA_NETWORK_LOGS", "RDS_LOGIN_EVENTS", "S3_DATA_EVENTS")
    """What GuardDuty looks at beyond that; each is billed by a measure of its own."""

    inspector: Owner = "off"
    """Inspector: known vulnerabilities of container images, looked for again whenever one becomes known."""

    security_hub: Owner = "off"
    """Security Hub: the controls of `standards`, and one place for all findings. It needs AWS Config."""

    shield_advanced: bool = False
    """Whether Shield Advanced protects the load balancer and CloudFront. The account must be subscribed, by hand,
    for a year, at 3,000 USD a month."""

    standards: tuple[Standard, ...] = ("aws-foundational",)
    """Standards whose controls Security Hub checks; billed by check."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No rule, feature or standard is named twice."""
        for field in ("config_rules", "guard_duty_features", "standards"):
            self._require(unique(getattr(self, field)), field, "must differ from each other")
        return self

    @model_validator(mode="after")
    def _controls_have_something_to_look_at(self) -> Self:
        """Security Hub's controls read AWS Config, so there is one."""
        rule = "must not be off where security_hub is account: its controls read AWS Config"
        self._require(self.security_hub != "account" or self.config != "off", "config", rule)
        return self

    @property
    def owners(self) -> dict[str, Owner]:
        """Each service and who has it."""
        services = ("access_analyzer", "config", "guard_duty", "inspector", "security_hub")
        return {service: getattr(self, service) for service in services}
