"""A DocumentDB cluster: TLS only, audited, restorable to any second."""

import aws_cdk as cdk
from aws_cdk import aws_docdb as docdb
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.network_path import NetworkPath
from constructs_lib.secure_log_group import SecureLogGroup

AUTHORITY = "rds-ca-rsa2048-g1"
"""Who signs the servers' certificates."""
LOGS = ("audit", "profiler")
MOST_READERS = 15
PARAMETERS = {
    "tls": "enabled",
    "audit_logs": "ddl",
    "profiler": "enabled",
    "profiler_threshold_ms": "1000",
}


class DocumentCluster(Construct):
    """A writer of `instance_class`, `readers` beside it, and everything they need.

    The cluster's name is fixed, so that a change which would replace it (of `name`, `subnets`, `encryption_key`,
    `from_snapshot`) fails before it loses anything; docs/runbooks/immutable-changes.md says how each is changed, and
    docs/database.md how its users, who sign in with IAM, are made. DocumentDB makes the master user's password, keeps
    it in Secrets Manager and rotates it; CloudFormation tells nobody where.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        version: str,
        master_user: str,
        instance_class: str,
        readers: int,
        port: int,
        backup_days: int,
        retain_data: bool,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
        from_snapshot: str | None = None,
    ) -> None:
        """Make the cluster, filled from `from_snapshot` (a name or ARN), which it is then given as long as it lives.

        Raises:
            ValueError: a number of readers that DocumentDB does not take.
        """
        if not 0 <= readers <= MOST_READERS:
            raise ValueError(f"readers must be 0-{MOST_READERS}, got {readers}")
        super().__init__(scope, construct_id)
        self.name, self.port = name, port
        self.security_group = ec2.SecurityGroup(
            self, "Access", vpc=vpc, description=f"Documents {name}", allow_all_outbound=False
        )
        self.cluster = docdb.CfnDBCluster(
            self,
            "Resource",
            db_cluster_identifier=name,
            engine_version=version,
            port=port,
            db_subnet_group_name=docdb.CfnDBSubnetGroup(
                self,
                "Subnets",
                db_subnet_group_description=f"Documents {name}",
                subnet_ids=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids,
            ).ref,
            vpc_security_group_ids=[self.security_group.security_group_id],
            db_cluster_parameter_group_name=docdb.CfnDBClusterParameterGroup(
                self,
                "Parameters",
                description=f"TLS and audit of {name}",
                family=f"docdb{version.rpartition('.')[0]}",
                parameters=PARAMETERS,
            ).ref,
            snapshot_identifier=from_snapshot,
            master_username=None if from_snapshot else master_user,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=encryption_key.key_arn,
            storage_encrypted=True,
            kms_key_id=encryption_key.key_arn,
            backup_retention_period=backup_days,
            copy_tags_to_snapshot=True,
            deletion_protection=retain_data,
            enable_cloudwatch_logs_exports=list(LOGS),
        )
        self.cluster.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT if retain_data else cdk.RemovalPolicy.DESTROY)
        acknowledge(
            self.cluster,
            ["AwsSolutions-DOC3", *(f"AwsSolutions-DOC5[LogExport::{kind}]" for kind in MONGO_EVENTS)],
            reason="DocumentDB keeps the password in Secrets Manager itself; its audit log has sign-ins, indexes and "
            "dropped collections, under the one name, audit, that the service takes.",
        )
        for log in LOGS:  # before DocumentDB makes them, without retention and key
            group = SecureLogGroup(
                self,
                f"{log.title()}Log",
                encryption_key=log_key,
                retention_days=log_retention_days,
                log_group_name=f"/aws/docdb/{name}/{log}",
            )
            self.cluster.node.add_dependency(group)
        self.instances = self._instances(instance_class, readers)

    def _instances(self, instance_class: str, readers: int) -> list[docdb.CfnDBInstance]:
        instances = [
            docdb.CfnDBInstance(
                self,
                f"Reader{number}" if number else "Writer",
                db_cluster_identifier=self.cluster.ref,
                db_instance_class=instance_class,
                auto_minor_version_upgrade=True,
                ca_certificate_identifier=AUTHORITY,
            )
            for number in range(readers + 1)
        ]
        for instance, before in zip(instances[1:], instances, strict=False):
            instance.add_resource_dependency(before)  # the first one made is the writer
        return instances

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return NetworkPath(
            scope, f"To{self.node.id}", client=client, server=self.security_group, port=self.port, description=self.name
        )


MONGO_EVENTS = ("authenticate", "createIndex", "dropCollection")
"""Events that cdk-nag looks for as names of logs."""
