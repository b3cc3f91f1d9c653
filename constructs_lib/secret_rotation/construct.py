"""Secrets that renew themselves, and the function that does it."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from constructs_lib.secure_function import SecureFunction

RUNTIME = Path(__file__).parent / "runtime"
LENGTH = 40
MAX_DAYS = 1000


class SecretRotation(Construct):
    """The function that rotates secrets of this account. It counts failures as `SecretRotationFailed`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        metrics_namespace: str,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Make the function; its metric has the namespace `metrics_namespace`. Watch it: `monitor_rotation`."""
        super().__init__(scope, construct_id)
        self.metrics_namespace = metrics_namespace
        self.rotator = SecureFunction(
            self,
            "Rotator",
            description="Renews the passwords in secrets, one step of the rotation at a time",
            code=lambda_.Code.from_asset(str(RUNTIME), exclude=["__pycache__"]),
            handler="handler.handler",
            timeout=cdk.Duration.seconds(30),
            memory_mib=256,
            reserved_concurrency=2,
            environment={"METRICS_NAMESPACE": metrics_namespace},
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self.rotator.role.allow("secretsmanager:GetRandomPassword", on=["*"])
        self.rotator.role.allow(
            "cloudwatch:PutMetricData",
            on=["*"],
            conditions={"StringEquals": {"cloudwatch:namespace": metrics_namespace}},
        )
        self.permission = lambda_.CfnPermission(
            self,
            "Invoke",
            action="lambda:InvokeFunction",
            function_name=self.rotator.function.function_arn,
            principal="secretsmanager.amazonaws.com",
            source_account=cdk.Stack.of(self).account,
        )


class RotatedSecret(Construct):
    """A secret `{"password": ...}` that nobody ever types, renewed every `rotation_days` and after its creation.

    Readers ask Secrets Manager when they start and when the password is refused: the one before stays readable as
    AWSPREVIOUS. Passwords that a server keeps need steps of their own; databases and caches here sign in with IAM.
    Changing its construct id makes a new secret.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        rotation: SecretRotation,
        rotation_days: int,
        encryption_key: kms.IKey,
        retain_data: bool,
    ) -> None:
        if not 1 <= rotation_days <= MAX_DAYS:
            raise ValueError(f"rotation_days must be 1-{MAX_DAYS}, got {rotation_days}")
        super().__init__(scope, construct_id)
        self.secret = secretsmanager.Secret(
            self,
            "Resource",
            description=description,
            encryption_key=encryption_key,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template="{}",  # noqa: S106 - a template without one
                generate_string_key="password",
                exclude_punctuation=True,
                password_length=LENGTH,
            ),
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
        )
        rotation.rotator.role.allow(
            "secretsmanager:DescribeSecret",
            "secretsmanager:GetSecretValue",
            "secretsmanager:PutSecretValue",
            "secretsmanager:UpdateSecretVersionStage",
            on=[self.secret.secret_arn],
        )
        rotation.rotator.role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[encryption_key.key_arn])
        schedule = secretsmanager.CfnRotationSchedule(
            self,
            "Schedule",
            secret_id=self.secret.secret_arn,
            rotation_lambda_arn=rotation.rotator.function.function_arn,
            rotation_rules=secretsmanager.CfnRotationSchedule.RotationRulesProperty(
                automatically_after_days=rotation_days
            ),
        )
        schedule.node.add_dependency(rotation.permission, rotation.rotator.role.policy)

    def grant_read(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read the secret, and use the key for it."""
        return self.secret.grant_read(grantee)
