"""Monitoring: what goes wrong reaches somebody, and what goes on can be seen."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from config import Environment
from config.sections.monitoring import Thresholds
from constructs_lib.alarm_routes import AlarmRoutes
from constructs_lib.api_canary import ApiCanary
from constructs_lib.audit_trail import AuditTrail
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.backup_vault import BackupVault
from constructs_lib.bucket_replication import Replica
from constructs_lib.cost_control import CostControl
from constructs_lib.customer_key import CustomerKey
from constructs_lib.database_proxy import DatabaseProxy
from constructs_lib.document_cluster import DocumentCluster
from constructs_lib.finding_routes import route_findings
from constructs_lib.image_repository import ImageRepository
from constructs_lib.insights import OF_FUNCTIONS, OF_THE_TRAIL, SavedQueries, Traces
from constructs_lib.load_balancer import LoadBalancer
from constructs_lib.monitoring import Monitoring
from constructs_lib.monitoring.api import monitor_api
from constructs_lib.monitoring.backups import monitor_backups
from constructs_lib.monitoring.canaries import monitor_canary
from constructs_lib.monitoring.containers import monitor_load_balancer
from constructs_lib.monitoring.edge import monitor_certificate
from constructs_lib.monitoring.functions import monitor_function
from constructs_lib.monitoring.network import monitor_nat_gateway
from constructs_lib.monitoring.queues import monitor_dead_letters, monitor_queue
from constructs_lib.monitoring.remote_access import monitor_bastion, monitor_client_vpn, monitor_site_vpn
from constructs_lib.monitoring.replication import monitor_replication, monitor_table_replica
from constructs_lib.monitoring.restore_tests import monitor_restore_tests
from constructs_lib.monitoring.secrets import monitor_rotation
from constructs_lib.monitoring.trail import monitor_trail
from constructs_lib.monitoring.users import monitor_users
from constructs_lib.monitoring.web_acl import monitor_web_acl
from constructs_lib.monitoring.web_socket import monitor_web_socket
from constructs_lib.node_cache import NodeCache
from constructs_lib.remote_access import RemoteAccess
from constructs_lib.restore_testing import RestoreTesting
from constructs_lib.secret_rotation import SecretRotation
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.secure_function import SecureFunction
from constructs_lib.secure_queue import SecureQueue
from constructs_lib.serverless_api import ServerlessApi
from constructs_lib.serverless_cache import ServerlessCache
from constructs_lib.shared_file_system import SharedFileSystem
from constructs_lib.table import Table
from constructs_lib.user_directory import UserDirectory
from constructs_lib.web_acl import WebAcl
from infra.alarm_settings import listeners, mute_windows, overrides, refuse_unknown_overrides
from infra.remediated import remediation_of
from infra.stack_settings import stack_settings
from infra.store_alarms import watch_stores
from infra.watching import INCIDENT, watch_business, watch_money, watch_objectives


class MonitoringStack(cdk.Stack):
    """The topic, the alarms and the dashboard. It only reads: its references hold no other stack back."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        api: ServerlessApi,
        api_canary: ApiCanary | None,
        api_certificate_arn: str | None,
        backup_vault: BackupVault,
        buckets: dict[str, SecureBucket],
        backup_tag: tuple[str, str],
        caches: dict[str, NodeCache | ServerlessCache],
        databases: dict[str, AuroraCluster],
        functions: dict[str, SecureFunction],
        document_databases: dict[str, DocumentCluster],
        file_systems: dict[str, SharedFileSystem],
        image_repositories: dict[str, ImageRepository],
        balancer: LoadBalancer | None,
        jobs: str | None,
        web_socket: str | None,
        nat_gateways: Sequence[str],
        queues: dict[str, SecureQueue],
        dead_letters: dict[str, sqs.Queue],
        proxies: dict[str, DatabaseProxy],
        remote_access: RemoteAccess,
        logs_key: kms.IKey,
        restore_tests: RestoreTesting | None,
        rotation: SecretRotation | None,
        tables: dict[str, Table],
        trail: AuditTrail,
        users: UserDirectory | None,
        trail_archive: s3.IBucket,
        trail_replica: Replica | None,
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
        routes = AlarmRoutes(self, "Alarms", encryption_key=topic_key, listeners=listeners(environment))
        self.routes = routes
        route_findings(routes)
        if image_repositories:
            routes.add_event_rule(
                "ImageFindings",
                severity="P2",
                description="The scan of an image that was pushed found something critical",
                source="aws.ecr",
                detail_type=["ECR Image Scan"],
                detail={
                    "repository-name": [images.name for images in image_repositories.values()],
                    "finding-severity-counts": {"CRITICAL": [{"exists": True}]},
                },
            )
        CostControl(
            self,
            "Cost",
            name=f"{environment.project}-{environment.name}",
            topics=routes.topic_arns,
            anomaly_monitor_arn=environment.cost.anomaly_monitor_arn,
            anomaly_usd=environment.cost.anomaly_usd,
            monthly_budget_usd=environment.cost.monthly_budget_usd,
            tags={"project": environment.project, "environment": environment.name, **environment.tags},
        )
        remediation = remediation_of(
            self, environment, backup_tag=backup_tag, key=topic_key, logs_key=logs_key, topic=routes.topics["P3"]
        )
        if remediation:
            functions = {**functions, "Remediation": remediation.decider}
            tables = {**tables, "RemediationDecisions": remediation.table}

        _tell_of_failed_jobs(routes, jobs)
        name = f"{environment.project}-{environment.name}"
        Traces(
            self,
            "Traces",
            name=name,
            sampled_percent=environment.monitoring.traced_percent,
            slow_ms=environment.monitoring.slo.latency_ms if environment.monitoring.slo else 1000,
        )
        SavedQueries(
            self,
            "Queries",
            folder=f"{environment.project}/{environment.name}/functions",
            queries=OF_FUNCTIONS,
            log_groups=[function.function.log_group.log_group_name for function in functions.values()],
        )
        SavedQueries(
            self,
            "TrailQueries",
            folder=f"{environment.project}/{environment.name}/trail",
            queries=OF_THE_TRAIL,
            log_groups=[trail.log_group_name],
        )
        limits = environment.monitoring.thresholds
        monitoring = Monitoring(
            self,
            "Monitoring",
            name=f"{environment.project}-{environment.name}",
            topics=routes.topic_arns,
            boards=environment.monitoring.dashboards,
            mute_windows=mute_windows(environment),
            silent=INCIDENT if environment.monitoring.slo else (),
            overrides=overrides(environment),
        )
        monitor_api(
            monitoring,
            api.api,
            name="TodoApi",
            client_error_percent=limits.api_client_error_percent,
            latency_p99=cdk.Duration.millis(limits.api_latency_p99_ms),
            server_error_percent=limits.api_server_error_percent,
        )
        if api_canary:
            monitor_canary(monitoring, name="TodoApiCanary", canary=api_canary.name, every=api_canary.every)
        _watch_certificates(monitoring, environment, api_certificate_arn)
        watched = functions | ({"RestoreTests": restore_tests.checker} if restore_tests else {})
        watched |= {"SecretRotation": rotation.rotator} if rotation else {}
        for name, function in watched.items():
            monitor_function(
                monitoring,
                function.function,
                name=name,
                duration_percent=limits.function_duration_percent,
                error_percent=limits.function_error_percent,
                reserved_concurrency=function.reserved_concurrency,
                timeout=function.timeout,
            )
            monitor_dead_letters(monitoring, function.dead_letter_queue, name=f"{name}DeadLetters")
        monitor_dead_letters(monitoring, routes.undelivered, name="UndeliveredAlarms")
        watch_stores(
            monitoring,
            limits,
            caches=caches,
            databases=databases,
            document_databases=document_databases,
            file_systems=file_systems,
            proxies=proxies,
            tables=tables,
        )
        _watch_replicas(monitoring, tables, buckets, most_behind=cdk.Duration.seconds(limits.table_replica_seconds))
        if users:
            monitor_users(
                monitoring,
                name="Users",
                clients={name: client.ref for name, client in users.clients.items()},
                pool=users.pool.user_pool_id,
                risky_sign_ins=limits.risky_sign_ins_per_5_minutes,
            )
        monitor_backups(monitoring, name="Backups", vault=backup_vault.name)
        if restore_tests:
            monitor_restore_tests(monitoring, kinds=restore_tests.kinds, namespace=restore_tests.metrics_namespace)
        _watch_account(monitoring, rotation, trail, trail_archive, trail_replica)
        monitor_web_acl(
            monitoring,
            name="WebAcl",
            metric_name=f"{environment.project}-{environment.name}",
            blocked_per_5_minutes=limits.blocked_requests_per_5_minutes,
            region=self.region,
        )
        for number, gateway in enumerate(nat_gateways, 1):
            monitor_nat_gateway(monitoring, name=f"Nat{number}", gateway=gateway)
        _watch_remote_access(monitoring, remote_access)
        _watch_balancer(monitoring, balancer, limits)
        _watch_web_socket(monitoring, web_socket)
        _watch_queues(monitoring, queues, dead_letters, limits)
        self.topic_arns = routes.topic_arns
        watch_objectives(monitoring, environment, api, functions["TodoFunction"])
        watch_business(monitoring, environment)
        watch_money(monitoring)
        refuse_unknown_overrides(environment, monitoring)
        monitoring.complete()


