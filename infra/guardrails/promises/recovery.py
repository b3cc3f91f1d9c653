"""Backed up: recovery points are safe from the app itself, and restoring them is practised."""

from collections.abc import Iterator

from infra.assembly.model import describe
from infra.assembly.values import at_least
from infra.guardrails.backup_coverage import BACKED_UP, stores_to_back_up
from infra.guardrails.context import Context
from infra.guardrails.finding import Finding
from infra.guardrails.registry import promise
from infra.guardrails.statements import Statement, matches

VAULTS = ("AWS::Backup::BackupVault",)
DELETION = "backup:DeleteRecoveryPoint"
DESTRUCTIVE = (
    DELETION,
    "backup:DeleteBackupVault",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:DisassociateRecoveryPoint",
    "backup:PutBackupVaultAccessPolicy",
    "backup:UpdateRecoveryPointLifecycle",
)


@promise("backed-up.points-cannot-be-deleted", "A vault refuses everybody the deletion of its recovery points.")
def points_cannot_be_deleted(context: Context) -> Iterator[Finding]:
    """By its access policy; whoever wants to delete one must first change the policy, which is noticed."""
    if not (context.policy.backed_up and context.policy.retain_data):
        return
    for vault in context.of_type(*VAULTS):
        own = (statement for statement in context.statements if statement.resource is vault)
        if not any(_refuses_deletion(statement) for statement in own):
            yield Finding(vault, "AccessPolicy", f"no statement denies everybody {DELETION}")


def _refuses_deletion(statement: Statement) -> bool:
    everybody = any(value == "*" for _, value in statement.principals)
    return not statement.allows and everybody and statement.covers(DELETION) and not statement.conditions


@promise("backed-up.vault-lock", "Every vault is locked: recovery points cannot be deleted before their time.")
def vault_lock(context: Context) -> Iterator[Finding]:
    """A lock without a minimum locks nothing."""
    wanted = context.policy.vault_lock_days
    if not wanted:
        return
    for vault in context.of_type(*VAULTS):
        days = vault.get("LockConfiguration", "MinRetentionDays")
        if not at_least(days, wanted):
            yield Finding(vault, "LockConfiguration.MinRetentionDays", f"must be >= {wanted}, is {describe(days)}")


@promise("backed-up.no-role-deletes", "No role of the app may delete recovery points, vaults or their protection.")
def no_role_deletes(context: Context) -> Iterator[Finding]:
    """Whoever takes over the app must not be able to take its backups."""
    for statement in context.statements:
        if statement.kind != "identity" or not statement.allows:
            continue
        for action in DESTRUCTIVE:
            for pattern in statement.actions:
                if matches(pattern, action):
                    yield Finding(statement.resource, statement.place, f"allows {action} ({pattern})")


@promise("backed-up.restore-tests", "Every kind of store has a restore-testing plan that brings it back regularly.")
def restore_tests(context: Context) -> Iterator[Finding]:
    """A backup that was never restored is a hope."""
    if not context.policy.restore_tests:
        return
    plans = list(context.of_type("AWS::Backup::RestoreTestingPlan"))
    tested = {
        str(selection.get("ProtectedResourceType"))
        for selection in context.of_type("AWS::Backup::RestoreTestingSelection")
        if plans
    }
    for plan in plans:
        if not plan.get("ScheduleExpression"):
            yield Finding(plan, "ScheduleExpression", "is missing, so the test never runs")
    reported: set[str] = set()
    for store in stores_to_back_up(context.assembly):
        kind = BACKED_UP[store.type]
        if kind not in tested and kind not in reported:
            reported.add(kind)
            message = f"no restore-testing selection brings back {kind}: " + (
                "no plan" if not plans else "no selection"
            )
            yield Finding(store, "RestoreTestingSelection", message)
