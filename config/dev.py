"""dev: where a change runs on AWS first; cheap, and gone without a trace when it is destroyed."""

from config.application import CACHE, DATA, DATABASE
from config.model import Environment
from config.sections.compute import Api, Compute
from config.sections.cost import Cost
from config.sections.detection import Detection
from config.sections.edge import Edge
from config.sections.monitoring import Monitoring
from config.sections.network import Network
from config.sections.pipeline import Pipeline
from config.sections.security import Security

environment = Environment(
    name="dev",
    account="111122223333",
    region="us-east-1",
    retain_data=False,
    network=Network(cidr="10.10.0.0/16", flow_log_retention_days=7),
    security=Security(
        key_deletion_window_days=7, trail_retention_days=30, detection=Detection(access_analyzer="account")
    ),
    data=DATA.but(
        databases=(DATABASE.but(min_acu=0, max_acu=1, log_retention_days=7),),
        caches=(CACHE,),
    ),
    monitoring=Monitoring(alarm_emails=("platform-dev@example.com",), dashboards=("main",), slo=None),
    cost=Cost(max_monthly_fixed_usd=100, monthly_budget_usd=250, anomaly_usd=10),
    compute=Compute(log_retention_days=7, api=Api(release="all-at-once")),
    edge=Edge(web_acl=False, log_retention_days=7),
    pipeline=Pipeline(
        repository="example/groundwork",
        connection_arn="arn:aws:codeconnections:us-east-1:111122223333:connection/00000000-0000-0000-0000-000000000000",
        load_tested=("staging",),
    ),
    tags={"owner": "platform", "cost-center": "platform"},
)