def _watch_account(
    monitoring: Monitoring,
    rotation: SecretRotation | None,
    trail: AuditTrail,
    archive: s3.IBucket,
    replica: Replica | None,
) -> None:
    """Watch that secrets are renewed, what the trail says, and that its copies arrive."""
    if rotation:
        monitor_rotation(monitoring, name="Secrets", namespace=rotation.metrics_namespace)
    monitor_trail(monitoring, name="Trail", namespace=trail.metrics_namespace)
    if replica:
        monitor_replication(monitoring, name="TrailCopies", source=archive.bucket_name, target=replica.bucket_name)


def _watch_certificates(monitoring: Monitoring, environment: Environment, api_certificate_arn: str | None) -> None:
    """Watch the API's, and those that the configuration names: imported ones are not renewed by anybody."""
    routed = any(service.route for service in environment.compute.containers.services)
    client_vpn = environment.network.client_vpn
    shown = {
        "TodoApi": api_certificate_arn,
        "Balancer": environment.compute.containers.load_balancer.certificate_arn if routed else None,
        "ClientVpn": client_vpn.server_certificate_arn if client_vpn else None,
    }
    for name, arn in shown.items():
        if arn:
            monitor_certificate(monitoring, name=f"{name}Certificate", certificate_arn=arn)


