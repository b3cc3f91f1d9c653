"""Who reaches a cache: a security group that names its clients, and one user, who signs in with IAM."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_elasticache as elasticache
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib.network_path import NetworkPath

COMMANDS = "on ~* &* +@all -@admin -@dangerous +info"
"""Every key and channel; no command that empties, stops or reconfigures the cache, or lists all keys."""
LONGEST_NAME = 36
"""Characters of a cache's name: ElastiCache takes 40, and a user's has four more."""


class CacheAccess(Construct):
    """The ways into the cache `name`, of `engine` (valkey or redis).

    A user of IAM must be called as its id is. Redis insists on a user named `default`, whom clients without a name
    become: that one is off. Valkey needs none.
    """

    def __init__(self, scope: Construct, construct_id: str, *, name: str, engine: str, vpc: ec2.IVpc) -> None:
        """Raises ValueError for a name that is too long."""
        if len(name) > LONGEST_NAME:
            raise ValueError(f"name must have at most {LONGEST_NAME} characters, got {name}")
        super().__init__(scope, construct_id)
        self._name = name
        self.security_group = ec2.SecurityGroup(
            self, "Group", vpc=vpc, description=f"Cache {name}", allow_all_outbound=False
        )
        self._user = _user(self, "Application", f"{name}-app", engine=engine, kind="iam", access=COMMANDS)
        users = [self._user]
        if engine == "redis":
            nobody = _user(
                self, "Nobody", f"{name}-off", "default", engine=engine, kind="no-password-required", access="off -@all"
            )
            users.append(nobody)
        self.users = elasticache.CfnUserGroup(
            self, "Users", engine=engine, user_group_id=name, user_ids=[user.ref for user in users]
        )

    def allow_from(self, client: ec2.ISecurityGroup, *, scope: Construct, port: int) -> NetworkPath:
        """Open the way from `client` to `port`; the rules stand below `scope`."""
        return NetworkPath(
            scope, f"ToCache{self._name}", client=client, server=self.security_group, port=port, description=self._name
        )

    def grant_connect(self, grantee: iam.IGrantable, *, cache_arn: str) -> iam.Grant:
        """Let `grantee` sign in to the cache as the application's user."""
        return iam.Grant.add_to_principal(
            grantee=grantee, actions=["elasticache:Connect"], resource_arns=[cache_arn, self._user.attr_arn]
        )


def _user(
    scope: Construct, construct_id: str, user_id: str, name: str | None = None, *, engine: str, kind: str, access: str
) -> elasticache.CfnUser:
    return elasticache.CfnUser(
        scope,
        construct_id,
        engine=engine,
        user_id=user_id,
        user_name=name or user_id,
        access_string=access,
        authentication_mode={"Type": kind},  # CDK writes its own class for this in lower case
    )
