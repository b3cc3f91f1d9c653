"""A pool of connections in front of an Aurora cluster: TLS only, signed in with IAM on both of its sides."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.aurora_cluster import AuroraCluster
from constructs_lib.network_path import NetworkPath
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.workload_role import WorkloadRole


class DatabaseProxy(Construct):
    """An RDS Proxy: keeps connections to the writer of `database` open, and lends them to clients that come and go.

    It signs in to the cluster as `user`, with IAM as its clients do: there is no password for it to read. It listens
    on the engine's usual port, whichever the cluster's is: RDS Proxy knows no other. It holds no data; changing `name`
    or `subnets` replaces it, the latter under another `name` only.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        database: AuroraCluster,
        user: str,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        log_key: kms.IKey,
        log_retention_days: int,
        most_connections_percent: int = 90,
    ) -> None:
        """Make the proxy; it leaves the cluster 100 - `most_connections_percent` of its connections for others.

        Raises:
            ValueError: a share that RDS Proxy does not take, or that leaves none.
        """
        if not 1 <= most_connections_percent < 100:  # noqa: PLR2004
            raise ValueError(f"most_connections_percent must be 1-99, got {most_connections_percent}")
        super().__init__(scope, construct_id)
        self.name, self.user, self.port = name, user, database.engine.usual_port
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description=f"Proxy {name}", allow_all_outbound=False
        )
        path = database.allow_from(self.security_group, scope=self)
        role = WorkloadRole(self, "Role", service="rds", description=f"Signs in to the database {database.name}")
        database.grant_connect(role.policy, user=user)
        log = SecureLogGroup(
            self,
            "Log",
            encryption_key=log_key,
            retention_days=log_retention_days,
            log_group_name=f"/aws/rds/proxy/{name}",
        )
        self.proxy = rds.CfnDBProxy(
            self,
            "Resource",
            db_proxy_name=name,
            engine_family=database.engine.proxy_family,
            default_auth_scheme="IAM_AUTH",
            require_tls=True,
            role_arn=role.role.role_arn,
            vpc_security_group_ids=[self.security_group.security_group_id],
            vpc_subnet_ids=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids,
        )
        self.proxy.node.add_dependency(log, role.policy)  # before RDS makes the log, without retention and key
        targets = rds.CfnDBProxyTargetGroup(
            self,
            "Targets",
            db_proxy_name=self.proxy.ref,
            target_group_name="default",
            db_cluster_identifiers=[database.cluster.ref],
            connection_pool_configuration_info=rds.CfnDBProxyTargetGroup.ConnectionPoolConfigurationInfoFormatProperty(
                max_connections_percent=most_connections_percent,
                max_idle_connections_percent=most_connections_percent // 2,
            ),
        )
        targets.add_property_deletion_override("Tags")  # which CloudFormation's own rules do not know here
        targets.node.add_dependency(path, *database.instances)
        self.endpoint = self.proxy.attr_endpoint

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return NetworkPath(
            scope, f"To{self.node.id}", client=client, server=self.security_group, port=self.port, description=self.name
        )

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` sign in as `user`, with a token of IAM in place of a password."""
        stack = cdk.Stack.of(self)
        proxy_id = cdk.Fn.select(
            6, cdk.Fn.split(":", self.proxy.attr_db_proxy_arn)
        )  # prx-..., of arn:...:db-proxy:prx-...
        arn = stack.format_arn(
            service="rds-db",
            resource="dbuser",
            resource_name=f"{proxy_id}/{self.user}",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return iam.Grant.add_to_principal(grantee=grantee, actions=["rds-db:connect"], resource_arns=[arn])
