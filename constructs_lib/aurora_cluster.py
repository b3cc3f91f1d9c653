"""An Aurora Serverless v2 cluster: TLS and IAM sign-in only, audited, restorable to any second."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, in_packs
from constructs_lib.aurora_engine import ENGINES
from constructs_lib.aurora_instances import make_instances
from constructs_lib.network_path import NetworkPath
from constructs_lib.secure_log_group import SecureLogGroup

INSIGHTS_DAYS = {"standard": 7, "advanced": 465}
"""Days that Database Insights keeps the load by query: advanced takes no other number, standard's are free."""
MOST_READERS = 15


class AuroraCluster(Construct):
    """A writer, `readers` beside it, and everything they need.

    The cluster's name is fixed, so that a restored copy can take its place by renaming, and so that a change that
    would replace the cluster (of `name`, `database_name`, `subnets`, `encryption_key`, `from_snapshot`) fails before it
    loses anything; docs/runbooks/immutable-changes.md says how each is changed. RDS makes the master user's password,
    keeps it in Secrets Manager and rotates it every seven days; nobody needs it but the bootstrap.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        engine: str,
        version: str,
        database_name: str,
        master_user: str,
        min_acu: float,
        max_acu: float,
        readers: int,
        backup_days: int,
        retain_data: bool,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
        port: int | None = None,
        blue_green: bool = False,
        from_snapshot: str | None = None,
        served_from: str | None = None,
        pause_after: cdk.Duration | None = None,
        insights: str = "standard",
        monitoring_seconds: int = 60,
    ) -> None:
        """Make the cluster; `engine` is postgresql or mysql, `pause_after` counts where `min_acu` is 0.

        `from_snapshot` (a name or ARN) fills the new cluster; it keeps its database and its master user, and must be
        given as long as the cluster lives. `served_from` names the restored copy that took this cluster's name: the
        change of a tag has CloudFormation read its id and its secret anew, which grants and bootstrap go by.

        Raises:
            ValueError: a capacity or a number of readers that Aurora does not take.
        """
        _check(engine=engine, min_acu=min_acu, max_acu=max_acu, readers=readers)
        super().__init__(scope, construct_id)
        self.kind, self.engine = engine, ENGINES[engine]
        self.name, self.database_name, self.has_readers = name, database_name, readers > 0
        self.encryption_key = encryption_key
        self.port = port or self.engine.port
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description=f"Database {name}", allow_all_outbound=False
        )
        self.cluster = rds.CfnDBCluster(
            self,
            "Resource",
            db_cluster_identifier=name,
            engine=self.engine.name,
            engine_version=version,
            database_name=None if from_snapshot else database_name,
            snapshot_identifier=from_snapshot,
            port=self.port,
            serverless_v2_scaling_configuration=rds.CfnDBCluster.ServerlessV2ScalingConfigurationProperty(
                min_capacity=min_acu,
                max_capacity=max_acu,
                seconds_until_auto_pause=pause_after.to_seconds() if pause_after and not min_acu else None,
            ),
            db_subnet_group_name=rds.CfnDBSubnetGroup(
                self,
                "Subnets",
                db_subnet_group_description=f"Database {name}",
                subnet_ids=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids,
            ).ref,
            vpc_security_group_ids=[self.security_group.security_group_id],
            db_cluster_parameter_group_name=rds.CfnDBClusterParameterGroup(
                self,
                "Parameters",
                description=f"TLS and audit of {name}",
                family=self.engine.family(version),
                parameters={**self.engine.parameters, **(self.engine.replication if blue_green else {})},
            ).ref,
            master_username=None if from_snapshot else master_user,
            manage_master_user_password=True,
            master_user_secret=rds.CfnDBCluster.MasterUserSecretProperty(kms_key_id=encryption_key.key_arn),
            enable_iam_database_authentication=True,
            storage_encrypted=True,
            kms_key_id=encryption_key.key_arn,
            backup_retention_period=backup_days,
            copy_tags_to_snapshot=True,
            tags=[cdk.CfnTag(key="served-from", value=served_from)] if served_from else None,
            delete_automated_backups=not retain_data,
            deletion_protection=retain_data,
            enable_cloudwatch_logs_exports=list(self.engine.logs),
            database_insights_mode=insights,
            performance_insights_enabled=True,
            performance_insights_kms_key_id=encryption_key.key_arn,
            performance_insights_retention_period=INSIGHTS_DAYS[insights],
        )
        self.cluster.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT if retain_data else cdk.RemovalPolicy.DESTROY)
        if engine == "mysql":
            acknowledge(
                self.cluster,
                ["AwsSolutions-RDS14"],
                reason="A restore to any second makes a cluster beside this one, to be compared first; backtracking "
                "rewinds what is in use, and rules out the binary log that blue/green upgrades copy by.",
            )
        if not retain_data:
            acknowledge(
                self.cluster,
                [
                    "AwsSolutions-RDS10",
                    *in_packs("RDSInstanceDeletionProtectionEnabled", ("NIST.800.53.R5", "HIPAA.Security")),
                ],
                reason="Its data is not meant to outlive the stack: destroying the environment removes all of it.",
            )
        for log in self.engine.logs:  # before RDS makes them, without retention and key
            group = SecureLogGroup(
                self,
                f"{log.title().replace('-', '')}Log",
                encryption_key=log_key,
                retention_days=log_retention_days,
                log_group_name=f"/aws/rds/cluster/{name}/{log}",
            )
            self.cluster.node.add_dependency(group)
        self.instances = make_instances(
            self,
            cluster=self.cluster.ref,
            engine=self.engine.name,
            readers=readers,
            monitoring_seconds=monitoring_seconds,
        )

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return NetworkPath(
            scope, f"To{self.node.id}", client=client, server=self.security_group, port=self.port, description=self.name
        )

    def grant_connect(self, grantee: iam.IGrantable, *, user: str) -> iam.Grant:
        """Let `grantee` sign in as the database's user `user`, with a token of IAM in place of a password."""
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["rds-db:connect"],
            resource_arns=[
                cdk.Stack.of(self).format_arn(
                    service="rds-db",
                    resource="dbuser",
                    resource_name=f"{self.cluster.attr_db_cluster_resource_id}/{user}",
                    arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
                )
            ],
        )

    def grant_master(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` read the master user's password: for what prepares and repairs the database, not for work."""
        self.encryption_key.grant_decrypt(grantee)
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["secretsmanager:GetSecretValue"],
            resource_arns=[self.cluster.attr_master_user_secret_secret_arn],
        )


def _check(*, engine: str, min_acu: float, max_acu: float, readers: int) -> None:
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {engine}")
    if not 0 <= min_acu <= max_acu <= 256 or max_acu < 1 or (min_acu * 2) % 1 or (max_acu * 2) % 1:  # noqa: PLR2004
        rule = "min_acu and max_acu must be steps of 0.5 with 0 <= min_acu <= max_acu, and 1 <= max_acu <= 256"
        raise ValueError(f"{rule}, got {min_acu} and {max_acu}")
    if not 0 <= readers <= MOST_READERS:
        raise ValueError(f"readers must be 0-{MOST_READERS}, got {readers}")
