"""A Lambda function with everything a production function needs, required rather than remembered."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.secure_queue import DeadLetterQueue
from constructs_lib.workload_role import WorkloadRole


class SecureFunction(Construct):
    """A Python function: own role, log group, dead-letter queue, encrypted environment, tracing.

    Give it permissions through `grantee`. Its alarms are made by whoever monitors it; a function without
    alarms fails the guardrails.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        description: str,
        code: lambda_.Code,
        handler: str,
        timeout: cdk.Duration,
        memory_mib: int,
        reserved_concurrency: int,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
        environment: Mapping[str, str] | None = None,
        vpc: ec2.IVpc | None = None,
        subnets: ec2.SubnetSelection | None = None,
    ) -> None:
        super().__init__(scope, construct_id)
        self.timeout = timeout
        self.reserved_concurrency = reserved_concurrency
        logs = SecureLogGroup(self, "Logs", encryption_key=log_key, retention_days=log_retention_days)
        self.dead_letter_queue = DeadLetterQueue(self, "DeadLetters", encryption_key=encryption_key).queue
        role = WorkloadRole(self, "Role", service="lambda", description=description)
        self.role = role
        self.grantee: iam.IGrantable = role.policy
        logs.log_group.grant_write(role.policy)
        # CDK's own grants would add wildcards: kms:GenerateDataKey*, kms:ReEncrypt*.
        role.allow("sqs:SendMessage", on=[self.dead_letter_queue.queue_arn])
        role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[encryption_key.key_arn])
        role.allow("xray:PutTraceSegments", "xray:PutTelemetryRecords", on=["*"])
        self.security_group = None
        if vpc:
            _allow_network_interfaces(role)
            self.security_group = ec2.SecurityGroup(
                self, "Access", vpc=vpc, description=description, allow_all_outbound=False
            )
        self.function = lambda_.Function(
            self,
            "Resource",
            architecture=lambda_.Architecture.ARM_64,
            runtime=lambda_.Runtime.PYTHON_3_14,
            code=code,
            handler=handler,
            description=description,
            dead_letter_queue=self.dead_letter_queue,
            environment=environment,
            environment_encryption=encryption_key,
            log_group=logs.log_group,
            memory_size=memory_mib,
            reserved_concurrent_executions=reserved_concurrency,
            retry_attempts=2,
            role=role.role,
            security_groups=[self.security_group] if self.security_group else None,
            timeout=timeout,
            tracing=lambda_.Tracing.ACTIVE,
            vpc=vpc,
            vpc_subnets=subnets,
        )
        self.function.node.add_dependency(role.policy)
        self._acknowledge(in_vpc=vpc is not None, role=role)

    def _acknowledge(self, *, in_vpc: bool, role: WorkloadRole) -> None:
        acknowledge(
            role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="X-Ray and, in a VPC, network-interface actions have no resource-level permissions.",
        )
        acknowledge(
            self.function,
            ["Serverless-LambdaAsyncFailureDestination"],
            reason="Events that fail go to the dead-letter queue, which carries an alarm.",
        )
        if not in_vpc:
            acknowledge(
                self.function,
                in_packs("LambdaInsideVPC"),
                reason="It calls public endpoints only and no resource inside the VPC.",
            )


def _allow_network_interfaces(role: WorkloadRole) -> None:
    role.allow(
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
        "ec2:AssignPrivateIpAddresses",
        "ec2:UnassignPrivateIpAddresses",
        on=["*"],
    )
