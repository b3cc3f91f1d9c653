"""There is no copy, or it does not last, or nobody could bring it back."""

from tests.guardrails.mutation import Mutant, add, append, drop, put, remove, remove_all

PLAN, SELECTION, VAULT = "AWS::Backup::BackupPlan", "AWS::Backup::BackupSelection", "AWS::Backup::BackupVault"
TESTING, TESTED = "AWS::Backup::RestoreTestingPlan", "AWS::Backup::RestoreTestingSelection"
ROLE, TABLE = "AWS::IAM::Role", "AWS::DynamoDB::GlobalTable"
REFERENCE = ("reference",)
RULE = "BackupPlan.BackupPlanRule"
STORES, LIFE, COPY, SELECTS, SAFE, LOCK, ROLES, TESTS = (
    "backed-up.every-store",
    "backed-up.lifecycle",
    "backed-up.recovery-copy",
    "backed-up.plan-selects",
    "backed-up.points-cannot-be-deleted",
    "backed-up.vault-lock",
    "backed-up.no-role-deletes",
    "backed-up.restore-tests",
)
HOME = "arn:aws:backup:us-east-1:777788889999:backup-vault:other"


def deletes(name: str, action: str) -> Mutant:
    """A role that may."""
    body = {"Effect": "Allow", "Action": action, "Resource": "arn:aws:backup:us-east-1:777788889999:recovery-point:1"}
    return Mutant(
        ROLES, name, append(ROLE, "Policies", {"PolicyName": "Added", "PolicyDocument": {"Statement": [body]}})
    )


MUTANTS = [
    Mutant(STORES, "the selection is gone", remove(SELECTION)),
    Mutant(STORES, "another tag", put(SELECTION, "BackupSelection.ListOfTags.0.ConditionValue", "never")),
    Mutant(STORES, "the table's tag", put(TABLE, "Replicas.0.Tags", []), ("prod",)),
    Mutant(STORES, "only recorded continuously", put(PLAN, RULE, [{"RuleName": "c", "EnableContinuousBackup": True}])),
    Mutant(STORES, "excepted", put(SELECTION, "BackupSelection.NotResources", ["*"])),
    Mutant(STORES, "of no plan", drop(SELECTION, "BackupPlanId")),
    Mutant(STORES, "a store is added", add("Db", "AWS::RDS::DBCluster")),
    Mutant(STORES, "a table no longer named", put(SELECTION, "BackupSelection.Resources", []), REFERENCE),
    Mutant(LIFE, "a day", put(PLAN, f"{RULE}.0.Lifecycle.DeleteAfterDays", 1)),
    Mutant(
        LIFE,
        "the longest rule, a day short of a year",
        put(PLAN, f"{RULE}.2.Lifecycle.DeleteAfterDays", 364),
        ("prod",),
    ),
    Mutant(LIFE, "copies of a week", put(PLAN, f"{RULE}.0.CopyActions.0.Lifecycle.DeleteAfterDays", 7)),
    Mutant(LIFE, "no rules", put(PLAN, RULE, [])),
    Mutant(COPY, "no copy of one rule", drop(PLAN, f"{RULE}.0.CopyActions")),
    Mutant(COPY, "a copy at home", put(PLAN, f"{RULE}.1.CopyActions.0.DestinationBackupVaultArn", HOME)),
    Mutant(
        COPY,
        "to a vault that is not there",
        put(
            PLAN,
            f"{RULE}.0.CopyActions.0.DestinationBackupVaultArn",
            "arn:aws:backup:us-west-2:777788889999:backup-vault:missing",
        ),
    ),
    Mutant(
        SELECTS, "a plan without a selection", add("Idle", PLAN, BackupPlan={"BackupPlanRule": [{"RuleName": "a"}]})
    ),
    Mutant(SELECTS, "a selection without a role", drop(SELECTION, "BackupSelection.IamRoleArn")),
    Mutant(SELECTS, "a plan without rules", put(PLAN, RULE, [])),
    Mutant(SAFE, "no access policy", drop(VAULT, "AccessPolicy")),
    Mutant(SAFE, "deletion allowed", put(VAULT, "AccessPolicy.Statement.0.Action", ["backup:StartCopyJob"])),
    Mutant(
        SAFE,
        "denied to one role only",
        put(VAULT, "AccessPolicy.Statement.0.Principal", {"AWS": "arn:aws:iam::1:role/a"}),
    ),
    Mutant(
        SAFE,
        "denied on a condition",
        put(VAULT, "AccessPolicy.Statement.0.Condition", {"Bool": {"aws:MultiFactorAuthPresent": "false"}}),
    ),
    Mutant(LOCK, "no lock", drop(VAULT, "LockConfiguration")),
    Mutant(LOCK, "a lock of a day", put(VAULT, "LockConfiguration.MinRetentionDays", 1)),
    Mutant(LOCK, "a lock without a minimum", put(VAULT, "LockConfiguration", {"MaxRetentionDays": 99})),
    deletes("points", "backup:DeleteRecoveryPoint"),
    deletes("anything", "backup:Delete*"),
    deletes("their time", "backup:UpdateRecoveryPointLifecycle"),
    Mutant(TESTS, "the plan is gone", remove_all(TESTING), ("prod",)),
    Mutant(TESTS, "tables are no longer tested", remove(TESTED, "DynamoDB"), ("prod",)),
    Mutant(TESTS, "Aurora is no longer tested", remove(TESTED, "RestoreAurora"), REFERENCE),
    Mutant(TESTS, "nothing is tested", remove_all(TESTED, TESTING), REFERENCE),
]
