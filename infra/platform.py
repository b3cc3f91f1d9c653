"""The architecture: every stack of an environment, and what each hands to the next. Read it top to bottom."""

from collections.abc import Sequence
from typing import NamedTuple

import aws_cdk as cdk
from constructs import Construct

import config
from config import Environment
from config.sections.containers import services_by_stack
from infra.backup_stack import BackupStack
from infra.batch_stack import BatchStack
from infra.boundary_stack import BoundaryStack
from infra.compute_stack import ComputeStack
from infra.containers_stack import ContainersStack
from infra.data_stack import BACKUP_TAG, DataStack
from infra.declared_policy import declare_policy
from infra.edge_stack import EdgeStack
from infra.load_test_stack import LoadTestStack
from infra.messaging_stack import MessagingStack
from infra.monitoring_stack import MonitoringStack
from infra.network_stack import NetworkStack
from infra.pipeline_replica_stack import PipelineReplicaStack
from infra.pipeline_stack import PipelineStack
from infra.recovery_stack import RecoveryStack
from infra.security_stack import SecurityStack
from infra.service_access import Stores
from infra.services_stack import ServicesStack
from infra.site_stack import SiteStack
from infra.web_socket_stack import WebSocketStack


def build_app(app: cdk.App, environment: Environment) -> None:
    """Build `environment` and, where its account hosts one, the pipeline that delivers to all environments."""
    built = build_platform(app, environment)
    if settings := environment.pipeline:
        delivered = [config.load(name) for name in settings.stages]
        replicas = {
            region: PipelineReplicaStack(app, name, environment=environment, region=region)
            for region, name in _replicas(environment, delivered).items()
        }
        for replica in replicas.values():
            replica.add_stack_dependency(built.security)  # which comes after the boundary that its roles name
        pipeline = PipelineStack(
            app,
            "Pipeline",
            environment=environment,
            settings=settings,
            access_log_bucket=built.security.access_log_bucket,
            logs_key=built.security.logs_key,
            replica_buckets={region: replica.bucket for region, replica in replicas.items()},
        )
        pipeline.add_images(
            key=built.security.data_key,
            pulling_accounts=sorted({str(one.account) for one in delivered} - {environment.account}),
            retain_data=any(one.retain_data for one in (environment, *delivered)),
        )
        for wave in settings.waves:
            stages = [(cdk.Stage(pipeline, name.title()), config.load(name)) for name in wave]
            pipeline.add_wave([(stage, one, build_platform(stage, one).compute.api_url) for stage, one in stages])
        pipeline.build(built.monitoring.routes.topics)
        declare_policy([*replicas.values(), pipeline], environment)


def _replicas(host: Environment, delivered: Sequence[Environment]) -> dict[str, str]:
    """Return the stack that holds the pipeline's artifacts in each other region that it deploys in."""
    regions = {region for environment in (host, *delivered) for region in environment.regions}
    others = sorted(regions - {host.region, host.recovery_region})
    return {host.recovery_region: "PipelineReplica"} | {
        region: f"PipelineReplica{region.title().replace('-', '')}" for region in others
    }


class Platform(NamedTuple):
    """What the pipeline needs of an environment."""

    security: SecurityStack
    compute: ComputeStack
    monitoring: MonitoringStack


