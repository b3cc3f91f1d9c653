"""An SNS topic that is encrypted with our key, takes only TLS, and hears only whom it names."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.customer_key import grant_use


class SecureTopic(Construct):
    """A topic. `publishers` are AWS services (such as `cloudwatch`) that may publish on behalf of this account.

    They need the key as well: `CustomerKey` and its verbs say so, once for all topics of a key.
    """

    def __init__(
        self, scope: Construct, construct_id: str, *, encryption_key: kms.IKey, publishers: Sequence[str] = ()
    ) -> None:
        super().__init__(scope, construct_id)
        self.topic = sns.Topic(self, "Resource", enforce_ssl=True, master_key=encryption_key)
        if publishers:
            self.topic.add_to_resource_policy(
                iam.PolicyStatement(
                    sid="AllowServices",
                    principals=[iam.ServicePrincipal(f"{service}.amazonaws.com") for service in publishers],
                    actions=["sns:Publish"],
                    resources=[self.topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": cdk.Aws.ACCOUNT_ID}},
                )
            )

    def grant_publish(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` publish, and use the key for it."""
        grant_use(self.topic.master_key, grantee, "kms:Decrypt", "kms:GenerateDataKey")
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["sns:Publish"], resource_arns=[self.topic.topic_arn]
        )
