"""everything: each option of the platform at once, so that all of it is built and checked; the emulator's alone.

An option that no other environment turns on is turned on here. No account of AWS takes this environment (docs/local.md
says what refuses it), so what it would cost does not matter.
"""

from ipaddress import IPv4Network
from typing import Literal, get_args

from config.application import ATTACHMENTS, CACHE, DATA, DATABASE, TODOS
from config.model import Environment
from config.sections.backup import Backup
from config.sections.batch import Batch, Job
from config.sections.compute import AnswerCache, Api, Canary, Compute, UsagePlan
from config.sections.container_traffic import Deployment, Route, Scaling, ScheduledCapacity
from config.sections.containers import Containers, ContainerService, LoadBalancer
from config.sections.cost import Cost
from config.sections.data import Attribute, GlobalIndex, Table
from config.sections.detection import Detection, GuardDutyFeature, ManagedRule, Standard
from config.sections.documents import DocumentDatabase
from config.sections.edge import Edge, Zone
from config.sections.emulator import Emulator
from config.sections.files import Door, FileSystem
from config.sections.firewall import WebAcl
from config.sections.identity import Group, UserAttribute, UserPool
from config.sections.images import BuiltImage, ImageRepository
from config.sections.load_test import LoadTest
from config.sections.messages import Bus, Messages, Queue, QueueFunction, Schedule
from config.sections.monitoring import DeployWindow, Listener, Monitoring, Override, Remediation
from config.sections.network import Network
from config.sections.pipeline import Pipeline
from config.sections.remote_access import Bastion, ClientVpn, SiteVpn
from config.sections.security import LogArchive, Secret, Security, Setting
from config.sections.web_socket import WebSocket

CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000"
IMAGE = "000000000000.dkr.ecr.us-east-1.amazonaws.com/groundwork-everything-pipeline/reports:1.0.0"
REPORTS = BuiltImage(
    id="Reports",
    version="1.0.0",
    dockerfile="services/reports/Dockerfile",
    sources=("services/reports", "services/database_bootstrap/rds_roots.pem"),
)
LOAD = BuiltImage(
    id="Load",
    version="1.0.0",
    context="scripts/load",
    dockerfile="scripts/load/Dockerfile",
    sources=("scripts/load/requirements.txt", "scripts/load/scenarios.py", "scripts/load/task.py"),
)
SHIFTING: tuple[Literal["blue-green", "linear", "canary"], ...] = ("blue-green", "linear", "canary")

