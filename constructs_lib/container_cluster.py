"""A cluster for services on Fargate: observed, with an audited way in."""

from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.private_namespace import PrivateNamespace
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.workload_role import WorkloadRole


class ContainerCluster(Construct):
    """The cluster and its capacity providers; its services are found in `namespace`. Its name replaces it."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        namespace: PrivateNamespace,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Make the cluster; what people type into shells is logged, encrypted with `encryption_key` on its way."""
        super().__init__(scope, construct_id)
        self.name = name
        self.encryption_key = encryption_key
        self.shell_logs = SecureLogGroup(
            self, "ShellLogs", encryption_key=log_key, retention_days=log_retention_days
        ).log_group
        self.cluster = ecs.CfnCluster(
            self,
            "Resource",
            cluster_name=name,
            cluster_settings=[{"name": "containerInsights", "value": "enhanced"}],
            configuration={
                "executeCommandConfiguration": {
                    "kmsKeyId": encryption_key.key_arn,
                    "logging": "OVERRIDE",
                    "logConfiguration": {
                        "cloudWatchLogGroupName": self.shell_logs.log_group_name,
                        "cloudWatchEncryptionEnabled": True,
                    },
                }
            },
        )
        self.capacity = ecs.CfnClusterCapacityProviderAssociations(
            self,
            "Capacity",
            cluster=self.cluster.ref,
            capacity_providers=["FARGATE", "FARGATE_SPOT"],
            default_capacity_provider_strategy=[{"capacityProvider": "FARGATE", "weight": 1}],
        )
        self.namespace = namespace

    def grant_shell(self, role: WorkloadRole) -> None:
        """Let people open a shell in the tasks of `role`."""
        role.allow(
            "ssmmessages:CreateControlChannel",
            "ssmmessages:CreateDataChannel",
            "ssmmessages:OpenControlChannel",
            "ssmmessages:OpenDataChannel",
            "logs:DescribeLogGroups",
            on=["*"],
        )
        role.allow(
            "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents", on=[self.shell_logs.log_group_arn]
        )
        role.allow("kms:Decrypt", on=[self.encryption_key.key_arn])
        acknowledge(
            role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="The channels of Session Manager and the list of log groups have no resource-level permissions.",
        )
