"""A custom resource that prepares a new database: extensions, a schema, and users who sign in with IAM."""

from collections.abc import Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.secure_function import SecureFunction

TIMEOUT_SECONDS = 300
"""A new cluster's name is known, and a paused one awake, within a minute."""


class DatabaseBootstrap(Construct):
    """Runs `code` when the cluster is made, and again when `release`, a name or the list of extensions changes.

    It only ever adds: a user or an extension that leaves the list stays in the database (docs/database.md). The
    function alone reads the master user's password.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        database: AuroraCluster,
        application_user: str,
        migrations_user: str,
        extensions: Sequence[str],
        code: lambda_.Code,
        handler: str,
        release: str,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        settings = {
            "Engine": database.kind,
            "Host": database.cluster.attr_endpoint_address,
            "Port": str(database.port),
            "SecretArn": database.cluster.attr_master_user_secret_secret_arn,
            "Database": database.database_name,
            "Application": application_user,
            "Migrations": migrations_user,
            "Extensions": [*database.engine.extensions, *extensions],
        }
        self.function = SecureFunction(
            self,
            "Function",
            description=f"Prepares the database {database.name}",
            code=code,
            handler=handler,
            environment={"SETTINGS": cdk.Stack.of(self).to_json_string(settings)},  # for restore tests, which call it
            timeout=cdk.Duration.seconds(TIMEOUT_SECONDS),
            memory_mib=256,
            reserved_concurrency=1,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
            vpc=vpc,
            subnets=subnets,
        )
        database.grant_master(self.function.grantee)
        group = self.function.function.connections.security_groups[0]
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "Secrets Manager, and CloudFormation's answer")
        path = database.allow_from(group, scope=self)
        resource = cdk.CustomResource(
            self,
            "Resource",
            service_token=self.function.function.function_arn,
            resource_type="Custom::DatabaseBootstrap",
            service_timeout=cdk.Duration.seconds(TIMEOUT_SECONDS + 60),
            properties={**settings, "Release": release},
        )
        # Signing in takes an instance, and both ends of the way there.
        resource.node.add_dependency(*database.instances, path, self.function.function)
