"""A monthly restore of each kind of store, and the function that looks at what comes back."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from constructs_lib.acknowledge import acknowledge, as_written
from constructs_lib.file_canaries import FileCanaries
from constructs_lib.restore_testing.rights import allow_clusters, allow_file_systems
from constructs_lib.rule_permission import settle_permission
from constructs_lib.secure_function import SecureFunction

COLON = cdk.ArnFormat.COLON_RESOURCE_NAME
HERE = Path(__file__).parent
MONTHLY = "cron(0 6 3 * ? *)"
"""The third of the month, after the monthly copies."""

VALIDATION_HOURS = 4
"""Hours that AWS Backup keeps what it restored, for the look at it; then it deletes it."""

OFTEN = "cron(0/10 * 3-4 * ? *)"
"""On the days of the tests, for what takes a while until it can be looked at."""

RESTORED = "awsbackup-restore-test-*"
"""Names that AWS Backup gives to what a restore test makes."""


@dataclass(frozen=True, kw_only=True)
class CanaryStore:
    """A store that gets a canary every day. `kind` is table or bucket, or function: one that writes it."""

    kind: str
    name: str


class RestoreTesting(Construct):
    """Restores the newest copy of a store of each of `kinds` every month, looks at it, and has it deleted again.

    `kinds` are AWS Backup's names: Aurora, DocumentDB, DynamoDB, EFS, S3. Only what carries `tag` is restored.
    `checker` must be watched: it reports `RestoreTestFailed`, `RecoveryTimeSeconds`, `DataAgeSeconds` and, every day,
    `DaysSinceRestoreTest` (since it was set up, before the first), each by `ResourceType`, in `metrics_namespace`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        plan_name: str,
        vault: backup.IBackupVault,
        role: iam.IRole,
        kinds: Sequence[str],
        tag: tuple[str, str],
        tables_named: str,
        canaries: Sequence[CanaryStore],
        subnet_groups: Mapping[str, str],
        files: FileCanaries | None,
        data_key: kms.IKey,
        metrics_namespace: str,
        encryption_key: kms.IKey,
        log_key: kms.IKey,
        log_retention_days: int,
    ) -> None:
        """Make the plan `plan_name` (letters, digits and _; renaming it makes another) and its selections.

        `tables_named` is a pattern of all tables that carry `tag`: one without a canary is compared with its source.
        `subnet_groups` says where clusters of a kind are restored (without one, AWS wants a default VPC), `files` how
        file systems are looked into.
        """
        super().__init__(scope, construct_id)
        plan = backup.CfnRestoreTestingPlan(
            self,
            "Resource",
            restore_testing_plan_name=plan_name,
            schedule_expression=MONTHLY,
            start_window_hours=8,
            recovery_point_selection=backup.CfnRestoreTestingPlan.RestoreTestingRecoveryPointSelectionProperty(
                algorithm="LATEST_WITHIN_WINDOW",
                include_vaults=[vault.backup_vault_arn],
                recovery_point_types=["SNAPSHOT", "CONTINUOUS"],
                selection_window_days=7,
            ),
        )
        for kind in kinds:
            selection = backup.CfnRestoreTestingSelection(
                self,
                kind,
                restore_testing_plan_name=plan_name,
                restore_testing_selection_name=f"{plan_name}_{kind.lower()}",
                protected_resource_type=kind,
                protected_resource_arns=["*"],
                protected_resource_conditions=_tagged(*tag),
                iam_role_arn=role.role_arn,
                restore_metadata_overrides=_overrides(kind, subnet_groups, data_key),
                validation_window_hours=VALIDATION_HOURS,
            )
            selection.add_resource_dependency(plan)
        if ("EFS" in kinds) != (files is not None):
            raise ValueError(f"files must be given where kinds have EFS, and only there, got {', '.join(kinds)}")
        self.kinds = tuple(kinds)
        self.metrics_namespace = metrics_namespace
        self.checker = SecureFunction(
            self,
            "Checker",
            description="Looks at what a restore test brought back, and writes the canaries that it looks for",
            code=lambda_.Code.from_asset(
                str(HERE), exclude=["construct.py", "rights.py", "__init__.py", "**/__pycache__"]
            ),
            handler="runtime.handler.handler",
            environment={
                "CANARIES": cdk.Stack.of(self).to_json_string([{"kind": c.kind, "name": c.name} for c in canaries]),
                "DATA_KEY": data_key.key_arn,
                "FILES": cdk.Stack.of(self).to_json_string(_way_to(files)),
                "KINDS": json.dumps(kinds),
                "METRICS_NAMESPACE": metrics_namespace,
                "PLAN": plan_name,
            },
            timeout=cdk.Duration.minutes(5),
            memory_mib=256,
            reserved_concurrency=2,
            encryption_key=encryption_key,
            log_key=log_key,
            log_retention_days=log_retention_days,
        )
        self.checker.role.allow("backup:ListRestoreTestingSelections", on=[plan.attr_restore_testing_plan_arn])
        self._allow(canaries, data_key, tables_named)
        tasks = {"canaries": "cron(0 1 * * ? *)", "age": "cron(0 7 * * ? *)"}
        if "Aurora" in kinds:
            tasks["open"] = OFTEN
            allow_clusters(self.checker.role, name=RESTORED, subnet_group=subnet_groups["Aurora"], data_key=data_key)
        if files:
            tasks["open"] = OFTEN
            allow_file_systems(self.checker.role, **_way_to(files))
        self._call(tasks)

    def _allow(self, canaries: Sequence[CanaryStore], data_key: kms.IKey, tables_named: str) -> None:
        """Let the checker read what restore tests make, and write nothing but canaries."""
        stack, role = cdk.Stack.of(self), self.checker.role
        self.checker.role.allow("kms:Decrypt", "kms:GenerateDataKey", on=[data_key.key_arn])
        restored_bucket = f"arn:{cdk.Aws.PARTITION}:s3:::{RESTORED}"

        def arn(service: str, resource: str) -> str:
            return stack.format_arn(service=service, resource=resource)

        wide = [
            arn("dynamodb", f"table/{RESTORED}"),
            stack.format_arn(service="rds", resource="cluster", resource_name=RESTORED, arn_format=COLON),
            restored_bucket,
        ]
        wide.append(f"{restored_bucket}/.groundwork/*")
        wide.append(arn("dynamodb", f"table/{tables_named}"))
        role.allow(
            "backup:DescribeRestoreJob",
            "backup:ListRestoreJobs",
            "backup:PutRestoreValidationResult",
            on=["*"],
        )
        role.allow("dynamodb:DescribeTable", "dynamodb:GetItem", on=wide[:1])
        role.allow("rds:DescribeDBClusters", on=wide[1:2])  # and those of DocumentDB
        role.allow("s3:ListBucket", "s3:GetObject", on=wide[2:4])
        role.allow("dynamodb:DescribeTable", on=wide[4:])
        tables = [arn("dynamodb", f"table/{store.name}") for store in canaries if store.kind == "table"]
        if tables:
            role.allow("dynamodb:DescribeTable", "dynamodb:PutItem", on=tables)
        buckets = [f"arn:{cdk.Aws.PARTITION}:s3:::{store.name}" for store in canaries if store.kind == "bucket"]
        if buckets:
            role.allow("s3:PutObject", on=[f"{bucket}/.groundwork/canary.json" for bucket in buckets])
        functions = [store.name for store in canaries if store.kind == "function"]
        if functions:
            names = [
                stack.format_arn(service="lambda", resource="function", resource_name=name, arn_format=COLON)
                for name in functions
            ]
            role.allow("lambda:InvokeFunction", on=names)
        acknowledge(
            role.policy,
            [f"AwsSolutions-IAM5[Resource::{as_written(stack.resolve(one))}]" for one in wide],
            reason="AWS Backup names what it restores, and CloudFormation tables, each under a prefix of its own.",
        )

    def _call(self, tasks: Mapping[str, str]) -> None:
        """Call the checker after each restore, and for each of `tasks` by its schedule."""
        rule = events.Rule(
            self,
            "Restored",
            description="A restore test ended: look at what it brought back",
            event_pattern=events.EventPattern(
                source=["aws.backup"],
                detail_type=["Restore Job State Change"],
                detail={"status": ["COMPLETED", "FAILED", "ABORTED"], "restoreTestingPlanArn": [{"exists": True}]},
            ),
            targets=[self._target()],
        )
        settle_permission(rule)
        for task, schedule in tasks.items():
            rule = events.Rule(
                self,
                task.title(),
                description=f"Scheduled task of the restore tests: {task}",
                schedule=events.Schedule.expression(schedule),
                targets=[self._target(task)],
            )
            settle_permission(rule)

    def _target(self, task: str | None = None) -> targets.LambdaFunction:
        return targets.LambdaFunction(
            self.checker.function,
            dead_letter_queue=self.checker.dead_letter_queue,
            event=events.RuleTargetInput.from_object({"task": task}) if task else None,
        )


def _overrides(kind: str, subnet_groups: Mapping[str, str], key: kms.IKey) -> dict[str, str] | None:
    """Return what a restore of `kind` must be told: left alone, AWS Backup takes keys of AWS's own for some kinds.

    https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html
    """
    if kind in subnet_groups:
        return {"dbSubnetGroupName": subnet_groups[kind]}
    return {
        "DynamoDB": {"encryptionType": "KMS", "kmsMasterKeyArn": key.key_arn},
        "EFS": {"kmsKeyId": key.key_arn},
    }.get(kind)


def _way_to(files: FileCanaries | None) -> dict[str, str]:
    """Return how a restored file system is reached."""
    if files is None:
        return {}
    reader = files.reader.function.function_name
    return {"reader": reader, "subnet": files.mount_subnet, "security_group": files.security_group}


def _tagged(key: str, value: str) -> backup.CfnRestoreTestingSelection.ProtectedResourceConditionsProperty:
    selection = backup.CfnRestoreTestingSelection
    return selection.ProtectedResourceConditionsProperty(
        string_equals=[selection.KeyValueProperty(key=f"aws:ResourceTag/{key}", value=value)]
    )
