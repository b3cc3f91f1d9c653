"""Who may open sessions of Session Manager on an instance, from where, and how they are kept."""

from collections.abc import Sequence
from ipaddress import IPv4Network

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_logs as logs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written

TUNNEL_DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost"
"""AWS's own document for a tunnel through an instance to a port behind it."""


class SessionAccess(Construct):
    """A `policy` to attach to administrators' roles: shells and tunnels on one instance, from `administrator_cidrs`.

    A shell is encrypted, its output is logged, and it ends after `idle_minutes` without a key pressed or after
    `session_minutes` in any case. CloudTrail has the start of each tunnel; nothing can log what goes through it.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        instance_id: str,
        administrator_cidrs: Sequence[IPv4Network],
        log_group: logs.ILogGroup,
        encryption_key: kms.IKey,
        idle_minutes: int,
        session_minutes: int,
    ) -> None:
        if not administrator_cidrs:
            raise ValueError("administrator_cidrs must name at least one range, got none")
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        shell = ssm.CfnDocument(
            self,
            "Shell",
            document_format="JSON",
            document_type="Session",
            update_method="NewVersion",
            content={
                "schemaVersion": "1.0",
                "description": "A shell: encrypted, logged, and over in time",
                "sessionType": "Standard_Stream",
                "inputs": {
                    "cloudWatchEncryptionEnabled": True,
                    "cloudWatchLogGroupName": log_group.log_group_name,
                    "cloudWatchStreamingEnabled": True,
                    "idleSessionTimeout": str(idle_minutes),
                    "kmsKeyId": encryption_key.key_id,
                    "maxSessionDuration": str(session_minutes),
                    "runAsEnabled": False,
                },
            },
        )
        self.policy = iam.ManagedPolicy(self, "Policy", description="Sessions on the bastion, from known addresses")
        self.policy.add_statements(
            iam.PolicyStatement(
                sid="StartSessions",
                actions=["ssm:StartSession"],
                resources=[
                    stack.format_arn(service="ec2", resource="instance", resource_name=instance_id),
                    stack.format_arn(service="ssm", resource="document", resource_name=shell.ref),
                    stack.format_arn(service="ssm", resource="document", resource_name=TUNNEL_DOCUMENT, account=""),
                ],
                conditions={
                    "IpAddress": {"aws:SourceIp": [str(cidr) for cidr in administrator_cidrs]},
                    "BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"},
                },
            ),
            iam.PolicyStatement(
                sid="OwnSessions",
                actions=["ssm:ResumeSession", "ssm:TerminateSession"],
                resources=[_sessions(stack, "${aws:userid}")],
            ),
            iam.PolicyStatement(
                sid="EncryptSessions", actions=["kms:GenerateDataKey"], resources=[encryption_key.key_arn]
            ),
        )
        own = as_written(stack.resolve(_sessions(stack, "<aws:userid>")))  # so does cdk-nag write it
        acknowledge(
            self.policy,
            [f"AwsSolutions-IAM5[Resource::{own}]"],
            reason="Session Manager makes up the rest of a session's name; its beginning is the user's own id.",
        )


def _sessions(stack: cdk.Stack, user: str) -> str:
    return stack.format_arn(service="ssm", resource="session", resource_name=f"{user}-*")
