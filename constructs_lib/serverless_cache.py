"""A cache that grows by itself: TLS only, in several zones, for users who sign in with IAM."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.cache_access import CacheAccess
from constructs_lib.network_path import NetworkPath

PORT = 6379
"""The one that ElastiCache gives every serverless cache."""


class ServerlessCache(Construct):
    """A serverless cache, which stops growing at `most_data_gb` (GB) and `most_ecpus_per_second`.

    Changing `name`, `subnets` or `encryption_key` replaces it, and fails before it does: a name is taken once
    (docs/runbooks/immutable-changes.md). CloudFormation cannot leave a snapshot of this type: where data is retained, a
    cache that leaves the stack stays, and one that somebody deletes leaves its final snapshot.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        engine: str,
        version: str,
        most_data_gb: int,
        most_ecpus_per_second: int,
        snapshot_days: int,
        retain_data: bool,
        vpc: ec2.IVpc,
        subnets: ec2.SubnetSelection,
        encryption_key: kms.IKey,
    ) -> None:
        """Make the cache; of `version`, ElastiCache chooses the minor one."""
        super().__init__(scope, construct_id)
        self.name, self.port = name, PORT
        self.most_data_gb = most_data_gb
        self._access = CacheAccess(self, "Access", name=name, engine=engine, vpc=vpc)
        limits = elasticache.CfnServerlessCache
        self.cache = elasticache.CfnServerlessCache(
            self,
            "Resource",
            serverless_cache_name=name,
            engine=engine,
            major_engine_version=version.partition(".")[0],
            cache_usage_limits=limits.CacheUsageLimitsProperty(
                data_storage=limits.DataStorageProperty(unit="GB", maximum=most_data_gb),
                ecpu_per_second=limits.ECPUPerSecondProperty(maximum=most_ecpus_per_second),
            ),
            kms_key_id=encryption_key.key_arn,
            security_group_ids=[self._access.security_group.security_group_id],
            subnet_ids=vpc.select_subnets(subnet_group_name=subnets.subnet_group_name).subnet_ids,
            user_group_id=self._access.users.ref,
            snapshot_retention_limit=snapshot_days,
            final_snapshot_name=f"{name}-final" if retain_data else None,
        )
        self.cache.apply_removal_policy(cdk.RemovalPolicy.RETAIN if retain_data else cdk.RemovalPolicy.DESTROY)
        self.endpoint = self.cache.attr_endpoint_address

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct) -> NetworkPath:
        """Open the way from `client`, whose construct or stack is `scope`."""
        return self._access.allow_from(client, scope=scope, port=self.port)

    def grant_connect(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let `grantee` sign in, with a token of IAM in place of a password."""
        return self._access.grant_connect(grantee, cache_arn=self.cache.attr_arn)
