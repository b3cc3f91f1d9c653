"""A cache of nodes: TLS only, with replicas in other zones, for users who sign in with IAM."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.cache_access import CacheAccess
from constructs_lib.network_path import NetworkPath
from constructs_lib.secure_log_group import SecureLogGroup

LOGS = ("slow-log", "engine-log")


class NodeCache(Construct):
    """A primary node and `replicas`, one of which takes its place when it fails.

    Changing `name`, `port`, `subnets` or `encryption_key` replaces it, and fails before it does: a name is taken once
    (docs/runbooks/immutable-changes.md). Where data is retained, a cache that leaves the stack leaves a snapshot.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        engine: str,
        version: str,
        node_type: str,
        replicas: int,
        port: int,
        snapshot_days: int,
        retain_data: bool,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.name, self.port = name, port
        self._access = CacheAccess(self, "Access", name=name, engine=engine, vpc=vpc)
        self.cache = elasticache.CfnReplicationGroup(
            self,
            "Resource",
            replication_group_id=name,
            replication_group_description=f"Cache {name}",
            engine=engine,
            engine_version=version,
            cache_node_type=node_type,
            num_cache_clusters=1 + replicas,
            automatic_failover_enabled=replicas > 0,
            multi_az_enabled=replicas > 0,
            auto_minor_version_upgrade=True,
            port=port,
            at_rest_encryption_enabled=True,
            kms_key_id=encryption_key.key_arn,
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            user_group_ids=[self._access.users.ref],
            security_group_ids=[self._access.security_group.security_group_id],
            cache_subnet_group_name=elasticache.CfnSubnetGroup(
                self,
                "Subnets",
                description=f"Cache {name}",
                subnet_ids=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids,
            ).ref,
            snapshot_retention_limit=snapshot_days,
            log_delivery_configurations=[
                self._log(kind, log_key=log_key, retention_days=log_retention_days) for kind in LOGS
            ],
        )
        self.cache.apply_removal_policy(cdk.RemovalPolicy.SNAPSHOT if retain_data else cdk.RemovalPolicy.DESTROY)
        acknowledge(
            self.cache,
            ["AwsSolutions-AEC6"],
            reason="Its users sign in with IAM, whose tokens last 15 minutes; a password for all would be weaker.",
        )
        self.endpoint = self.cache.attr_primary_end_point_address
        self.node_names = [f"{self.cache.ref}-{number:03}" for number in range(1, replicas + 2)]

    def _log(
        self, kind: str, *, log_key: kms.IKey, retention_days: int
    ) -> elasticache.CfnReplicationGroup.LogDeliveryConfigurationRequestProperty:
        group = SecureLogGroup(
            self,
            kind.title().replace("-", ""),
            encryption_key=log_key,
            retention_days=retention_days,
            log_group_name=f"/aws/vendedlogs/elasticache/{self.name}/{kind}",
        ).log_group
        parts = elasticache.CfnReplicationGroup
        return parts.LogDeliveryConfigurationRequestProperty(
            destination_type="cloudwatch-logs",
            destination_details=parts.DestinationDetailsProperty(
                cloud_watch_logs_details=parts.CloudWatchLogsDestinationDetailsProperty(log_group=group.log_group_name)
            ),
            log_format="json",
            log_type=kind,
        )

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return self._access.allow_from(client, scope=scope, port=self.port)

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` sign in, with a token of IAM in place of a password."""
        arn = cdk.Stack.of(self).format_arn(
            service="elasticache",
            resource="replicationgroup",
            resource_name=self.cache.ref,
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )
        return self._access.grant_connect(grantee, cache_arn=arn)
