"""What a service on Fargate runs: its containers, hardened, and the two roles behind them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from constructs_lib.acknowledge import acknowledge
from constructs_lib.container_tracing import VOLUME, instrumentation
from constructs_lib.container_tracing import settings as container_settings
from constructs_lib.plain_setting import PlainSetting
from constructs_lib.secure_log_group import SecureLogGroup
from constructs_lib.workload_role import WorkloadRole

COLLECTOR_IMAGE = "public.ecr.aws/aws-observability/aws-otel-collector:v0.49.0"
COLLECTOR_MIB = 64
NOBODY = "10001:10001"
NAMED = r"(\$\{Token\[[^]]+\]\}|[a-z0-9-]+)"
OWN_REGISTRY = re.compile(rf"(?P<account>{NAMED})\.dkr\.ecr\.(?P<region>{NAMED})\.[^/]+/(?P<name>[^:@]+)")
"""Account and region are not known before the deployment where the configuration leaves them open."""
SCRATCH = {"scratch": "/tmp"}  # noqa: S108 - the one place that a process may write to
SHELL = {"shell-lib": "/var/lib/amazon", "shell-log": "/var/log/amazon"}
"""Where the agent behind a shell writes."""


@dataclass(frozen=True, kw_only=True)
class Process:
    """What runs in the first container. `size` is CPU units and MiB of the whole task."""

    image: str
    size: tuple[int, int]
    user: str = NOBODY
    command: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, secretsmanager.ISecret] = field(default_factory=dict)
    settings: Mapping[str, PlainSetting] = field(default_factory=dict)
    port: int | None = None
    health_command: Sequence[str] | None = None
    start_seconds: int = 30
    stop_seconds: int = 30
    arm: bool = True
    shell: bool = False
    tracing: bool = True
    traced_percent: float | None = None
    """Share of the requests that a Python process traces by what is laid beside it; None: the image sees to it."""


class ContainerTask(Construct):
    """A task definition: no root, nothing to write but /tmp, an init process, logs, and traces by a side-car.

    /tmp is an empty volume of root's, unless the image declares `VOLUME ["/tmp"]`: then whoever may write there in the
    image may do so here (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bind-mounts.html).

    Give it permissions through `grantee`. What pulls the image and reads the secrets is another role.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        process: Process,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        if process.traced_percent and not process.tracing:
            raise ValueError(f"traced_percent must be None without tracing, got {process.traced_percent}")
        super().__init__(scope, construct_id)
        self._process = process
        self._logs = SecureLogGroup(self, "Logs", encryption_key=log_key, retention_days=log_retention_days).log_group
        self.role = WorkloadRole(self, "Role", service="ecs-tasks", description=f"What {name} may do")
        self.grantee = self.role.policy
        self._logs.grant_write(self.grantee)  # metrics embedded in logs, too; and a policy must allow something
        starter = WorkloadRole(self, "Starter", service="ecs-tasks", description=f"What starts {name}")
        self._allow_start(starter)
        volumes = SCRATCH | (SHELL if process.shell else {}) | (VOLUME if process.traced_percent else {})
        self.definition = ecs.CfnTaskDefinition(
            self,
            "Resource",
            family=name,
            cpu=str(process.size[0]),
            memory=str(process.size[1]),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform={
                "cpuArchitecture": "ARM64" if process.arm else "X86_64",
                "operatingSystemFamily": "LINUX",
            },
            task_role_arn=self.role.role.role_arn,
            execution_role_arn=starter.role.role_arn,
            container_definitions=[
                self._main(name, volumes),
                *([self._collector()] if process.tracing else []),
                *([self._hardened("instrumentation") | instrumentation()] if process.traced_percent else []),
            ],
            volumes=[{"name": volume} for volume in volumes],
        )
        # A replaced revision stays usable: `rollback --fast` goes back to it. It costs nothing.
        self.definition.cfn_options.update_replace_policy = cdk.CfnDeletionPolicy.RETAIN
        self.definition.node.add_dependency(self.role.policy, starter.policy)
        acknowledge(
            self.definition,
            ["AwsSolutions-ECS2"],
            reason="Plain settings that anybody may read; secrets come from Secrets Manager (guardrails secrets.*).",
        )

    def _main(self, name: str, volumes: Mapping[str, str]) -> dict[str, Any]:
        process = self._process
        settings = dict(process.environment)
        if process.tracing:
            settings["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://localhost:4317"
        if process.traced_percent:
            settings |= container_settings(name, percent=process.traced_percent, environment=process.environment)
        container: dict[str, Any] = {
            **self._hardened("main"),
            "image": process.image,
            "user": process.user,
            "environment": [{"name": name, "value": settings[name]} for name in sorted(settings)],
            "secrets": [{"name": name, "valueFrom": arn} for name, arn in sorted(self._read_at_start().items())],
            "mountPoints": [
                {"sourceVolume": volume, "containerPath": path, "readOnly": False} for volume, path in volumes.items()
            ],
            "stopTimeout": process.stop_seconds,
        }
        if process.traced_percent:
            container["dependsOn"] = [{"containerName": "instrumentation", "condition": "SUCCESS"}]
        if process.command:
            container["command"] = list(process.command)
        if process.port:
            container["portMappings"] = [{"containerPort": process.port, "protocol": "tcp"}]
        if process.health_command:
            container["healthCheck"] = {
                "command": ["CMD", *process.health_command],
                "interval": 10,
                "retries": 3,
                "startPeriod": process.start_seconds,
                "timeout": 5,
            }
        return container

    def _read_at_start(self) -> dict[str, str]:
        """ARN of the secret or setting that ECS reads, by variable."""
        secrets, settings = self._process.secrets, self._process.settings
        return {name: secret.secret_arn for name, secret in secrets.items()} | {
            name: setting.arn for name, setting in settings.items()
        }

    def _collector(self) -> dict[str, Any]:
        self.role.allow(
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            on=["*"],
        )
        acknowledge(
            self.role.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="The actions of X-Ray have no resource-level permissions.",
        )
        return {
            **self._hardened("collector"),
            "image": COLLECTOR_IMAGE,
            "user": NOBODY,
            "command": ["--config=/etc/ecs/ecs-xray.yaml"],
            "essential": False,  # what it loses are traces: no reason to end what serves requests
            "memoryReservation": COLLECTOR_MIB,
        }

    def _hardened(self, name: str) -> dict[str, Any]:
        return {
            "name": name,
            "essential": True,
            "readonlyRootFilesystem": True,
            "privileged": False,
            "linuxParameters": {"initProcessEnabled": True, "capabilities": {"drop": ["ALL"]}},
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self._logs.log_group_name,
                    "awslogs-region": cdk.Stack.of(self).region,
                    "awslogs-stream-prefix": name,
                    # A log that CloudWatch does not take must not stop the process.
                    "mode": "non-blocking",
                    "max-buffer-size": "4m",
                },
            },
        }

    def _allow_start(self, starter: WorkloadRole) -> None:
        self._logs.grant_write(starter.policy)
        for secret in self._process.secrets.values():
            starter.allow("secretsmanager:GetSecretValue", on=[secret.secret_arn])
            if secret.encryption_key:
                starter.allow("kms:Decrypt", on=[secret.encryption_key.key_arn])
        for setting in self._process.settings.values():
            setting.grant_read(starter)
        allow_pull(starter, self._process.image)


def allow_pull(starter: WorkloadRole, image: str) -> None:
    """Let `starter` pull `image`, where it is in a registry of ours."""
    if found := OWN_REGISTRY.match(image):
        repository = cdk.Stack.of(starter).format_arn(
            service="ecr",
            region=found["region"],
            account=found["account"],
            resource="repository",
            resource_name=found["name"],
        )
        pull = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
        starter.allow(*pull, on=[repository])
        starter.allow("ecr:GetAuthorizationToken", on=["*"])
        acknowledge(
            starter.policy,
            ["AwsSolutions-IAM5[Resource::*]"],
            reason="The token that opens a registry is the account's: it has no resource-level permission.",
        )
