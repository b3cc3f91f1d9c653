"""What a service may reach, and how it is told where that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from constructs import Construct

from config import Environment
from config.sections.containers import ContainerService as Settings
from config.sections.containers import repository_of
from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.container_task import ContainerTask
from constructs_lib.database_proxy import DatabaseProxy
from constructs_lib.image_repository import ImageRepository
from constructs_lib.node_cache import NodeCache
from constructs_lib.secure_bucket import SecureBucket
from constructs_lib.serverless_cache import ServerlessCache
from constructs_lib.table import Table


def image_of(named: str, repositories: Mapping[str, ImageRepository]) -> str:
    """Return the image that the configuration names: in a registry, or by the id of one of `repositories`."""
    repository = repository_of(named)
    return repositories[repository].image(named[len(repository) + 1 :]) if repository else named


@dataclass(frozen=True, kw_only=True)
class Stores:
    """What holds data, by id."""

    buckets: dict[str, SecureBucket]
    caches: dict[str, NodeCache | ServerlessCache]
    databases: dict[str, AuroraCluster]
    images: dict[str, ImageRepository]
    proxies: dict[str, DatabaseProxy]
    tables: dict[str, Table]

    def told(self, service: Settings, environment: Environment) -> dict[str, str]:
        """Return the variables that tell a process of `service` who it is and where its stores are."""
        told = {"SERVICE_NAME": service.id, "ENVIRONMENT": environment.name}
        if service.port:
            told["PORT"] = str(service.port)
        told |= {f"TABLE_{name.upper()}": self.tables[name].table.table_name for name in service.tables}
        told |= {f"BUCKET_{name.upper()}": self.buckets[name].bucket.bucket_name for name in service.buckets}
        for name in service.caches:
            cache, place = self.caches[name], f"CACHE_{name.upper()}"
            told |= {
                f"{place}_HOST": cache.endpoint,
                f"{place}_PORT": str(cache.port),
                f"{place}_NAME": cache.name,
                f"{place}_USER": f"{cache.name}-app",
            }
        told |= self.database_places(service.databases, environment)
        told |= self._migration_places(service, environment)
        return told | service.environment

    def open_to(
        self,
        service: Settings,
        environment: Environment,
        *,
        task: ContainerTask,
        group: ec2.ISecurityGroup,
        scope: Construct,
    ) -> None:
        """Let the tasks of `service`, which are in `group`, reach its stores; the ways stand below `scope`."""
        for name in service.tables:
            self._open_table(self.tables[name], task)
        for name in service.buckets:
            self.buckets[name].allow_objects(task.role)
        for name in service.caches:
            self.caches[name].grant_connect(task.grantee)
            self.caches[name].allow_from(group, scope=scope)
        self.open_databases(service.databases, environment, grantee=task.grantee, group=group, scope=scope)
        for database in environment.data.databases:
            if database.id in service.migrates:
                cluster = self.databases[database.id]
                cluster.grant_connect(task.grantee, user=database.users.migrations)
                if database.id in self.proxies:
                    cluster.allow_from(group, scope=Construct(scope, "Migrations"))

    def database_places(self, names: Sequence[str], environment: Environment) -> dict[str, str]:
        """Return the variables that say where the databases `names` are, or their proxies, and who signs in."""
        told: dict[str, str] = {}
        for database in environment.data.databases:
            if database.id in names:
                place, proxy = f"DATABASE_{database.id.upper()}", self.proxies.get(database.id)
                host = proxy.endpoint if proxy else self.databases[database.id].cluster.attr_endpoint_address
                told |= {
                    f"{place}_HOST": host,
                    f"{place}_PORT": str(proxy.port if proxy else database.port),
                    f"{place}_NAME": database.name,
                    f"{place}_USER": database.users.application,
                }
        return told

    def _migration_places(self, service: Settings, environment: Environment) -> dict[str, str]:
        told: dict[str, str] = {}
        for database in environment.data.databases:
            if database.id in service.migrates:
                place = f"DATABASE_{database.id.upper()}"
                told |= {
                    f"{place}_MIGRATOR": database.users.migrations,
                    f"{place}_DIRECT_HOST": self.databases[database.id].cluster.attr_endpoint_address,
                    f"{place}_DIRECT_PORT": str(database.port),
                }
        return told

    def open_databases(
        self,
        names: Sequence[str],
        environment: Environment,
        *,
        grantee: iam.IGrantable,
        group: ec2.ISecurityGroup,
        scope: Construct,
    ) -> None:
        """Let `grantee`, which is in `group`, sign in to the databases `names`, or to their proxies."""
        for database in environment.data.databases:
            if database.id in names:
                if proxy := self.proxies.get(database.id):
                    proxy.grant_connect(grantee)
                    proxy.allow_from(group, scope=scope)
                else:
                    cluster = self.databases[database.id]
                    cluster.grant_connect(grantee, user=database.users.application)
                    cluster.allow_from(group, scope=scope)

    def _open_table(self, table: Table, task: ContainerTask) -> None:
        table.grant_read_write(task.grantee)
        home, stack = cdk.Stack.of(table), cdk.Stack.of(task)
        indexes = as_written(stack.resolve(home.export_value(table.table.table_arn)))
        acknowledge(
            task.role.policy,
            [f"AwsSolutions-IAM5[Resource::{indexes}/index/*]"],
            reason="The indexes are those of one table.",
        )
