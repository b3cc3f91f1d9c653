"""Data: everything stateful that the application owns."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from constructs_lib.bucket_replication import Replica as BucketReplica
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.table import Rate, Replica, Table
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings
from infra.stores import Stores
from infra.tables_and_buckets import index, key, tiering
from infra.users import user_directory

BACKUP_TAG = ("backup", "scheduled")
"""What AWS Backup selects by; every resource of this stack carries it."""


class DataStack(cdk.Stack):
    """The tables, buckets, databases, caches, files and images of the configuration, by id.

    An id that leaves the list leaves the stack.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        environment: Environment,
        data_key: kms.IKey,
        logs_key: kms.IKey,
        network: TieredVpc,
        access_log_bucket: s3.IBucket,
        administrators: Mapping[str, ec2.ISecurityGroup],
        copies: dict[str, BucketReplica],
        copies_key: kms.IKey | None,
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        # CDK's own validation knows no tags of target groups, and a target group is no store.
        cdk.Tags.of(self).add(*BACKUP_TAG, exclude_resource_types=["AWS::RDS::DBProxyTargetGroup"])
        replica = Replica(region=environment.recovery_region, encryption_key=copies_key) if copies_key else None
        self.tables = {
            table.id: Table(
                self,
                table.id,
                contributor_insights=None if table.contributor_insights == "off" else table.contributor_insights,
                key=key(table),
                encryption_key=data_key,
                indexes=[index(item) for item in table.global_indexes],
                maximum=Rate(reads=table.max_reads_per_second, writes=table.max_writes_per_second),
                point_in_time_recovery_days=environment.data.point_in_time_recovery_days,
                replica=replica if table.replicated else None,
                retain_data=environment.retain_data,
                served_from=environment.data.served_from.get(table.id),
                stream=table.stream,
                ttl_attribute=table.ttl_attribute,
                warm=Rate(reads=table.warm_reads_per_second, writes=table.warm_writes_per_second),
            )
            for table in environment.data.tables
        }
        self.buckets = {
            bucket.id: SecureBucket(
                self,
                bucket.id,
                access_log_bucket=access_log_bucket,
                archive_after=cdk.Duration.days(bucket.archive_after_days) if bucket.archive_after_days else None,
                encryption_key=data_key,
                events=bucket.events,
                lifecycle_rules=[tiering(bucket)],
                replicate_to=copies.get(bucket.id),
                retain_data=environment.retain_data,
                served_from=environment.data.served_from.get(bucket.id),
            )
            for bucket in environment.data.buckets
        }
        stores = Stores(
            stack=self, network=network, data_key=data_key, logs_key=logs_key, retain_data=environment.retain_data
        )
        self.databases = {
            database.id: stores.cluster(database, served_from=environment.data.served_from.get(database.id))
            for database in environment.data.databases
        }
        for way, group in administrators.items():
            scope = Construct(self, f"{way}Access")
            for database in self.databases.values():
                database.allow_from(group, scope=scope)
        self.functions = {
            f"{database.id}Bootstrap": stores.bootstrap(
                database, self.databases[database.id], log_retention_days=environment.compute.log_retention_days
            ).function
            for database in environment.data.databases
        }
        self.proxies = {
            database.id: stores.proxy(database, self.databases[database.id])
            for database in environment.data.databases
            if database.proxy
        }
        self.document_databases = {item.id: stores.documents(item) for item in environment.data.document_databases}
        self.caches = {cache.id: stores.cache(cache) for cache in environment.data.caches}
        self.file_systems = {files.id: stores.file_system(files) for files in environment.data.file_systems}
        self.image_repositories = {
            images.id: stores.image_repository(images) for images in environment.data.image_repositories
        }
        self.users = user_directory(self, environment, environment.data.users) if environment.data.users else None
