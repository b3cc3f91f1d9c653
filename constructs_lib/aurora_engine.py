"""What differs between the engines of Aurora: names, ports, logs, and parameters that harden and audit."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class AuroraEngine:
    """An engine. Parameters are those of the cluster's parameter group."""

    name: str
    """What RDS calls it."""
    port: int
    """A port that is not the engine's usual one."""
    usual_port: int
    proxy_family: str
    """What RDS Proxy calls it."""
    logs: tuple[str, ...]
    """Kinds of log that go to CloudWatch Logs."""
    parameters: Mapping[str, str]
    replication: Mapping[str, str]
    """Parameters by which a blue/green deployment copies the cluster; a change restarts its instances."""
    extensions: tuple[str, ...] = ()
    """Extensions that the parameters need."""

    def family(self, version: str) -> str:
        """Return the family of parameter groups for `version`: of 17.9, aurora-postgresql17."""
        parts = version.split(".")
        return self.name + (parts[0] if self.name == "aurora-postgresql" else ".".join(parts[:2]))


ENGINES = {
    "postgresql": AuroraEngine(
        name="aurora-postgresql",
        port=5433,
        usual_port=5432,
        proxy_family="POSTGRESQL",
        logs=("postgresql", "iam-db-auth-error"),
        parameters={
            "rds.force_ssl": "1",
            "ssl_min_protocol_version": "TLSv1.2",
            "shared_preload_libraries": "pg_stat_statements,pgaudit",
            "pgaudit.log": "ddl,role",
            "log_connections": "1",
            "log_disconnections": "1",
            "log_lock_waits": "1",
            "log_min_duration_statement": "1000",  # milliseconds
        },
        replication={"rds.logical_replication": "1"},
        extensions=("pg_stat_statements", "pgaudit"),
    ),
    "mysql": AuroraEngine(
        name="aurora-mysql",
        port=3307,
        usual_port=3306,
        proxy_family="MYSQL",
        # The general log is exported, as auditors ask, and off: the audit log has what it would say.
        logs=("audit", "error", "general", "slowquery", "iam-db-auth-error"),
        parameters={
            "require_secure_transport": "ON",
            "tls_version": "TLSv1.2,TLSv1.3",
            "server_audit_logging": "1",
            "server_audit_events": "CONNECT,QUERY_DCL,QUERY_DDL",
            "slow_query_log": "1",
            "long_query_time": "1",  # seconds
            "log_output": "FILE",
        },
        replication={"binlog_format": "ROW"},
    ),
}
"""By the name that a configuration uses."""
