"""Messaging: queues and the functions that work them off, the event bus, and schedules."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from config import Environment
from config.sections.messages import Queue
from constructs_lib.event_bus import EventBus
from constructs_lib.queue_function import QueueFunction
from constructs_lib.queue_schedule import QueueSchedules
from constructs_lib.remediation import allow_remediation
from constructs_lib.secure_function import SecureFunction
from constructs_lib.secure_queue import DeadLetterQueue, SecureQueue
from constructs_lib.tiered_vpc import TieredVpc
from infra.service_access import Stores
from infra.stack_settings import stack_settings
from services.bundles import bundle_path
from services.reports import schemas


class MessagingStack(cdk.Stack):
    """What happens later, or elsewhere. Services ask for access in their own stacks."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        network: TieredVpc,
        stores: Stores,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        messages, name = environment.compute.messages, f"{environment.project}-{environment.name}"
        self.queues = {
            queue.id: SecureQueue(
                self,
                queue.id,
                encryption_key=data_key,
                max_receives=queue.max_receives,
                retention=cdk.Duration.days(queue.retention_days),
                visibility_timeout=cdk.Duration.seconds(queue.visibility_seconds),
            )
            for queue in messages.queues
        }
        self.dead_letters = {f"{name}DeadLetters": queue.dead_letters for name, queue in self.queues.items()}
        self.bus: EventBus | None = None
        if messages.bus:
            self.bus = EventBus(self, "Bus", name=name, archive_days=messages.bus.archive_days, encryption_key=data_key)
            self.bus.describe_event(schemas.FINISHED, schema=schemas.REPORT_FINISHED)
            for queue_id in messages.bus.queues:
                self.bus.send_to_queue(
                    f"To{queue_id}",
                    queue=self.queues[queue_id],
                    source=schemas.SOURCE,
                    events_named=[schemas.FINISHED],
                )
            self.dead_letters["BusUndelivered"] = self.bus.undelivered
        if messages.schedules:
            self._schedule(environment, name, data_key)
        self.functions: dict[str, SecureFunction] = {}
        for queue in messages.queues:
            if queue.function:
                worker = self._function(
                    queue,
                    environment=environment,
                    data_key=data_key,
                    logs_key=logs_key,
                    network=network,
                    stores=stores,
                )
                self.functions[f"{queue.id}Function"] = worker
                if environment.monitoring.remediation.mode != "off":
                    allow_remediation(worker.function)

    def _schedule(self, environment: Environment, name: str, data_key: kms.IKey) -> None:
        undelivered = DeadLetterQueue(self, "UndeliveredSchedules", encryption_key=data_key).queue
        self.dead_letters["UndeliveredSchedules"] = undelivered
        schedules = QueueSchedules(self, "Schedules", name=name, encryption_key=data_key, undelivered=undelivered)
        for schedule in environment.compute.messages.schedules:
            schedules.add(
                schedule.id,
                expression=schedule.schedule,
                time_zone=schedule.time_zone,
                queue=self.queues[schedule.queue],
                message=schedule.message,
            )

    def _function(
        self,
        queue: Queue,
        *,
        environment: Environment,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        network: TieredVpc,
        stores: Stores,
    ) -> SecureFunction:
        settings = queue.function
        if settings is None:
            raise ValueError(f"queue must have a function, got {queue.id}")
        told = {"SERVICE_NAME": f"{queue.id}Function", **stores.database_places(settings.databases, environment)}
        if self.bus:
            told["BUS_NAME"] = self.bus.name
        function = QueueFunction(
            self,
            f"{queue.id}Function",
            queue=self.queues[queue.id],
            description=f"Works the queue {queue.id} off",
            code=lambda_.Code.from_asset(str(bundle_path("reports_function"))),
            handler="reports_function.handler.handler",
            environment=told,
            batch_messages=settings.batch_messages,
            max_concurrency=settings.max_concurrency,
            memory_mib=settings.memory_mib,
            timeout=cdk.Duration.seconds(settings.timeout_seconds),
            vpc=network.vpc,
            subnets=network.private_subnets,
            encryption_key=data_key,
            log_key=logs_key,
            log_retention_days=environment.compute.log_retention_days,
        ).function
        if function.security_group:
            stores.open_databases(
                settings.databases, environment, grantee=function.grantee, group=function.security_group, scope=function
            )
        if self.bus:
            self.bus.grant_publish(function.grantee)
        return function
