"""The architecture: every stack of an environment, and what each hands to the next. Read it top to bottom."""

from constructs import Construct

from config import Environment
from infra.backup_stack import BackupStack
from infra.compute_stack import ComputeStack
from infra.data_stack import BACKUP_TAG, DataStack
from infra.monitoring_stack import MonitoringStack
from infra.network_stack import NetworkStack
from infra.recovery_stack import RecoveryStack
from infra.security_stack import SecurityStack


def build_platform(scope: Construct, environment: Environment) -> None:
    """Build `environment` under `scope`: an App, or a pipeline's Stage. Logical ids are the same under both."""
    security = SecurityStack(scope, "Security", environment=environment)

    network = NetworkStack(
        scope,
        "Network",
        environment=environment,
        log_archive=security.log_archive,
        logs_key=security.logs_key,
    )

    data = DataStack(
        scope,
        "Data",
        environment=environment,
        access_log_bucket=security.access_log_bucket,
        data_key=security.data_key,
    )

    compute = ComputeStack(
        scope,
        "Compute",
        environment=environment,
        data_key=security.data_key,
        logs_key=security.logs_key,
        network=network.network,
        tables=data.tables,
        web_acl=security.web_acl,
    )

    recovery = RecoveryStack(scope, "Recovery", environment=environment)

    BackupStack(
        scope,
        "Backup",
        environment=environment,
        backup_key=security.backup_key,
        backup_tag=BACKUP_TAG,
        recovery_vault=recovery.vault,
    )

    MonitoringStack(
        scope,
        "Monitoring",
        environment=environment,
        api=compute.todo_api,
        functions=compute.functions,
        tables=data.tables,
        web_acl=security.web_acl,
    )
