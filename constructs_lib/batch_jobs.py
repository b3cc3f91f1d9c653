"""Jobs on Fargate: a queue over capacity that costs nothing while it is idle, and kinds of jobs that may be retried."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_batch as batch
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.container_task import allow_pull
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.workload_role import WorkloadRole

HOPELESS = "2"
"""The exit code by which a job says that trying again is no use."""
CPU_UNITS_PER_VCPU = 1024


class BatchJobs(Construct):
    """The queue and its capacity on Fargate Spot, or on Fargate. `add` makes a kind of job."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        spot: bool,
        max_vcpus: int,
        vpc: ec2.IVpc,
        subnet_ids: Sequence[str],
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self._name = name
        self._logs = SecureLogGroup(self, "Logs", encryption_key=log_key, retention_days=log_retention_days).log_group
        group = ec2.SecurityGroup(self, "Access", vpc=vpc, description=f"Jobs of {name}", allow_all_outbound=False)
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(443), "AWS APIs, through endpoints or the egress")
        capacity = batch.CfnComputeEnvironment(
            self,
            "Capacity",
            type="MANAGED",
            compute_resources={
                "type": "FARGATE_SPOT" if spot else "FARGATE",
                "maxvCpus": max_vcpus,
                "securityGroupIds": [group.security_group_id],
                "subnets": list(subnet_ids),
            },
        )
        self.queue = batch.CfnJobQueue(
            self,
            "Resource",
            job_queue_name=name,
            priority=1,
            compute_environment_order=[{"order": 1, "computeEnvironment": capacity.ref}],
        )

    def add(
        self,
        construct_id: str,
        *,
        image: str,
        command: Sequence[str],
        size: tuple[int, int],
        attempts: int,
        timeout: cdk.Duration,
        environment: Mapping[str, str],
        arm: bool,
    ) -> WorkloadRole:
        """Make a kind of job of `size` (CPU units and MiB); return its role, to which permissions go."""
        role = WorkloadRole(self, f"{construct_id}Role", service="ecs-tasks", description=f"What {construct_id} may do")
        starter = WorkloadRole(
            self, f"{construct_id}Starter", service="ecs-tasks", description=f"What starts {construct_id}"
        )
        for each in (role, starter):
            self._logs.grant_write(each.policy)
        allow_pull(starter, image)
        definition = batch.CfnJobDefinition(
            self,
            construct_id,
            type="container",
            job_definition_name=f"{self._name}-{construct_id}",
            platform_capabilities=["FARGATE"],
            propagate_tags=True,
            timeout={"attemptDurationSeconds": timeout.to_seconds()},
            retry_strategy={
                "attempts": attempts,
                "evaluateOnExit": [
                    {"action": "EXIT", "onExitCode": HOPELESS},
                    {"action": "RETRY", "onReason": "*"},
                ],
            },
            container_properties={
                "image": image,
                "command": list(command),
                "jobRoleArn": role.role.role_arn,
                "executionRoleArn": starter.role.role_arn,
                "environment": [{"name": name, "value": environment[name]} for name in sorted(environment)],
                "readonlyRootFilesystem": True,
                "linuxParameters": {"initProcessEnabled": True},
                "networkConfiguration": {"assignPublicIp": "DISABLED"},
                "runtimePlatform": {
                    "cpuArchitecture": "ARM64" if arm else "X86_64",
                    "operatingSystemFamily": "LINUX",
                },
                "resourceRequirements": [
                    {"type": "VCPU", "value": f"{size[0] / CPU_UNITS_PER_VCPU:g}"},
                    {"type": "MEMORY", "value": str(size[1])},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": self._logs.log_group_name,
                        "awslogs-region": cdk.Stack.of(self).region,
                        "awslogs-stream-prefix": construct_id,
                    },
                },
            },
        )
        definition.node.add_dependency(role.policy, starter.policy)
        return role
