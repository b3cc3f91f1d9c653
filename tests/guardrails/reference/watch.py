"""Alarms on everything, and backups of everything, here and in another region."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from tests.guardrails.reference.compute import Compute
from tests.guardrails.reference.data import BACKUP, Data
from tests.guardrails.reference.edge import Edge
from tests.guardrails.reference.foundation import KEEP, Foundation
from tests.guardrails.reference.network import Network

ACCOUNT, AWAY = "777788889999", "us-west-2"
TESTED = ("Aurora", "DocumentDB", "DynamoDB", "EFS", "Neptune", "RDS", "Redshift", "S3")


class Watch(cdk.Stack):
    """Who hears what, and what is kept twice."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        foundation: Foundation,
        network: Network,
        data: Data,
        compute: Compute,
        edge: Edge,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, construct_id, **kwargs)
        self._topic = foundation.topic
        for name, function in (("Api", compute.function), ("Worker", compute.worker), ("Remedy", compute.remedy)):
            for metric in ("Errors", "Throttles", "Duration"):
                self._alarm(f"{name}{metric}", "AWS/Lambda", metric, FunctionName=function.function_name)
        for metric in ("5XXError", "4XXError", "Latency"):
            self._alarm(f"Rest{metric}", "AWS/ApiGateway", metric, ApiName=compute.api.rest_api_name)
        for name, table in (("Orders", data.table), ("Sessions", data.old_table)):
            for metric in ("ReadThrottleEvents", "WriteThrottleEvents", "SystemErrors"):
                self._alarm(f"{name}{metric}", "AWS/DynamoDB", metric, TableName=table.table_name)
        self._queues_and_services(compute)
        self._stores(data)
        self._alarm("Blocked", "AWS/WAFV2", "BlockedRequests", WebACL="front-door", Rule="ALL")
        self._alarm("RootLogins", "Security", "RootLogins")
        self._alarm("Backups", "AWS/Backup", "NumberOfBackupJobsFailed")
        self._backups(data)

    def _alarm(self, name: str, namespace: str, metric: str, **dimensions: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            f"{name}Alarm",
            metric=cloudwatch.Metric(namespace=namespace, metric_name=metric, dimensions_map=dimensions),
            threshold=1,
            evaluation_periods=1,
            alarm_description=f"{name}. Runbook: https://example.com/docs/runbooks/alarms.md#{metric.lower()}",
        )
        alarm.add_alarm_action(actions.SnsAction(self._topic))

    def _queues_and_services(self, compute: Compute) -> None:
        self._alarm("Dead", "AWS/SQS", "ApproximateNumberOfMessagesVisible", QueueName=compute.dead_letters.queue_name)
        self._alarm("Age", "AWS/SQS", "ApproximateAgeOfOldestMessage", QueueName=compute.jobs.queue_name)
        service = {"ServiceName": compute.service.service_name, "ClusterName": compute.service.cluster.cluster_name}
        self._alarm("ServiceCpu", "AWS/ECS", "CPUUtilization", **service)
        self._alarm("ServiceMemory", "AWS/ECS", "MemoryUtilization", **service)
        self._alarm("ServiceTasks", "ECS/ContainerInsights", "RunningTaskCount", **service)
        balancer = {"LoadBalancer": compute.balancer.load_balancer_full_name}
        self._alarm("Balancer", "AWS/ApplicationELB", "HTTPCode_ELB_5XX_Count", **balancer)

    def _stores(self, data: Data) -> None:
        clusters: Mapping[str, tuple[str, str]] = {
            "Aurora": ("AWS/RDS", data.aurora.cluster_identifier),
            "Documents": ("AWS/DocDB", data.documents.ref),
            "Graph": ("AWS/Neptune", data.graph.ref),
        }
        for name, (namespace, identifier) in clusters.items():
            self._alarm(f"{name}Cpu", namespace, "CPUUtilization", DBClusterIdentifier=identifier)
        self._alarm("AuroraLinks", "AWS/RDS", "DatabaseConnections", DBClusterIdentifier=clusters["Aurora"][1])
        latency = "DatabaseConnectionsBorrowLatency"
        self._alarm("Proxy", "AWS/RDS", latency, ProxyName=data.proxy.db_proxy_name)
        for metric in ("CPUUtilization", "FreeStorageSpace"):
            self._alarm(f"Mysql{metric}", "AWS/RDS", metric, DBInstanceIdentifier=data.mysql.ref)
        for metric in ("EngineCPUUtilization", "DatabaseMemoryUsagePercentage"):
            self._alarm(f"Cache{metric}", "AWS/ElastiCache", metric, ReplicationGroupId=data.cache.ref)
        self._alarm("Serverless", "AWS/ElastiCache", "ElastiCacheProcessingUnits", clusterId="platform")
        self._alarm("Files", "AWS/EFS", "PercentIOLimit", FileSystemId=data.files.file_system_id)
        self._alarm("Search", "AWS/ES", "ClusterStatus.red", DomainName=data.search.ref, ClientId=ACCOUNT)
        self._alarm("Clicks", "AWS/Kinesis", "ReadProvisionedThroughputExceeded", StreamName=data.stream.stream_name)
        self._alarm("Brokers", "AWS/Kafka", "ActiveControllerCount", **{"Cluster Name": "platform"})
        self._alarm("Warehouse", "AWS/Redshift", "HealthStatus", ClusterIdentifier=data.warehouse.ref)

    def _backups(self, data: Data) -> None:
        key = kms.Key(self, "BackupKey", enable_key_rotation=True, removal_policy=KEEP)
        vault = backup.BackupVault(
            self,
            "Vault",
            encryption_key=key,
            block_recovery_point_deletion=True,
            lock_configuration=backup.LockConfiguration(min_retention=cdk.Duration.days(30)),
            removal_policy=KEEP,
        )
        away = backup.BackupVault.from_backup_vault_arn(
            self, "Away", f"arn:aws:backup:{AWAY}:{ACCOUNT}:backup-vault:platform-recovery"
        )
        plan = backup.BackupPlan(self, "Plan", backup_vault=vault)
        for name, days in (("daily", 35), ("monthly", 365)):
            plan.add_rule(
                backup.BackupPlanRule(
                    rule_name=name,
                    delete_after=cdk.Duration.days(days),
                    copy_actions=[
                        backup.BackupPlanCopyActionProps(
                            destination_backup_vault=away, delete_after=cdk.Duration.days(days)
                        )
                    ],
                )
            )
        arn = f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:"
        plan.add_selection(
            "Everything",
            role=iam.Role(self, "BackupRole", assumed_by=iam.ServicePrincipal("backup.amazonaws.com")),
            disable_default_backup_policy=True,
            resources=[
                backup.BackupResource.from_tag(*BACKUP),
                backup.BackupResource.from_dynamo_db_table(data.table),
                backup.BackupResource.from_dynamo_db_table(data.old_table),
                backup.BackupResource.from_efs_file_system(data.files),
                backup.BackupResource.from_rds_database_cluster(data.aurora),
                backup.BackupResource.from_arn(f"{arn}{data.documents.ref}"),
                backup.BackupResource.from_arn(f"{arn}{data.graph.ref}"),
                backup.BackupResource.from_arn(f"arn:aws:redshift:us-east-1:{ACCOUNT}:cluster:{data.warehouse.ref}"),
            ],
        )
        self._restore_tests()

    def _restore_tests(self) -> None:
        role = iam.Role(self, "RestoreRole", assumed_by=iam.ServicePrincipal("backup.amazonaws.com"))
        backup.CfnRestoreTestingPlan(
            self,
            "RestoreTests",
            restore_testing_plan_name="monthly",
            schedule_expression="cron(0 6 1 * ? *)",
            recovery_point_selection={
                "algorithm": "LATEST_WITHIN_WINDOW",
                "includeVaults": ["*"],
                "recoveryPointTypes": ["SNAPSHOT"],
            },
        )
        for kind in TESTED:
            backup.CfnRestoreTestingSelection(
                self,
                f"Restore{kind}",
                restore_testing_plan_name="monthly",
                restore_testing_selection_name=kind.lower(),
                protected_resource_type=kind,
                iam_role_arn=role.role_arn,
                protected_resource_arns=["*"],
            )


class Recovery(cdk.Stack):
    """The vault in the other region."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs: Any) -> None:
        super().__init__(scope, construct_id, **kwargs)
        backup.BackupVault(
            self,
            "Vault",
            backup_vault_name="platform-recovery",
            encryption_key=kms.Key(self, "Key", enable_key_rotation=True, removal_policy=KEEP),
            block_recovery_point_deletion=True,
            lock_configuration=backup.LockConfiguration(min_retention=cdk.Duration.days(30)),
            removal_policy=KEEP,
        )
