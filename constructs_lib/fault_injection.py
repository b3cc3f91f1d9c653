"""Experiments that break something on purpose, to see that the platform stands it: AWS Fault Injection Service."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import aws_cdk as cdk
from aws_cdk import aws_fis as fis
from aws_cdk import aws_logs as logs
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.workload_role import WorkloadRole


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing to break. Names of actions, targets and parameters are those of the FIS actions reference."""

    says: str
    action: str
    target: str
    resource_type: str
    selection: str = "COUNT(1)"
    parameters: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    target_parameters: Mapping[str, str] = field(default_factory=dict)


def faults(zone: str) -> dict[str, Fault]:
    """Return the experiments by id; `zone` is the availability zone that is lost."""
    ten_minutes = {"duration": "PT10M"}
    return {
        "StopTask": Fault(
            says="A task of a service stops: another one takes over, and no request fails",
            action="aws:ecs:stop-task",
            target="Tasks",
            resource_type="aws:ecs:task",
        ),
        "DatabaseFailover": Fault(
            says="The writer of the database fails: a reader takes over within a minute",
            action="aws:rds:failover-db-cluster",
            target="Clusters",
            resource_type="aws:rds:cluster",
        ),
        "LoseZone": Fault(
            says=f"Zone {zone} is cut off for ten minutes: the others carry on",
            action="aws:network:disrupt-connectivity",
            target="Subnets",
            resource_type="aws:ec2:subnet",
            selection="ALL",
            parameters={**ten_minutes, "scope": "all"},
            filters={"AvailabilityZone": zone},
        ),
        "CacheFailover": Fault(
            says=f"The cache's nodes in zone {zone} lose power for ten minutes: a replica takes over",
            action="aws:elasticache:replicationgroup-interrupt-az-power",
            target="ReplicationGroups",
            resource_type="aws:elasticache:replicationgroup",
            parameters=ten_minutes,
            target_parameters={"availabilityZoneIdentifier": zone},
        ),
    }


class FaultInjection(Construct):
    """Templates of experiments on what carries `tags`, and on nothing else. A person starts one; none runs by itself.

    Each ends at once, and what can be undone is undone, when one of the alarms `stop_on` (ARNs) goes off.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        tags: Mapping[str, str],
        zone: str,
        stop_on: Sequence[str],
        log_group: logs.ILogGroup,
    ) -> None:
        """Make the templates.

        Raises:
            ValueError: no alarm would stop them, or no tag would bound them.
        """
        super().__init__(scope, construct_id)
        if not stop_on or not tags:
            raise ValueError("stop_on and tags must not be empty: an experiment needs a brake and a fence")
        role = WorkloadRole(self, "Role", service="fis", description="Breaks what experiments may break")
        self._allow(role, tags)
        for name, fault in faults(zone).items():
            fis.CfnExperimentTemplate(
                self,
                name,
                description=fault.says,
                role_arn=role.role.role_arn,
                stop_conditions=[{"source": "aws:cloudwatch:alarm", "value": arn} for arn in stop_on],
                targets={
                    fault.target: {
                        "resourceType": fault.resource_type,
                        "resourceTags": dict(tags),
                        "selectionMode": fault.selection,
                        **({"filters": [_filter(*each) for each in fault.filters.items()]} if fault.filters else {}),
                        **({"parameters": dict(fault.target_parameters)} if fault.target_parameters else {}),
                    }
                },
                actions={
                    name: {
                        "actionId": fault.action,
                        "parameters": dict(fault.parameters),
                        "targets": {fault.target: fault.target},
                    }
                },
                log_configuration={
                    "logSchemaVersion": 2,
                    "cloudWatchLogsConfiguration": {"LogGroupArn": log_group.log_group_arn},
                },
                tags={"Name": name},
            ).node.add_dependency(role.policy)

    def _allow(self, role: WorkloadRole, tags: Mapping[str, str]) -> None:
        """Let the experiments do what they are for, to what carries the tags; looking cannot be bounded."""
        stack = cdk.Stack.of(self)
        tagged: dict[str, dict[str, object]] = {
            "StringEquals": {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
        }

        def arn(service: str, resource: str) -> str:
            return f"arn:{stack.partition}:{service}:{stack.region}:{stack.account}:{resource}"

        tasks, clusters = arn("ecs", "task/*"), arn("rds", "cluster:*")
        groups, acls = arn("elasticache", "replicationgroup:*"), arn("ec2", "network-acl/*")
        subnets, networks = arn("ec2", "subnet/*"), arn("ec2", "vpc/*")
        role.allow("ecs:DescribeTasks", "ecs:StopTask", on=[tasks], conditions=tagged)
        role.allow("rds:DescribeDBClusters", "rds:FailoverDBCluster", on=[clusters], conditions=tagged)
        role.allow(
            "elasticache:DescribeReplicationGroups",
            "elasticache:InterruptClusterAzPower",
            on=[groups],
            conditions=tagged,
        )
        role.allow("ec2:CreateNetworkAcl", on=[networks], conditions=tagged)
        role.allow("ec2:ReplaceNetworkAclAssociation", on=[subnets], conditions=tagged)
        # FIS cuts a zone off with network ACLs of its own, which it marks.
        role.allow("ec2:CreateNetworkAcl", on=[acls], conditions=_of_fis("Request"))
        created: dict[str, object] = {"ec2:CreateAction": "CreateNetworkAcl"}
        role.allow(
            "ec2:CreateTags", on=[acls], conditions={"StringEquals": created | _of_fis("Request")["StringEquals"]}
        )
        role.allow(
            "ec2:CreateNetworkAclEntry",
            "ec2:DeleteNetworkAcl",
            "ec2:ReplaceNetworkAclAssociation",
            on=[acls],
            conditions=_of_fis("Resource"),
        )
        role.allow(
            "ec2:DescribeManagedPrefixLists",
            "ec2:DescribeNetworkAcls",
            "ec2:DescribeSubnets",
            "ec2:DescribeVpcs",
            "tag:GetResources",
            on=["*"],
        )
        # The role itself orders the delivery of its log, whichever group that goes to.
        role.allow(
            "logs:CreateLogDelivery",
            "logs:DescribeLogGroups",
            "logs:DescribeResourcePolicies",
            "logs:PutResourcePolicy",
            on=["*"],
        )
        wide = (tasks, clusters, groups, acls, subnets, networks, "*")
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(one))}]" for one in wide],
            reason="What is broken is chosen by tag when an experiment begins, and the conditions hold it to that tag.",
        )


def _of_fis(whose: str) -> dict[str, dict[str, object]]:
    return {"StringEquals": {f"aws:{whose}Tag/managedByFIS": "true"}}


def _filter(path: str, value: str) -> dict[str, object]:
    return {"path": path, "values": [value]}
