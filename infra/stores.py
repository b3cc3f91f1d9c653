"""Databases, caches, files and images of the data stack: the configuration of each, as values for its construct."""

from dataclasses import dataclass
from hashlib import sha256

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_

from config.sections.caches import Cache
from config.sections.databases import MASTER_USER, Database
from config.sections.documents import DocumentDatabase
from config.sections.files import FileSystem
from config.sections.images import ImageRepository as ImageRepositorySettings
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.database_bootstrap import DatabaseBootstrap
from constructs_lib.database_proxy import DatabaseProxy
from constructs_lib.document_cluster import DocumentCluster
from constructs_lib.image_repository import ImageRepository
from constructs_lib.node_cache import NodeCache
from constructs_lib.serverless_cache import ServerlessCache
from constructs_lib.shared_file_system import Door, SharedFileSystem
from constructs_lib.tiered_vpc import TieredVpc
from services.bundles import bundle_path


@dataclass(frozen=True, kw_only=True)
class Stores:
    """Makes databases, caches, file systems and repositories of `stack`, in the isolated tier of `network`."""

    stack: cdk.Stack
    network: TieredVpc
    data_key: kms.IKey
    logs_key: kms.IKey
    retain_data: bool

    @property
    def _vpc(self) -> ec2.IVpc:
        return self.network.vpc

    def _name(self, resource_id: str) -> str:
        return f"{self.stack.stack_name}-{resource_id}".lower()

    def cluster(self, database: Database, *, served_from: str | None) -> AuroraCluster:
        """Make an Aurora cluster."""
        return AuroraCluster(
            self.stack,
            database.id,
            name=self._name(database.id),
            engine=database.engine,
            version=database.version,
            from_snapshot=database.from_snapshot,
            served_from=served_from,
            blue_green=database.blue_green,
            database_name=database.name,
            master_user=MASTER_USER,
            port=database.port,
            min_acu=database.min_acu,
            max_acu=database.max_acu,
            pause_after=cdk.Duration.minutes(database.pause_after_minutes),
            readers=database.readers,
            backup_days=database.backup_days,
            insights=database.insights,
            monitoring_seconds=database.monitoring_seconds,
            log_retention_days=database.log_retention_days,
            log_key=self.logs_key,
            encryption_key=self.data_key,
            retain_data=self.retain_data,
            vpc=self._vpc,
            subnets=self.network.isolated_subnets,
        )

    def bootstrap(self, database: Database, cluster: AuroraCluster, *, log_retention_days: int) -> DatabaseBootstrap:
        """Prepare `cluster` for the application."""
        bundle = bundle_path("database_bootstrap")
        return DatabaseBootstrap(
            self.stack,
            f"{database.id}Bootstrap",
            database=cluster,
            application_user=database.users.application,
            migrations_user=database.users.migrations,
            extensions=database.extensions,
            code=lambda_.Code.from_asset(str(bundle)),
            handler="database_bootstrap.handler.handler",
            release=sha256(bundle.read_bytes()).hexdigest(),
            vpc=self._vpc,
            subnets=self.network.private_subnets,
            encryption_key=self.data_key,
            log_key=self.logs_key,
            log_retention_days=log_retention_days,
        )

    def proxy(self, database: Database, cluster: AuroraCluster) -> DatabaseProxy:
        """Pool connections to `cluster` for the application's user."""
        return DatabaseProxy(
            self.stack,
            f"{database.id}Proxy",
            name=self._name(database.id),
            database=cluster,
            user=database.users.application,
            vpc=self._vpc,
            subnets=self.network.isolated_subnets,
            log_key=self.logs_key,
            log_retention_days=database.log_retention_days,
        )

    def documents(self, database: DocumentDatabase) -> DocumentCluster:
        """Make a DocumentDB cluster."""
        return DocumentCluster(
            self.stack,
            database.id,
            name=self._name(database.id),
            version=database.version,
            from_snapshot=database.from_snapshot,
            master_user=MASTER_USER,
            instance_class=database.instance_class,
            readers=database.readers,
            port=database.port,
            backup_days=database.backup_days,
            log_retention_days=database.log_retention_days,
            log_key=self.logs_key,
            encryption_key=self.data_key,
            retain_data=self.retain_data,
            vpc=self._vpc,
            subnets=self.network.isolated_subnets,
        )

    def cache(self, cache: Cache) -> NodeCache | ServerlessCache:
        """Make a cache: of nodes, or serverless."""
        if cache.nodes is None:
            return ServerlessCache(
                self.stack,
                cache.id,
                name=self._name(cache.id),
                engine=cache.engine,
                version=cache.version,
                most_data_gb=cache.limits.data_gb,
                most_ecpus_per_second=cache.limits.ecpus_per_second,
                snapshot_days=cache.snapshot_days,
                encryption_key=self.data_key,
                retain_data=self.retain_data,
                vpc=self._vpc,
                subnets=self.network.isolated_subnets,
            )
        return NodeCache(
            self.stack,
            cache.id,
            name=self._name(cache.id),
            engine=cache.engine,
            version=cache.version,
            node_type=cache.nodes.type,
            replicas=cache.nodes.replicas,
            port=cache.nodes.port,
            snapshot_days=cache.snapshot_days,
            log_retention_days=cache.log_retention_days,
            log_key=self.logs_key,
            encryption_key=self.data_key,
            retain_data=self.retain_data,
            vpc=self._vpc,
            subnets=self.network.isolated_subnets,
        )

    def file_system(self, files: FileSystem) -> SharedFileSystem:
        """Make a file system."""
        return SharedFileSystem(
            self.stack,
            files.id,
            name=self._name(files.id),
            doors={
                door.id: Door(path=door.path, uid=door.uid, gid=door.gid, permissions=door.permissions)
                for door in files.doors
            },
            cold_after_days=files.cold_after_days,
            archive_after_days=files.archive_after_days,
            encryption_key=self.data_key,
            retain_data=self.retain_data,
            vpc=self._vpc,
            subnets=self.network.isolated_subnets,
        )

    def image_repository(self, images: ImageRepositorySettings) -> ImageRepository:
        """Make a repository of container images."""
        return ImageRepository(
            self.stack,
            images.id,
            name=f"{self.stack.stack_name}/{images.id}".lower(),
            kept_images=images.kept_images,
            untagged_days=images.untagged_days,
            encryption_key=self.data_key,
            retain_data=self.retain_data,
        )
