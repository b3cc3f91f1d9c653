"""Monitoring: what goes wrong reaches somebody, and what goes on can be seen."""

import aws_cdk as cdk
from constructs import Construct

from config import Environment
from constructs_lib.alarm_topic import AlarmTopic
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.customer_key import CustomerKey
from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring_restore_tests import monitor_restore_tests
from constructs_lib.monitoring_stores import monitor_database
from constructs_lib.restore_testing import RestoreTesting
from constructs_lib.secure_function import SecureFunction
from constructs_lib.serverless_api import ServerlessApi
from constructs_lib.table import Table
from constructs_lib.web_acl import WebAcl
from infra.stack_settings import stack_settings


class MonitoringStack(cdk.Stack):
    """The topic, the alarms and the dashboard. It only reads: its references hold no other stack back."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        api: ServerlessApi,
        databases: dict[str, AuroraCluster],
        functions: dict[str, SecureFunction],
        restore_tests: RestoreTesting | None,
        tables: dict[str, Table],
        web_acl: WebAcl,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        cdk.CrossStackReferences.of(self).consume(cdk.ReferenceStrength.WEAK)
        topic_key = CustomerKey(
            self,
            "AlarmsKey",
            alias=f"{environment.project}/{environment.name}/alarms",
            description=f"Encrypts the alarms of {environment.project} {environment.name} on their way",
            retain_data=environment.retain_data,
            deletion_window=cdk.Duration.days(environment.security.key_deletion_window_days),
        ).key
        alarms = AlarmTopic(self, "Alarms", encryption_key=topic_key, emails=environment.monitoring.alarm_emails)
        alarms.add_event_rule(
            "FailedBackups",
            description="A backup, copy or restore job failed, expired or was stopped",
            source="aws.backup",
            detail={"state": ["FAILED", "EXPIRED", "ABORTED", "PARTIAL"]},
        )

        limits = environment.monitoring.thresholds
        monitoring = Monitoring(
            self, "Monitoring", name=f"{environment.project}-{environment.name}", topic=alarms.topic
        )
        monitoring.monitor_api(
            api.api,
            name="TodoApi",
            client_error_percent=limits.api_client_error_percent,
            latency_p99=cdk.Duration.millis(limits.api_latency_p99_ms),
            server_error_percent=limits.api_server_error_percent,
        )
        watched = functions | ({"RestoreTests": restore_tests.checker} if restore_tests else {})
        for name, function in watched.items():
            monitoring.monitor_function(
                function.function,
                name=name,
                duration_percent=limits.function_duration_percent,
                error_percent=limits.function_error_percent,
                timeout=function.timeout,
            )
            monitoring.monitor_dead_letters(function.dead_letter_queue, name=f"{name}DeadLetters")
        monitoring.monitor_dead_letters(alarms.undelivered, name="UndeliveredAlarms")
        for name, table in tables.items():
            monitoring.monitor_table(table.table, name=name)
        for name, database in databases.items():
            monitor_database(
                monitoring,
                name=name,
                cluster=database.cluster.ref,
                capacity_percent=limits.database_capacity_percent,
                connections=limits.database_connections,
                cpu_percent=limits.database_cpu_percent,
                replica_lag=cdk.Duration.millis(limits.database_replica_lag_ms) if database.has_readers else None,
            )
        if restore_tests:
            monitor_restore_tests(monitoring, kinds=restore_tests.kinds, namespace=restore_tests.metrics_namespace)
        monitoring.monitor_web_acl(
            web_acl.acl,
            name="WebAcl",
            blocked_per_5_minutes=limits.blocked_requests_per_5_minutes,
            region=self.region,
        )
