"""local: the whole platform in an emulator on this machine; nothing here outlives `make down`."""

from config.application import CACHE, DATA, DATABASE
from config.model import Environment
from config.sections.backup import Backup
from config.sections.compute import Api, Compute
from config.sections.edge import Edge
from config.sections.emulator import Emulator
from config.sections.monitoring import Monitoring, Remediation
from config.sections.network import Network
from config.sections.pipeline import Pipeline
from config.sections.security import Secret, Security

environment = Environment(
    name="local",
    account="000000000000",
    region="us-east-1",
    retain_data=False,
    emulator=Emulator(port=4566),
    network=Network(cidr="10.0.0.0/16"),
    security=Security(secrets=(Secret(id="ServiceToken", description="What services show each other"),)),
    data=DATA.but(
        databases=(DATABASE.but(min_acu=0, max_acu=1, log_retention_days=1),),
        caches=(CACHE,),
    ),
    backup=Backup(restore_tests=True),
    monitoring=Monitoring(
        alarm_emails=("platform-local@example.com",), remediation=Remediation(mode="act", cool_down_minutes=5)
    ),
    compute=Compute(log_retention_days=1, api=Api(release="all-at-once", rate_limit_per_second=500, burst_limit=1000)),
    edge=Edge(allowed_origins=("http://localhost:8080",)),
    pipeline=Pipeline(
        repository="example/groundwork",
        connection_arn="arn:aws:codeconnections:us-east-1:000000000000:connection/00000000-0000-0000-0000-000000000000",
        stages=("local",),
        approval_before=(),
    ),
    tags={"owner": "platform", "cost-center": "platform"},
)
