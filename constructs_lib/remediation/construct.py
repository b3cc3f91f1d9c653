"""The function that answers alarms, the rule that calls it, and the table of what it decided."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import aws_cdk as cdk
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from constructs import Construct, IConstruct

from constructs_lib.acknowledge import accept_finding, acknowledge, as_written
from constructs_lib.rule_permission import settle_permission
from constructs_lib.secure_function import SecureFunction
from constructs_lib.table import Key, Table

HERE = Path(__file__).parent
REMEDIABLE = ("remediation", "allowed")
"""The tag without which a resource is not touched."""

Remedy = Literal["raise-memory", "recycle-function", "redeploy-service"]


def allow_remediation(construct: IConstruct) -> None:
    """Let remedies change the resource of `construct`."""
    cdk.Tags.of(construct).add(*REMEDIABLE)


class Remediation(Construct):
    """Answers an alarm that goes off with the remedy of its kind, and tells `topic` what it decided, and why.

    `remedies` goes by the alarm's kind; other alarms are left alone. Only resources that carry the tag REMEDIABLE, and
    whose names begin with `prefix`, are changed. A remedy changes one setting (memory, up to the ceiling), or restarts;
    a deployment sets back what it raised. `decider` and `table` must be watched.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        prefix: str,
        remedies: Mapping[str, Remedy],
        topic: sns.ITopic,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
        retain_data: bool,
        dry_run: bool = True,
        memory_ceiling_mib: int = 2048,
        cool_down: cdk.Duration | None = None,
        attempts_a_day: int = 3,
        point_in_time_recovery_days: int = 7,
    ) -> None:
        """Answer alarms whose names begin with `prefix`; `cool_down` (30 minutes) is between attempts at a resource.

        Functions are of the platform where their names begin so, too, and services where their cluster is called so.
        """
        super().__init__(scope, construct_id)
        cool_down = cool_down or cdk.Duration.minutes(30)
        self.table = Table(
            self,
            "Decisions",
            key=Key(partition=("resource", "string"), sort=("entry", "string")),
            encryption_key=encryption_key,
            retain_data=retain_data,
            point_in_time_recovery_days=point_in_time_recovery_days,
            ttl_attribute="expires_at",
        )
        self.decider = SecureFunction(
            self,
            "Decider",
            description="Answers alarms with the remedy that their kind is allowed",
            code=lambda_.Code.from_asset(str(HERE), exclude=["construct.py", "__init__.py", "**/__pycache__"]),
            handler="runtime.handler.handler",
            environment={
                "ATTEMPTS_A_DAY": str(attempts_a_day),
                "COOL_DOWN_SECONDS": str(cool_down.to_seconds()),
                "MEMORY_CEILING_MIB": str(memory_ceiling_mib),
                "MODE": "dry-run" if dry_run else "act",
                "REMEDIES": json.dumps(dict(remedies)),
                "TABLE_NAME": self.table.table.table_name,
                "TAG": "=".join(REMEDIABLE),
                "TOPIC_ARN": topic.topic_arn,
            },
            # Shorter than the lease of a claim (runtime/records.py): whoever retries finds nobody else at it.
            timeout=cdk.Duration.seconds(45),
            memory_mib=256,
            reserved_concurrency=2,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self.table.grant_read_write(self.decider.grantee)
        self.decider.role.allow("sns:Publish", on=[topic.topic_arn])  # its key is `encryption_key`, too
        self._allow(prefix, dry_run=dry_run)
        rule = events.Rule(
            self,
            "Resource",
            description="An alarm with a remedy went off",
            event_pattern=events.EventPattern(
                source=["aws.cloudwatch"],
                detail_type=["CloudWatch Alarm State Change"],
                detail={
                    "alarmName": [{"wildcard": f"{prefix}-*-{kind}"} for kind in remedies],
                    "state": {"value": ["ALARM"]},
                },
            ),
            targets=[targets.LambdaFunction(self.decider.function, dead_letter_queue=self.decider.dead_letter_queue)],
        )
        settle_permission(rule)

    def _allow(self, prefix: str, *, dry_run: bool) -> None:
        """Let the function read what alarms are about, and change what carries the tag."""
        stack, role = cdk.Stack.of(self), self.decider.role

        def arn(service: str, resource: str, name: str, separator: cdk.ArnFormat) -> str:
            return stack.format_arn(service=service, resource=resource, resource_name=name, arn_format=separator)

        colon, slash = cdk.ArnFormat.COLON_RESOURCE_NAME, cdk.ArnFormat.SLASH_RESOURCE_NAME
        alarms = arn("cloudwatch", "alarm", "*", colon)  # CloudWatch asks for the right to all, whichever are named
        functions = arn("lambda", "function", f"{prefix}-*", colon)
        services = arn("ecs", "service", f"{prefix}/*", slash)
        role.allow("cloudwatch:DescribeAlarms", on=[alarms])
        role.allow("lambda:GetFunctionConfiguration", "lambda:ListAliases", "lambda:ListTags", on=[functions])
        role.allow("ecs:DescribeServices", on=[services])
        if not dry_run:
            key, value = REMEDIABLE
            tagged: dict[str, dict[str, object]] = {"StringEquals": {f"aws:ResourceTag/{key}": value}}
            role.allow("lambda:UpdateFunctionConfiguration", on=[functions], conditions=tagged)
            role.allow("ecs:UpdateService", on=[services], conditions=tagged)
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(one))}]" for one in (alarms, functions, services)],
            reason="Functions by the prefix of their names, services by their cluster; changes need the tag.",
        )
        accept_finding(role.policy, "identity.resource-star", reason="CloudWatch shows an alarm to who may see all.")
