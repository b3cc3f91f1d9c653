"""Data: everything stateful that the application owns."""

from hashlib import sha256

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
from constructs import Construct

from config import Environment
from config.sections import data as settings
from config.sections.databases import MASTER_USER
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.database_bootstrap import DatabaseBootstrap
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.table import Index, Key, Table
from constructs_lib.tiered_vpc import TieredVpc
from infra.stack_settings import stack_settings
from services.bundles import bundle_path

BACKUP_TAG = ("backup", "scheduled")
"""What AWS Backup selects by; every resource of this stack carries it."""


class DataStack(cdk.Stack):
    """The tables, buckets and databases of the configuration, by id. An id that leaves the list leaves the stack."""

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
    ) -> None:
        super().__init__(scope, construct_id, **stack_settings(environment, construct_id))
        cdk.Tags.of(self).add(*BACKUP_TAG)
        self.tables = {
            table.id: Table(
                self,
                table.id,
                key=_key(table),
                encryption_key=data_key,
                indexes=[Index(name=index.name, key=_key(index)) for index in table.global_indexes],
                point_in_time_recovery_days=environment.data.point_in_time_recovery_days,
                retain_data=environment.retain_data,
                served_from=environment.data.served_from.get(table.id),
                ttl_attribute=table.ttl_attribute,
            )
            for table in environment.data.tables
        }
        self.buckets = {
            bucket.id: SecureBucket(
                self,
                bucket.id,
                access_log_bucket=access_log_bucket,
                encryption_key=data_key,
                lifecycle_rules=[_tiering(bucket)],
                retain_data=environment.retain_data,
                served_from=environment.data.served_from.get(bucket.id),
            )
            for bucket in environment.data.buckets
        }
        self.databases = {
            database.id: AuroraCluster(
                self,
                database.id,
                name=f"{self.stack_name}-{database.id}".lower(),
                engine=database.engine,
                version=database.version,
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
                log_key=logs_key,
                encryption_key=data_key,
                retain_data=environment.retain_data,
                vpc=network.vpc,
                subnets=network.isolated_subnets,
            )
            for database in environment.data.databases
        }
        bundle = bundle_path("database_bootstrap")
        release = sha256(bundle.read_bytes()).hexdigest()
        self.functions = {
            f"{database.id}Bootstrap": DatabaseBootstrap(
                self,
                f"{database.id}Bootstrap",
                database=self.databases[database.id],
                application_user=database.users.application,
                migrations_user=database.users.migrations,
                extensions=database.extensions,
                code=lambda_.Code.from_asset(str(bundle)),
                handler="database_bootstrap.handler.handler",
                release=release,
                vpc=network.vpc,
                subnets=network.private_subnets,
                encryption_key=data_key,
                log_key=logs_key,
                log_retention_days=environment.compute.log_retention_days,
            ).function
            for database in environment.data.databases
        }


def _key(item: settings.Table | settings.GlobalIndex) -> Key:
    sort = item.sort_key
    return Key(
        partition=(item.partition_key.name, item.partition_key.type),
        sort=(sort.name, sort.type) if sort else None,
    )


def _tiering(bucket: settings.Bucket) -> s3.LifecycleRule:
    return s3.LifecycleRule(
        noncurrent_version_expiration=cdk.Duration.days(bucket.noncurrent_expiry_days),
        transitions=[
            s3.Transition(storage_class=s3.StorageClass.INTELLIGENT_TIERING, transition_after=cdk.Duration.days(0))
        ],
    )
