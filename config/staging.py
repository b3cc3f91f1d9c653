"""staging: prod in small; what fails here must not reach prod."""

from config.application import CACHE, DATA, DATABASE
from config.model import Environment
from config.sections.cost import Cost
from config.sections.detection import Detection
from config.sections.monitoring import Monitoring, Remediation
from config.sections.network import Network
from config.sections.security import Security

environment = Environment(
    name="staging",
    account="444455556666",
    region="us-east-1",
    network=Network(cidr="10.20.0.0/16"),
    security=Security(detection=Detection(access_analyzer="account", guard_duty="account")),
    data=DATA.but(
        databases=(DATABASE.but(min_acu=0.5, max_acu=2, backup_days=14),),
        caches=(CACHE,),
    ),
    cost=Cost(max_monthly_fixed_usd=250, monthly_budget_usd=500, anomaly_usd=25),
    monitoring=Monitoring(alarm_emails=("platform-staging@example.com",), remediation=Remediation(mode="act")),
    tags={"owner": "platform", "cost-center": "platform"},
)
