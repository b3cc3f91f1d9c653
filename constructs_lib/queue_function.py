"""A function that works a queue off, batch by batch: only the messages that fail come back."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.secure_function import SecureFunction
from constructs_lib.secure_queue import SecureQueue


class QueueFunction(Construct):
    """The function, and the poller that hands it messages; SQS moves what it gives up to the dead letters."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        queue: SecureQueue,
        description: str,
        code: lambda_.Code,
        handler: str,
        environment: Mapping[str, str],
        batch_messages: int,
        max_concurrency: int,
        memory_mib: int,
        timeout: cdk.Duration,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Make both; the handler must answer with `batchItemFailures`."""
        super().__init__(scope, construct_id)
        self.function = SecureFunction(
            self,
            "Function",
            description=description,
            code=code,
            handler=handler,
            environment=environment,
            memory_mib=memory_mib,
            timeout=timeout,
            reserved_concurrency=max_concurrency,
            vpc=vpc,
            subnets=subnets,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        queue.grant_consume(self.function.grantee)
        source = lambda_.CfnEventSourceMapping(
            self,
            "Messages",
            event_source_arn=queue.queue.queue_arn,
            function_name=self.function.function.function_name,
            batch_size=batch_messages,
            function_response_types=["ReportBatchItemFailures"],
            scaling_config={"maximumConcurrency": max_concurrency},
        )
        source.node.add_dependency(self.function.role.policy)
        acknowledge(
            source,
            ["Serverless-LambdaEventSourceMappingDestination"],
            reason="A queue has its own dead-letter queue, which takes what the function gives up.",
        )
