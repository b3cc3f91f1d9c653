"""Backed up: every store is in a plan that runs, keeps long enough, and copies to another region."""

from collections.abc import Iterator
from typing import Any

from infra.assembly.model import Resource, Target, Text, describe
from infra.assembly.values import is_true, listed, mapping, number
from infra.guardrails.backup_coverage import covered, is_continuous, stores_to_back_up
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise

PLAN = "AWS::Backup::BackupPlan"
VAULT = "AWS::Backup::BackupVault"


@promise("backed-up.every-store", "Every store is covered by a backup selection, by reference or by tag.")
def every_store(context: Context) -> Iterator[Finding]:
    """Buckets of logs, artifacts and published sites are made again from their sources."""
    if not context.policy.backed_up:
        return
    for store in stores_to_back_up(context.assembly):
        if not covered(context.assembly, store):
            yield Finding(store, "BackupSelection", "no selection of a backup plan covers it")


def _rules(context: Context) -> Iterator[tuple[Resource, list[dict[str, Any]]]]:
    """The rules of each plan that keeps copies; one of continuous backups alone comes on top of another."""
    for plan in context.of_type(PLAN):
        if not is_continuous(plan):
            yield plan, [mapping(rule) for rule in listed(plan.get("BackupPlan", "BackupPlanRule"))]


@promise("backed-up.lifecycle", "Recovery points are kept at least as long as the config says, rule by rule.")
def lifecycle(context: Context) -> Iterator[Finding]:
    """The longest rule meets the longest demand, the second the second; none keeps less than the least."""
    wanted = sorted(context.policy.backup_lifecycle_days, reverse=True)
    if not wanted:
        return
    place = "BackupPlan.BackupPlanRule.Lifecycle.DeleteAfterDays"
    for plan, rules in _rules(context):
        kept = sorted((_days(rule.get("Lifecycle")) for rule in rules), reverse=True)
        short = [f"{have:g} instead of {need}" for need, have in zip(wanted, kept, strict=False) if have < need]
        short += [f"{have:g} instead of {wanted[-1]}" for have in kept[len(wanted) :] if have < wanted[-1]]
        short += [f"no rule for {need}" for need in wanted[len(kept) :]]
        if short:
            yield Finding(plan, place, f"keeps recovery points too short: {', '.join(short)} days")
        for rule in rules:
            for copy in map(mapping, listed(rule.get("CopyActions"))):
                if _days(copy.get("Lifecycle")) < wanted[-1]:
                    days = _days(copy.get("Lifecycle"))
                    yield Finding(
                        plan, "BackupPlan.BackupPlanRule.CopyActions.Lifecycle", f"keeps copies {days:g} days"
                    )


def _days(lifecycle_: Any) -> float:
    """Days until deletion; without a lifecycle nothing is deleted."""
    days = mapping(lifecycle_).get("DeleteAfterDays")
    if days is None:
        return float("inf")
    return number(days) or 0


@promise(
    "backed-up.recovery-copy",
    "Every rule of every plan copies to a vault in the recovery region, and the vault exists.",
)
def recovery_copy(context: Context) -> Iterator[Finding]:
    """A continuous backup is exempt: it stays where the data is."""
    if not context.policy.recovery_copy:
        return
    for plan, rules in _rules(context):
        for rule in rules:
            if is_true(rule.get("EnableContinuousBackup")) and len(rules) > 1:
                continue
            vaults = [mapping(copy).get("DestinationBackupVaultArn") for copy in listed(rule.get("CopyActions"))]
            if not any(_in_recovery_region(context, plan, vault) for vault in vaults):
                where = context.policy.recovery_region or "another region"
                found = ", ".join(map(describe, vaults)) or "nowhere"
                message = f"rule {describe(rule.get('RuleName'))} must copy to {where}, copies {found}"
                yield Finding(plan, "BackupPlan.BackupPlanRule.CopyActions", message)
    for plan, rules in _rules(context):
        for vault in (rule.get("TargetBackupVault") for rule in rules):
            if vault is None:
                yield Finding(plan, "BackupPlan.BackupPlanRule.TargetBackupVault", "is missing")


def _in_recovery_region(context: Context, plan: Resource, vault: Any) -> bool:
    if isinstance(vault, Target):
        region, exists = vault.resource.stack.region, vault.resource.type.startswith("AWS::Backup::")
    elif isinstance(vault, str | Text):
        fields = str(vault).split(":")
        region = fields[3] if len(fields) > 3 else ""  # noqa: PLR2004 - the region's place in an ARN
        exists = _exists(context, region, fields[-1])
    else:
        return False
    wanted = context.policy.recovery_region
    return exists and (region == wanted if wanted else region not in ("", plan.stack.region))


def _exists(context: Context, region: str, name: str) -> bool:
    """Whether a vault of that name is in the assembly, where it has stacks in that region at all."""
    if all(stack.region != region for stack in context.assembly.stacks):
        return True
    vaults = (vault for vault in context.of_type(VAULT) if vault.stack.region == region)
    return any(
        name == describe(vault.get("BackupVaultName")) or name.strip("${}") == vault.logical_id for vault in vaults
    )


@promise(
    "backed-up.plan-selects",
    "Every backup plan has a selection that names what it covers, and a role to do it with.",
)
def plan_selects(context: Context) -> Iterator[Finding]:
    """A plan without a selection backs up nothing."""
    selections = list(context.of_type("AWS::Backup::BackupSelection"))
    selected = {plan.resource for s in selections if isinstance(plan := s.get("BackupPlanId"), Target)}
    for plan, rules in _rules(context):
        if plan not in selected:
            yield Finding(plan, "BackupSelection", "none refers to the plan, so it backs up nothing")
        if not rules:
            yield Finding(plan, "BackupPlan.BackupPlanRule", "is empty, so it backs up nothing")
    for selection in selections:
        if not selection.get("BackupSelection", "IamRoleArn"):
            yield Finding(selection, "BackupSelection.IamRoleArn", "is missing")
