"""What an environment promises to keep, written into its templates: tools read any assembly without its config."""

from collections.abc import Iterable
from typing import Any

import aws_cdk as cdk
from constructs import IConstruct

from config import Environment
from constructs_lib.secure_queue import DEAD_LETTER_DAYS
from infra.guardrails.policy import Policy


def policy_of(environment: Environment) -> Policy:
    """Return the effects that the guardrails hold `environment` to."""
    network, backup, archive = environment.network, environment.backup, environment.security.log_archive
    databases, caches = environment.data.databases, environment.data.caches
    return Policy(
        isolated_data_tier=True,
        web_acl=True,
        permissions_boundary=True,
        authorised_api=environment.compute.api.authorization != "none",
        retain_data=environment.retain_data,
        termination_protection=environment.retain_data,
        log_archive_days=archive.expire_after_days,
        object_lock_days=archive.object_lock_days or 0,
        backup_retention_days=min((database.backup_days for database in databases), default=0),
        cache_snapshot_days=min((cache.snapshot_days for cache in caches), default=0),
        multi_az=environment.production,
        min_readers=min((database.readers for database in databases), default=0),
        point_in_time_days=environment.data.point_in_time_recovery_days,
        backed_up=True,
        backup_lifecycle_days=(
            backup.daily_retention_days,
            backup.weekly_retention_days,
            backup.monthly_retention_days,
        ),
        recovery_copy=True,
        restore_tests=environment.backup.restore_tests,
        recovery_region=environment.recovery_region,
        vault_lock_days=backup.vault_lock_min_retention_days or 0,
        min_availability_zones=len(network.availability_zones),
        nat=network.egress,
        dead_letters=True,
        dead_letter_days=DEAD_LETTER_DAYS,
        alarms=True,
        named_log_groups=True,
        log_retention_days=min(environment.compute.log_retention_days, network.flow_log_retention_days),
        flow_logs=True,
        access_logs=True,
        remediation=environment.monitoring.remediation.mode != "off",
        trail=True,
        detector=environment.security.detection.guard_duty == "account",
        recorder=environment.security.detection.config == "account",
        hardened=True,
    )


def declare_policy(constructs: Iterable[IConstruct], environment: Environment) -> None:
    """Write policy and assumed usage of `environment` into the metadata of each stack among `constructs`."""
    said: dict[str, Any] = {
        "environment": environment.name,
        "policy": policy_of(environment).to_dict(),
        # As texts: CloudFormation's schema of a template knows no fractions in its metadata (cfn-lint E4002).
        "usage": {name: str(value) for name, value in environment.usage.model_dump().items()},
    }
    if not environment.emulator:
        said["cost"] = {"max_monthly_fixed_usd": environment.cost.max_monthly_fixed_usd}
    for stack in constructs:
        if isinstance(stack, cdk.Stack):
            stack.template_options.metadata = {"groundwork": said}
            if environment.emulator:
                _refuse_aws(stack, str(environment.account))


def _refuse_aws(stack: cdk.Stack, account: str) -> None:
    """Make CloudFormation itself refuse the template in another account: no account of AWS has the emulator's number.

    The CDK command line refuses to use other credentials, too; this holds for whoever uploads the template.
    """
    cdk.CfnRule(
        stack,
        "OnlyTheEmulator",
        assertions=[
            cdk.CfnRuleAssertion(
                assert_=cdk.Fn.condition_equals(cdk.Aws.ACCOUNT_ID, account),
                assert_description="This environment is the emulator's alone: no account of AWS may have it.",
            )
        ],
    )
