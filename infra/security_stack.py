"""Security: the keys, the log archive, the audit trail and the web ACL that the other stacks stand on."""

import aws_cdk as cdk
from constructs import Construct

from config import Environment
from constructs_lib.access_log_bucket import AccessLogBucket
from constructs_lib.account_detectors import AccountDetectors
from constructs_lib.audit_trail import AuditTrail
from constructs_lib.bucket_replication import Replica
from constructs_lib.config_recorder import ConfigRecorder
from constructs_lib.customer_key import USE, CustomerKey
from constructs_lib.plain_setting import PlainSetting
from constructs_lib.secret_rotation import RotatedSecret, SecretRotation
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.web_acl import WebAcl
from infra.log_lifecycle import ageing, lock
from infra.stack_settings import stack_settings


class SecurityStack(cdk.Stack):
    """Keys per purpose, the places that logs end up in, and the firewall."""

    def __init__(
        self, scope: Construct, construct_id: str, *, environment: Environment, trail_replica: Replica | None
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        security = environment.security

        def key(purpose: str, uses: str) -> CustomerKey:
            return CustomerKey(
                self,
                f"{purpose.title()}Key",
                alias=f"{environment.project}/{environment.name}/{purpose}",
                description=f"Encrypts {uses} of {environment.project} {environment.name}",
                retain_data=environment.retain_data,
                deletion_window=cdk.Duration.days(security.key_deletion_window_days),
            )

        data_key = key("data", "tables, buckets, queues and function environments")
        for service, uses, more in (
            ("events", environment.compute.messages.bus, ["kms:ReEncrypt*"]),  # as an archive asks
            ("scheduler", environment.compute.messages.schedules, []),
        ):
            if uses:  # it puts messages into encrypted queues, and keeps its own encrypted
                data_key.allow_service(
                    service,
                    source_arns=[f"arn:{self.partition}:{service}:{self.region}:{self.account}:*"],
                    actions=[*USE, *more],
                )
        if vault := environment.backup.other_account_vault_arn:
            data_key.allow_copies(vault.split(":")[4])
        self.data_key = data_key.key
        logs_key = key("logs", "log groups and the log archive")
        logs_key.allow_log_groups()
        logs_key.allow_log_delivery()
        self.logs_key = logs_key.key
        self.backup_key = key("backup", "backup copies").key

        self.access_log_bucket = AccessLogBucket(
            self,
            "AccessLogs",
            retain_data=environment.retain_data,
            lifecycle_rules=[ageing(security.log_archive)],
        ).bucket
        self.log_archive = SecureBucket(
            self,
            "LogArchive",
            access_log_bucket=self.access_log_bucket,
            encryption_key=self.logs_key,
            lifecycle_rules=[ageing(security.log_archive)],
            object_lock=lock(security.log_archive),
            replicate_to=trail_replica,
            retain_data=environment.retain_data,
        ).bucket

        self.trail = AuditTrail(
            self,
            "Trail",
            trail_name=f"{environment.project}-{environment.name}",
            archive=self.log_archive,
            key=logs_key,
            metrics_namespace=f"{environment.project}/{environment.name}/trail",
            log_group=SecureLogGroup(
                self,
                "TrailLogs",
                encryption_key=self.logs_key,
                retention_days=security.trail_retention_days,
                retain_data=environment.retain_data,
            ).log_group,
        )
        self._detect(environment)
        self.rotation: SecretRotation | None = None
        self.secrets: dict[str, RotatedSecret] = {}
        if security.secrets:
            secrets_key = key("secrets", "secrets, and the function that renews them").key
            self.rotation = SecretRotation(
                self,
                "Rotation",
                metrics_namespace=f"{environment.project}/{environment.name}",
                encryption_key=secrets_key,
                log_key=self.logs_key,
                log_retention_days=environment.compute.log_retention_days,
            )
            secrets = Construct(self, "Secrets")  # so that no id is one of this stack's own
            self.secrets = {
                secret.id: RotatedSecret(
                    secrets,
                    secret.id,
                    description=secret.description,
                    rotation=self.rotation,
                    rotation_days=secret.rotation_days,
                    encryption_key=secrets_key,
                    retain_data=environment.retain_data,
                )
                for secret in security.secrets
            }
        settings = Construct(self, "Settings")  # so that no id is one of this stack's own
        self.settings = {
            setting.id: PlainSetting(
                settings,
                setting.id,
                name=f"/{environment.project}/{environment.name}/{setting.id}",
                value=setting.value,
                description=setting.description,
            )
            for setting in security.settings
        }
        self.web_acl = WebAcl(
            self,
            "WebAcl",
            name=f"{environment.project}-{environment.name}",
            allowed_addresses=security.web_acl.allowed_addresses,
            block_anonymous=security.web_acl.block_anonymous,
            blocked_addresses=security.web_acl.blocked_addresses,
            blocked_countries=security.web_acl.blocked_countries,
            counted_rules=security.web_acl.counted_rules,
            rate_limit_per_5_minutes=security.web_acl.rate_limit_per_5_minutes,
            log_group=SecureLogGroup(
                self,
                "WebAclLogs",
                encryption_key=self.logs_key,
                log_group_name=f"aws-waf-logs-{environment.project}-{environment.name}",
                retention_days=environment.compute.log_retention_days,
            ).log_group,
        )

    def _detect(self, environment: Environment) -> None:
        """Make the detectors that are this environment's for its account."""
        detection, name = environment.security.detection, f"{environment.project}-{environment.name}"
        AccountDetectors(
            self,
            "Detectors",
            name=name,
            analyze_access=detection.access_analyzer == "account",
            guard_duty_features=detection.guard_duty_features if detection.guard_duty == "account" else None,
            scan_images=detection.inspector == "account",
            standards=detection.standards if detection.security_hub == "account" else None,
        )
        if detection.config == "account":
            ConfigRecorder(
                self,
                "ConfigRecorder",
                name=name,
                managed_rules=detection.config_rules,
                protects_data=detection.config_data_protection_pack,
                encryption_key=self.logs_key,
                access_log_bucket=self.access_log_bucket,
                lifecycle_rules=[ageing(environment.security.log_archive)],
                retain_data=environment.retain_data,
            )
