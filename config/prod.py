"""prod: what the company lives on; three zones, everything kept, locked and watched."""

from config.application import ATTACHMENTS, CACHE, DATA, DATABASE
from config.model import Environment
from config.sections.backup import Backup
from config.sections.caches import Nodes
from config.sections.compute import Api, Compute
from config.sections.cost import Cost
from config.sections.detection import Detection
from config.sections.monitoring import Monitoring, Remediation, Thresholds
from config.sections.network import Network
from config.sections.security import LogArchive, Security

environment = Environment(
    name="prod",
    account="777788889999",
    region="us-east-1",
    production=True,
    network=Network(
        cidr="10.30.0.0/16",
        availability_zones=("a", "b", "c"),
        egress="nat-per-zone",
        private_names=True,
        flow_log_retention_days=90,
        flow_log_archive=True,
    ),
    security=Security(
        log_archive=LogArchive(object_lock_days=365, replicate_trail=True),
        detection=Detection(
            access_analyzer="account",
            config="account",
            guard_duty="account",
            inspector="account",
            security_hub="account",
        ),
    ),
    data=DATA.but(
        buckets=(ATTACHMENTS.but(replicated=True),),
        databases=(DATABASE.but(min_acu=1, max_acu=4, readers=1, backup_days=35, log_retention_days=90),),
        caches=(CACHE.but(nodes=Nodes(), log_retention_days=90),),
    ),
    compute=Compute(
        log_retention_days=90,
        api=Api(rate_limit_per_second=500, burst_limit=1000, reserved_concurrency=200),
    ),
    cost=Cost(max_monthly_fixed_usd=750, monthly_budget_usd=1500, anomaly_usd=100),
    monitoring=Monitoring(
        alarm_emails=("platform-oncall@example.com",),
        # What it would have done is told at P3; after a quiet month, let it act.
        remediation=Remediation(mode="dry-run"),
        thresholds=Thresholds(active_users_per_day=1, api_latency_p99_ms=1000, database_connections=600),
    ),
    backup=Backup(audit=True, continuous_days=35, restore_tests=True, vault_lock_min_retention_days=30),
    tags={"owner": "platform", "cost-center": "platform"},
)