def _watch_remote_access(monitoring: Monitoring, remote_access: RemoteAccess) -> None:
    if bastion := remote_access.bastion:
        monitor_bastion(monitoring, name="Bastion", instance=bastion.instance.ref)
    if client_vpn := remote_access.client_vpn:
        monitor_client_vpn(monitoring, name="ClientVpn", endpoint=client_vpn.endpoint.ref)
    if site_vpn := remote_access.site_vpn:
        monitor_site_vpn(monitoring, name="SiteVpn", connection=site_vpn.connection.ref)


def _watch_replicas(
    monitoring: Monitoring, tables: dict[str, Table], buckets: dict[str, SecureBucket], *, most_behind: cdk.Duration
) -> None:
    for name, table in tables.items():
        if region := table.replica_region:
            monitor_table_replica(monitoring, table.table, name=name, region=region, most_behind=most_behind)
    for name, bucket in buckets.items():
        if copy := bucket.copy_name:
            monitor_replication(monitoring, name=name, source=bucket.bucket.bucket_name, target=copy)


def _watch_balancer(monitoring: Monitoring, balancer: LoadBalancer | None, limits: Thresholds) -> None:
    if balancer:
        monitor_load_balancer(
            monitoring,
            name="LoadBalancer",
            full_name=balancer.balancer.attr_load_balancer_full_name,
            error_percent=limits.service_error_percent,
            latency_p99=cdk.Duration.millis(limits.load_balancer_latency_p99_ms),
        )


def _watch_queues(
    monitoring: Monitoring, queues: dict[str, SecureQueue], dead_letters: dict[str, sqs.Queue], limits: Thresholds
) -> None:
    for name, queue in queues.items():
        monitor_queue(
            monitoring, queue.queue, name=name, oldest_seconds=limits.queue_oldest_seconds, waiting=limits.queue_waiting
        )
    for name, dead in dead_letters.items():
        monitor_dead_letters(monitoring, dead, name=name)


def _tell_of_failed_jobs(routes: AlarmRoutes, queue_arn: str | None) -> None:
    if queue_arn:
        routes.add_event_rule(
            "FailedJobs",
            severity="P2",
            description="A job failed at its last attempt",
            source="aws.batch",
            detail={"status": ["FAILED"], "jobQueue": [queue_arn]},
        )


def _watch_web_socket(monitoring: Monitoring, api_id: str | None) -> None:
    if api_id:
        monitor_web_socket(monitoring, name="WebSocket", api_id=api_id)
