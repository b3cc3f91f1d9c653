"""AWS Backup: what the vaults hold, by kind of store, and restore tests."""

from collections.abc import Iterator

from infra.assembly import Resource
from infra.cost.rules import Answer, Context, Free, Unpriced, priced, usage

#: Store types, their price, and the assumption about their size in a vault.
STORES = (
    (("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"), "tables", "dynamodb.backup", "vault_table_gb"),
    (("AWS::RDS::DBCluster",), "databases", "aurora.backup", "vault_database_gb"),
    (("AWS::EFS::FileSystem",), "file systems", "backup.efs_warm", "vault_file_system_gb"),
    (("AWS::S3::Bucket",), "buckets", "backup.s3_warm", "vault_bucket_gb"),
)


@priced("AWS::Backup::BackupVault", "AWS::Backup::LogicallyAirGappedBackupVault")
def vault(resource: Resource, context: Context) -> Iterator[Answer]:
    """Stored copies, for every kind of store that the account has in the assembly."""
    account = resource.stack.account
    found = False
    for types, name, price, assumption in STORES:
        if any(store.stack.account == account for store in context.assembly.of_type(*types)):
            found = True
            yield usage(f"copies of {name}", price, context.assume(assumption, "GB"))
    if not found:
        yield Free("no store in the assembly fills it")


@priced("AWS::Backup::RestoreTestingPlan", "AWS::Backup::Framework")
def tests_and_audits(_resource: Resource, _context: Context) -> Iterator[Answer]:
    """Billed by evaluation, and by what a restore makes for its hours."""
    yield Unpriced("evaluations and restored copies", "no sourced price")