def build_platform(scope: Construct, environment: Environment) -> Platform:
    """Build `environment` under `scope`: an App, or a pipeline's Stage. Logical ids are the same under both."""
    boundary = BoundaryStack(scope, "Boundary", environment=environment)

    recovery = RecoveryStack(scope, "Recovery", environment=environment)
    recovery.add_stack_dependency(boundary)

    security = SecurityStack(scope, "Security", environment=environment, trail_replica=recovery.trail_replica)
    security.add_stack_dependency(recovery)

    network = NetworkStack(
        scope,
        "Network",
        environment=environment,
        data_key=security.data_key,
        log_archive=security.log_archive,
        logs_key=security.logs_key,
    )

    data = DataStack(
        scope,
        "Data",
        environment=environment,
        access_log_bucket=security.access_log_bucket,
        administrators=network.remote_access.administrators,
        copies=recovery.replicas,
        copies_key=recovery.data_key,
        data_key=security.data_key,
        logs_key=security.logs_key,
        network=network.network,
    )

    compute = ComputeStack(
        scope,
        "Compute",
        environment=environment,
        access_log_bucket=security.access_log_bucket,
        data_key=security.data_key,
        logs_key=security.logs_key,
        network=network.network,
        tables=data.tables,
        users=data.users,
        web_acl=security.web_acl,
    )

    stores = Stores(
        buckets=data.buckets,
        caches=data.caches,
        databases=data.databases,
        images=data.image_repositories,
        proxies=data.proxies,
        tables=data.tables,
    )
    messaging = None
    if environment.compute.messages.queues:
        messaging = MessagingStack(
            scope,
            "Messaging",
            environment=environment,
            data_key=security.data_key,
            logs_key=security.logs_key,
            network=network.network,
            stores=stores,
        )

    containers = None
    if network.namespace and environment.compute.containers.services:
        containers = ContainersStack(
            scope,
            "Containers",
            environment=environment,
            access_log_bucket=security.access_log_bucket,
            data_key=security.data_key,
            logs_key=security.logs_key,
            namespace=network.namespace,
            network=network.network,
            web_acl=security.web_acl,
        )

    site = None
    if environment.edge.enabled:
        edge = EdgeStack(
            scope,
            "Edge",
            environment=environment,
            api=compute.todo_api,
            balancer=containers.balancer if containers else None,
            sign_in_url=data.users.login_url if data.users else None,
        )
        site = SiteStack(
            scope,
            "Site",
            environment=environment,
            bucket_key=edge.key,
            bucket_name=edge.site_bucket_name,
            bucket_region=edge.region,
            data_key=security.data_key,
            front=edge.front,
            logs_key=security.logs_key,
            users=data.users,
        )
        site.add_stack_dependency(edge)

    web_socket = None
    if socket := environment.compute.web_socket:
        web_socket = WebSocketStack(
            scope,
            "WebSocket",
            environment=environment,
            settings=socket,
            data_key=security.data_key,
            logs_key=security.logs_key,
            tables=data.tables,
        )

        web_socket.add_stack_dependency(compute)  # whose role lets API Gateway write logs

    jobs = None
    if environment.compute.batch.jobs:
        jobs = BatchStack(
            scope,
            "Batch",
            environment=environment,
            buckets=data.buckets,
            images=data.image_repositories,
            logs_key=security.logs_key,
            network=network.network,
        )

    if load_test := environment.compute.load_test:
        LoadTestStack(
            scope,
            "LoadTest",
            environment=environment,
            settings=load_test,
            access_log_bucket=security.access_log_bucket,
            data_key=security.data_key,
            logs_key=security.logs_key,
            network=network.network,
        )

    backup = BackupStack(
        scope,
        "Backup",
        environment=environment,
        access_log_bucket=security.access_log_bucket,
        backup_key=security.backup_key,
        backup_tag=BACKUP_TAG,
        buckets=data.buckets,
        canary_writers=data.functions,
        data_key=security.data_key,
        databases=data.databases,
        document_databases=data.document_databases,
        file_systems=data.file_systems,
        logs_key=security.logs_key,
        network=network.network,
        recovery_vault_arn=recovery.vault_arn,
        tables=data.tables,
    )

    monitoring = MonitoringStack(
        scope,
        "Monitoring",
        environment=environment,
        api=compute.todo_api,
        api_canary=compute.canary,
        api_certificate_arn=compute.certificate_arn,
        backup_vault=backup.vault,
        jobs=jobs.queue_arn if jobs else None,
        web_socket=web_socket.api_id if web_socket else None,
        queues=messaging.queues if messaging else {},
        dead_letters=messaging.dead_letters if messaging else {},
        balancer=containers.balancer if containers else None,
        buckets=data.buckets,
        backup_tag=BACKUP_TAG,
        caches=data.caches,
        databases=data.databases,
        document_databases=data.document_databases,
        file_systems=data.file_systems,
        image_repositories=data.image_repositories,
        nat_gateways=network.network.nat_gateway_ids,
        proxies=data.proxies,
        functions={
            **network.remote_access.functions,
            **data.functions,
            **compute.functions,
            **(site.functions if site else {}),
            **(messaging.functions if messaging else {}),
            **(web_socket.functions if web_socket else {}),
            **(containers.functions if containers else {}),
            **backup.functions,
        },
        remote_access=network.remote_access,
        logs_key=security.logs_key,
        restore_tests=backup.restore_tests,
        tables=data.tables,
        rotation=security.rotation,
        trail=security.trail,
        users=data.users,
        trail_archive=security.log_archive,
        trail_replica=recovery.trail_replica,
        web_acl=security.web_acl,
    )

    if containers:
        for number, services in services_by_stack(environment.compute.containers.services).items():
            ServicesStack(
                scope,
                f"Services{number}",
                environment=environment,
                services=services,
                cluster=containers.cluster,
                balancer=containers.balancer,
                shifting_rules=containers.shifting_rules,
                shifting_role=containers.shifting_role,
                groups=containers.groups,
                secrets={name: rotated.secret for name, rotated in security.secrets.items()} | containers.secrets,
                settings=security.settings,
                stores=stores,
                queues=messaging.queues if messaging else {},
                bus=messaging.bus if messaging else None,
                network=network.network,
                logs_key=security.logs_key,
                alarm_topics=monitoring.topic_arns,
            )
    declare_policy(scope.node.children, environment)
    return Platform(security, compute, monitoring)