environment = Environment(
    name="everything",
    account="000000000000",
    region="us-east-1",
    emulator=Emulator(),
    network=Network(
        cidr="10.40.0.0/16",
        availability_zones=("a", "b", "c"),
        egress="regional-nat",
        interface_endpoints=(
            "ecr.api",
            "ecr.dkr",
            "events",
            "kms",
            "logs",
            "monitoring",
            "secretsmanager",
            "sqs",
            "ssm",
            "ssmmessages",
            "sts",
            "xray",
        ),
        flow_log_retention_days=90,
        flow_log_archive=True,
        administrator_cidrs=(IPv4Network("203.0.113.0/24"),),
        bastion=Bastion(),
        client_vpn=ClientVpn(
            client_cidr="10.250.0.0/22", server_certificate_arn=CERTIFICATE, client_ca_arn=CERTIFICATE
        ),
        site_vpn=SiteVpn(gateway_address="198.51.100.7", cidrs=(IPv4Network("192.168.0.0/20"),)),
    ),
    security=Security(
        detection=Detection(
            access_analyzer="account",
            config="account",
            config_rules=get_args(ManagedRule),
            guard_duty="account",
            guard_duty_features=get_args(GuardDutyFeature),
            inspector="account",
            security_hub="account",
            shield_advanced=True,
            standards=get_args(Standard),
        ),
        log_archive=LogArchive(object_lock_days=365, replicate_trail=True),
        secrets=(Secret(id="ServiceToken", description="What services show each other"),),
        settings=(Setting(id="Currency", description="Of prices that name none", value="EUR"),),
        web_acl=WebAcl(
            allowed_addresses=("203.0.113.0/24", "2001:db8:1::/48"),
            block_anonymous=True,
            blocked_addresses=("198.51.100.0/24", "2001:db8:2::/48"),
            blocked_countries=("KP",),
            counted_rules=("AnonymousIp", "Common/SizeRestrictions_BODY"),
        ),
    ),
    data=DATA.but(
        tables=(
            Table(id="Connections", partition_key=Attribute(name="id"), ttl_attribute="expires_at"),
            TODOS.but(
                global_indexes=(
                    GlobalIndex(name="by-day", partition_key=Attribute(name="due_on"), attributes=("title",)),
                    GlobalIndex(
                        name="by-owner",
                        partition_key=Attribute(name="owner"),
                        sort_key=Attribute(name="position", type="number"),
                        attributes=(),
                    ),
                ),
                stream="new-and-old-images",
                contributor_insights="all-keys",
                max_reads_per_second=20_000,
                max_writes_per_second=10_000,
                warm_reads_per_second=15_000,
                warm_writes_per_second=5_000,
                replicated=True,
            ),
        ),
        buckets=(ATTACHMENTS.but(archive_after_days=90, events=True, replicated=True),),
        databases=(
            DATABASE.but(
                min_acu=1,
                max_acu=4,
                readers=1,
                backup_days=35,
                insights="advanced",
                log_retention_days=90,
                proxy=True,
                blue_green=True,
                extensions=("citext", "pgcrypto"),
            ),
            DATABASE.but(
                id="Ledger", engine="mysql", version="8.0.mysql_aurora.3.12.0", backup_days=35, log_retention_days=90
            ),
        ),
        document_databases=(DocumentDatabase(id="Documents", backup_days=35, log_retention_days=90),),
        caches=(CACHE.but(engine="redis", version="7.1"),),
        file_systems=(FileSystem(id="Shared", doors=(Door(id="Uploads", path="/uploads"),)),),
        image_repositories=(ImageRepository(id="Images"),),
        users=UserPool(
            self_sign_up=True,
            domain_prefix="groundwork-everything",
            groups=(Group(name="Editors", description="May change what others wrote"),),
            attributes=(UserAttribute(name="plan"), UserAttribute(name="seats", type="number")),
            sender="no-reply@example.com",
            callback_urls=("https://app.example.com/signed-in",),
        ),
    ),
    compute=Compute(
        log_retention_days=90,
        api=Api(
            reserved_concurrency=200,
            domain="api.example.com",
            cache=AnswerCache(),
            usage_plan=UsagePlan(clients=("Partner",), asks_for_key=False, requests_per_day=100_000),
            canary=Canary(),
        ),
        containers=Containers(
            services=(
                ContainerService(
                    id="Rolling",
                    image=IMAGE,
                    min_tasks=2,
                    spot_percent=50,
                    route=Route(priority=100, paths=("/rolling", "/rolling/*"), hosts=("*.example.com",)),
                    health_command=("python", "-m", "probe"),
                    environment={"LOG_LEVEL": "info"},
                    instrumentation="python",
                    secrets={"PARTNER_TOKEN": "PartnerToken", "SERVICE_TOKEN": "ServiceToken"},
                    settings={"CURRENCY": "Currency"},
                    tables=("Todos",),
                    buckets=("Attachments",),
                    caches=("Cache",),
                    databases=("Main",),
                    sends=("Jobs", "Reports"),
                    scaling=Scaling(
                        requests_per_task=1000,
                        schedules=(
                            ScheduledCapacity(name="Day", schedule="cron(0 7 ? * MON-FRI *)", min_tasks=4, max_tasks=9),
                            ScheduledCapacity(name="Night", schedule="cron(0 19 * * ? *)", min_tasks=1, max_tasks=4),
                        ),
                    ),
                ),
                *(
                    ContainerService(
                        id=strategy.title().replace("-", ""),
                        image=IMAGE,
                        min_tasks=2,
                        route=Route(priority=200 + number, paths=(f"/{strategy}/*",)),
                        deployment=Deployment(strategy=strategy),
                    )
                    for number, strategy in enumerate(SHIFTING)
                ),
                ContainerService(
                    id="Internal",
                    image="Images:1.0.0",
                    architecture="x86-64",
                    command=("python", "-m", "work"),
                    min_tasks=2,
                    spot_percent=100,
                    port=None,
                    calls=("Rolling",),
                    databases=("Main",),
                    migrates=("Main",),
                    works_off="Jobs",
                    publishes=True,
                    scaling=Scaling(cpu_percent=None, memory_percent=None, messages_per_task=100),
                    allows_shell=True,
                    tracing=False,
                ),
            ),
            load_balancer=LoadBalancer(
                certificate_arn=CERTIFICATE,
                cloudfront_prefix_list_id="pl-3b927c52",
            ),
            secrets=("PartnerToken",),
        ),
        load_test=LoadTest(image=IMAGE.replace("reports", "load")),
        web_socket=WebSocket(table="Connections"),
        batch=Batch(
            jobs=(Job(id="Tidy", image=IMAGE, command=("python", "-m", "tidy"), buckets=("Attachments",)),),
        ),
        messages=Messages(
            queues=(
                Queue(id="Jobs"),
                Queue(id="Reports", function=QueueFunction(databases=("Main",))),
            ),
            bus=Bus(queues=("Jobs",)),
            schedules=(Schedule(id="Nightly", schedule="cron(0 3 * * ? *)", queue="Jobs", message="tidy up"),),
        ),
    ),
    edge=Edge(
        allowed_origins=("https://app.example.com",),
        blocked_countries=("KP",),
        domain="todo.example.com",
        failover_host="sorry.example.net",
        price_class="all",
        service_paths=("/rolling/*",),
        zone=Zone(id="Z0123456789ABCDEFGHIJ", name="example.com"),
    ),
    cost=Cost(anomaly_monitor_arn="arn:aws:ce::000000000000:anomalymonitor/00000000-0000-0000-0000-000000000000"),
    backup=Backup(
        audit=True,
        cold_storage_after_days=30,
        continuous_days=35,
        fault_injection=True,
        other_account_vault_arn="arn:aws:backup:us-east-1:999999999999:backup-vault:copies",
        restore_tests=True,
        vault_lock_min_retention_days=30,
        yearly_retention_days=1_825,
    ),
    monitoring=Monitoring(
        alarm_emails=("platform-everything@example.com",),
        listeners=(
            Listener(https="https://pager.example.com/integration"),
            Listener(sms="+12025550123", severities=("P0",)),
            Listener(slack_channel="C0123ABCD", slack_workspace="T0123ABCD", severities=("P1", "P2", "P3")),
        ),
        overrides=(
            Override(alarm="EdgeWebAcl/blocked-requests", threshold=5_000),
            Override(alarm="Rolling/service-tasks", severity="P0"),
            Override(alarm="TodoFunction/function-throttles", threshold=5, severity="P1"),
        ),
        deploy_windows=(DeployWindow(schedule="cron(0 9 * * TUE)", duration_minutes=90, timezone="Europe/London"),),
        remediation=Remediation(mode="act"),
    ),
    pipeline=Pipeline(
        repository="example/groundwork",
        connection_arn="arn:aws:codeconnections:us-east-1:000000000000:connection/00000000-0000-0000-0000-000000000000",
        stages=("local",),
        images=(
            REPORTS.but(accepted_findings={"CVE-2026-00000": "The library is there, and nothing calls it."}),
            REPORTS.but(id="ReportsIntel", architecture="x86-64"),
            LOAD,
        ),
        approval_before=("local",),
        load_tested=("local",),
    ),
    tags={"owner": "platform", "cost-center": "platform"},
)
