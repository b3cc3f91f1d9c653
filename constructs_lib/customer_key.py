"""A KMS key of ours for one purpose: rotating, aliased, and usable by exactly who is granted it."""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

ACTIONS = (
    "kms:Decrypt",
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)
"""Of who encrypts and decrypts. CDK's own grants write the last four as two with a wildcard."""


def grant_use(key: kms.IKey | None, grantee: iam.IGrantable, *actions: str) -> None:
    """Let `grantee` use `key`, if there is one, for `actions` (by default ACTIONS)."""
    if key:
        key.grant(grantee, *(actions or ACTIONS))


USE = ("kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey")
"""What a service needs that keeps something encrypted with a key."""


class CustomerKey(Construct):
    """A customer-managed key. Losing it loses everything it encrypts, so it is retained where data is."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        alias: str,
        retain_data: bool,
        deletion_window: cdk.Duration,
    ) -> None:
        super().__init__(scope, construct_id)
        self.key = kms.Key(
            self,
            "Resource",
            description=description,
            alias=alias,
            enable_key_rotation=True,
            pending_window=deletion_window,
            removal_policy=cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY,
        )

    def allow_service(self, service: str, *, source_arns: list[str], actions: list[str] | None = None) -> None:
        """Let the AWS service `service` (such as `cloudtrail`) use the key on behalf of `source_arns`, alone."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid=f"Allow{service.title().replace('-', '')}",
                principals=[iam.ServicePrincipal(f"{service}.amazonaws.com")],
                actions=actions or list(USE),
                resources=["*"],
                conditions={"ArnLike": {"aws:SourceArn": source_arns}},
            )
        )

    def allow_copies(self, account: str) -> None:
        """Let AWS Backup in `account` copy what the key encrypts into a vault there.

        Snapshots of databases stay under the key of their source until they are copied: without this, AWS refuses.
        """
        copier = [iam.AccountPrincipal(account)]
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowCopiesToAccount",
                principals=copier,
                actions=[*ACTIONS],
                resources=["*"],
            )
        )
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowCopiesToAccountInTheBackground",
                principals=copier,
                actions=["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"],
                resources=["*"],
                conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            )
        )

    def allow_log_delivery(self) -> None:
        """Let AWS services that deliver logs to S3 encrypt what they deliver for this account."""
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowLogDelivery",
                principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"],
                resources=["*"],
                conditions={"StringEquals": {"aws:SourceAccount": cdk.Stack.of(self).account}},
            )
        )

    def allow_log_groups(self) -> None:
        """Let CloudWatch Logs encrypt this account's log groups in this region."""
        stack = cdk.Stack.of(self)
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AllowLogGroups",
                principals=[iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
                actions=[
                    "kms:Encrypt",
                    "kms:Decrypt",
                    "kms:ReEncrypt*",
                    "kms:GenerateDataKey*",
                    "kms:Describe*",
                ],
                resources=["*"],
                conditions={
                    "ArnLike": {
                        "kms:EncryptionContext:aws:logs:arn": stack.format_arn(
                            service="logs",
                            resource="log-group",
                            resource_name="*",
                            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                        )
                    }
                },
            )
        )
