"""The configuration of one environment, and the rules that hold between its sections."""

from operator import attrgetter
from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.backup import Backup
from config.sections.base import AccountId, Matches, Name, RegionName, Section, unique
from config.sections.compute import Compute
from config.sections.containers import repository_of
from config.sections.cost import Cost
from config.sections.data import Data
from config.sections.edge import Edge, holds
from config.sections.emulator import Emulator
from config.sections.monitoring import Monitoring, hears
from config.sections.network import Network
from config.sections.pipeline import Pipeline
from config.sections.regions import WITHOUT_DATABASE_ROOT, ZONES
from config.sections.security import Security
from config.sections.usage import Usage

PRODUCTION_MIN_BACKUP_DAYS = 35
REGION_OF_THE_EDGE = "us-east-1"
"""Where CloudFront's certificates, web ACL and metrics are."""
EMULATED_ACCOUNT = "000000000000"
PRODUCTION_MIN_TASKS = 2
PRODUCTION_NAMES = ("prod", "production")
OWN_TAGS = {"project", "environment", "backup"}
"""Tags that the app sets itself."""

TagKey = Annotated[
    str,
    Matches(
        r"(?![Aa][Ww][Ss]:)(?! )[A-Za-z0-9 _.:/=+@-]{1,128}(?<! )",
        "1-128 letters, digits, spaces or _.:/=+@-, not aws:...",
    ),
]
TagValue = Annotated[str, Matches(r"[A-Za-z0-9 _.:/=+@-]{0,256}", "at most 256 letters, digits, spaces or _.:/=+@-")]


class Environment(Section):
    """One environment: what `-c environment=NAME` builds."""

    name: Name
    """Name of the environment; part of every stack's name, so changing it makes a new platform."""

    project: Name = "groundwork"
    """Name of the platform; the first part of every stack's name."""

    account: AccountId | None = None
    """AWS account; none: the account of the credentials in use (CDK_DEFAULT_ACCOUNT)."""

    region: RegionName | None = None
    """AWS region; none: the region of the credentials in use (CDK_DEFAULT_REGION)."""

    recovery_region: RegionName = "us-west-2"
    """Region that receives copies of the backups; it differs from `region`."""

    production: bool = False
    """Whether the company lives on it: switches on the rules that production must keep."""

    retain_data: bool = True
    """Whether data outlives its stack: stateful resources and stacks are protected against deletion and kept
    when they leave the app. Off: destroying the environment removes everything."""

    network: Network
    """Addresses, zones, egress, endpoints."""

    security: Security = Security()
    """Trail, archive, firewall."""

    data: Data = Data()
    """Tables, buckets, databases, caches, files and images."""

    compute: Compute = Compute()
    """What runs."""

    edge: Edge = Edge()
    """The public face."""

    monitoring: Monitoring = Monitoring()
    """Alarms and who hears them."""

    backup: Backup = Backup()
    """Backup plans."""

    cost: Cost = Cost()
    """What it may cost."""

    usage: Usage = Usage()
    """Expected use, from which costs are estimated."""

    pipeline: Pipeline | None = None
    """The delivery pipeline, if this environment's account hosts it."""

    emulator: Emulator | None = None
    """Where the emulator listens, if the environment runs on it instead of on AWS."""

    tags: dict[TagKey, TagValue] = Field(default_factory=dict, max_length=40)
    """Tags of every resource, beside `project` and `environment` (AWS allows 50 in all)."""

    @property
    def regions(self) -> set[str]:
        """Regions that its stacks live in."""
        return {str(self.region), self.recovery_region, *([REGION_OF_THE_EDGE] if self.edge.enabled else [])}

    @model_validator(mode="after")
    def _production_is_safe(self) -> Self:
        """Production keeps its data, backs it up for 35 days, tells somebody, and lets nobody in unasked."""
        if self.name in PRODUCTION_NAMES:
            self._require(self.production, "production", f"must be True in an environment named {self.name}")
        if self.production:
            days = PRODUCTION_MIN_BACKUP_DAYS
            rule = f"must be >= {days} in production"
            self._require(self.retain_data, "retain_data", "must be True in production")
            self._require(self.backup.daily_retention_days >= days, "backup.daily_retention_days", rule)
            self._require(self.data.point_in_time_recovery_days >= days, "data.point_in_time_recovery_days", rule)
            self._require(
                hears(self.monitoring, "P0") and hears(self.monitoring, "P1"),
                "monitoring.alarm_emails",
                "must name somebody in production, or monitoring.listeners somebody for P0 and P1",
            )
            self._require(
                self.compute.api.authorization != "none",
                "compute.api.authorization",
                "must not be none in production",
            )
        return self

    @model_validator(mode="after")
    def _production_databases_last(self) -> Self:
        """In production a database has a reader to fail over to, never pauses, and keeps 35 days of backups; a cache
        of nodes has a replica."""
        for database in self.data.databases if self.production else ():
            for field, least in (("readers", 1), ("min_acu", 0.5), ("backup_days", PRODUCTION_MIN_BACKUP_DAYS)):
                value = getattr(database, field)
                rule = f"must have {field} >= {least:g} in production ({database.id})"
                self._require(value >= least, "data.databases", rule, value)
        for documents in self.data.document_databases if self.production else ():
            for field, least in (("readers", 1), ("backup_days", PRODUCTION_MIN_BACKUP_DAYS)):
                value = getattr(documents, field)
                rule = f"must have {field} >= {least} in production ({documents.id})"
                self._require(value >= least, "data.document_databases", rule, value)
        for cache in self.data.caches if self.production else ():
            rule = f"must have a replica in production ({cache.id})"
            self._require(cache.nodes is None or cache.nodes.replicas > 0, "data.caches", rule, 0)
        return self

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        """Names of databases and caches (`project-name-data-id`) are no longer than AWS allows."""
        for field, longest in (("databases", 63), ("document_databases", 63), ("caches", 36)):
            for item in getattr(self.data, field):
                name = f"{self.project}-{self.name}-data-{item.id}".lower()
                rule = f"must have ids that make names of at most {longest} characters"
                self._require(len(name) <= longest, f"data.{field}", rule, name)
        return self

    @model_validator(mode="after")
    def _databases_are_reached(self) -> Self:
        """Where a database is, its bootstrap reaches Secrets Manager, and knows the region's root certificate."""
        if self.data.databases:
            network = self.network
            self._require(
                network.egress != "none" or "secretsmanager" in network.interface_endpoints,
                "network.egress",
                "must not be none where data.databases are, or interface_endpoints must have secretsmanager",
            )
            self._require(
                self.region not in WITHOUT_DATABASE_ROOT,
                "region",
                "must have its root certificate in services/database_bootstrap/rds_roots.pem where data.databases are",
            )
        return self

    @model_validator(mode="after")
    def _containers_fit(self) -> Self:
        """What services name exists; in production they last, and nobody opens a shell in them."""
        place, containers, network = "compute.containers.services", self.compute.containers, self.network
        for service in containers.services:
            for kind in ("tables", "buckets", "caches", "databases"):
                known = [store.id for store in getattr(self.data, kind)]
                unknown = sorted(set(getattr(service, kind)) - set(known))
                rule = f"must name {kind} of data.{kind} ({', '.join(known) or 'there is none'}) in {service.id}"
                self._require(not unknown, place, rule, unknown)
            secrets = [*containers.secrets, *(secret.id for secret in self.security.secrets)]
            unknown = sorted(set(service.secrets.values()) - set(secrets))
            rule = f"must name secrets ({', '.join(secrets) or 'there is none'}) in {service.id}"
            self._require(not unknown, place, rule, unknown)
            settings = [setting.id for setting in self.security.settings]
            unknown = sorted(set(service.settings.values()) - set(settings))
            rule = f"must name security.settings ({', '.join(settings) or 'there is none'}) in {service.id}"
            self._require(not unknown, place, rule, unknown)
            lasts = service.min_tasks >= PRODUCTION_MIN_TASKS or not self.production
            rule = f"must have min_tasks >= {PRODUCTION_MIN_TASKS} in production ({service.id})"
            self._require(lasts, place, rule, service.min_tasks)
            rule = f"must have allows_shell False in production ({service.id})"
            self._require(not (self.production and service.allows_shell), place, rule, service.allows_shell)
        if socket := self.compute.web_socket:
            fits = [table.id for table in self.data.tables if table.partition_key.name == "id" and not table.sort_key]
            rule = (
                f"must be a table of data.tables with the partition key id alone ({', '.join(fits) or 'there is none'})"
            )
            self._require(socket.table in fits, "compute.web_socket.table", rule)
        for job in self.compute.batch.jobs:
            stores = [bucket.id for bucket in self.data.buckets]
            unknown = sorted(set(job.buckets) - set(stores))
            rule = f"must name buckets of data.buckets ({', '.join(stores) or 'there is none'}) in {job.id}"
            self._require(not unknown, "compute.batch.jobs", rule, unknown)
        known = [database.id for database in self.data.databases]
        for queue in self.compute.messages.queues:
            unknown = sorted(set(queue.function.databases) - set(known)) if queue.function else []
            rule = f"must name databases of data.databases ({', '.join(known) or 'there is none'}) in {queue.id}"
            self._require(not unknown, "compute.messages.queues", rule, unknown)
        certificate = containers.load_balancer.certificate_arn
        routed = any(service.route for service in containers.services)
        self._require(
            bool(certificate) or not (self.production and routed),
            "compute.containers.load_balancer.certificate_arn",
            "must be given in production",
        )
        self._require(
            not (certificate and self.region) or certificate.split(":")[3] == self.region,
            "compute.containers.load_balancer.certificate_arn",
            f"must be of {self.region} (region)",
        )
        rule = "must be none where network.egress is none: its workers reach what they test from outside"
        self._require(self.compute.load_test is None or network.egress != "none", "compute.load_test", rule, "workers")
        missing = sorted({"ecr.api", "ecr.dkr", "logs"} - set(network.interface_endpoints))
        self._require(
            not (containers.services and network.egress == "none" and missing),
            "network.interface_endpoints",
            f"must have {', '.join(missing)} where services are and egress is none",
        )
        traced = [service.id for service in containers.services if service.tracing]
        rule = "must have tracing False where network.egress is none: the collector's image is in a public registry"
        self._require(not (traced and network.egress == "none"), place, rule, traced)
        return self

    @model_validator(mode="after")
    def _images_are_somewhere(self) -> Self:
        """Images of services and jobs that name a repository name one that there is."""
        known = [images.id for images in self.data.image_repositories]
        rule = f"must name repositories of data.image_repositories ({', '.join(known) or 'there is none'})"
        services, jobs = self.compute.containers.services, self.compute.batch.jobs
        users = [("containers.services", one.id, one.image) for one in services]
        users += [("batch.jobs", one.id, one.image) for one in jobs]
        for place, name, image in users:
            self._require(repository_of(image) in (None, *known), f"compute.{place}", f"{rule} in {name}", image)
        return self

    @model_validator(mode="after")
    def _emulated_is_not_real(self) -> Self:
        """An environment on the emulator is not production, and in an account that AWS gives to nobody."""
        if self.emulator:
            rule = f"must be {EMULATED_ACCOUNT} on the emulator: AWS has no such account, so nothing of it gets there"
            self._require(not self.production, "production", "must be False on the emulator")
            self._require(self.account in (EMULATED_ACCOUNT, None), "account", rule)
        return self

    @model_validator(mode="after")
    def _place_is_known(self) -> Self:
        """An environment on the emulator, or with a pipeline, states its account and region."""
        for field in ("account", "region"):
            known = getattr(self, field) is not None
            self._require(known or not self.emulator, field, "must be given on the emulator")
            self._require(known or not self.pipeline, field, "must be given where a pipeline is")
        return self

    @model_validator(mode="after")
    def _audit_has_a_recorder(self) -> Self:
        """AWS Backup's audit looks at what AWS Config records."""
        rule = "must be False where security.detection.config is off"
        self._require(not (self.backup.audit and self.security.detection.config == "off"), "backup.audit", rule, True)
        return self

    @model_validator(mode="after")
    def _nothing_is_locked_that_must_go(self) -> Self:
        """Where data is not retained, nothing locks it: destroying the environment could not end."""
        rule = "must be none where retain_data is False: what is locked cannot be removed"
        for field in ("security.log_archive.object_lock_days", "backup.vault_lock_min_retention_days"):
            self._require(self.retain_data or attrgetter(field)(self) is None, field, rule)
        return self

    @model_validator(mode="after")
    def _copies_leave_the_account(self) -> Self:
        """The vault of another account is in another account."""
        arn = self.backup.other_account_vault_arn
        rule = f"must be of another account than {self.account} (account)"
        self._require(not arn or arn.split(":")[4] != self.account, "backup.other_account_vault_arn", rule)
        return self

    @model_validator(mode="after")
    def _regions_fit(self) -> Self:
        """The recovery region is another one, and the network's zones are zones of the region."""
        if self.region:
            letters = ZONES[self.region]
            self._require(
                self.recovery_region != self.region,
                "recovery_region",
                "must differ from region: the loss of one must not take the copies with it",
            )
            self._require(
                set(self.network.availability_zones) <= set(letters),
                "network.availability_zones",
                f"must be zones of {self.region} ({', '.join(letters)})",
            )
        return self

    @model_validator(mode="after")
    def _sections_fit(self) -> Self:
        """The API's table exists, and its latency alarm can go off before the time limit."""
        tables = [table.id for table in self.data.tables]
        self._require(
            self.compute.api.table in tables,
            "compute.api.table",
            f"must be the id of a table in data.tables ({', '.join(tables) or 'there is none'})",
        )
        self._require(
            self.monitoring.thresholds.api_latency_p99_ms < self.compute.api.timeout_seconds * 1000,
            "monitoring.thresholds.api_latency_p99_ms",
            f"must be < {self.compute.api.timeout_seconds * 1000} (compute.api.timeout_seconds), or it cannot go off",
        )
        return self

    @model_validator(mode="after")
    def _users_are_known(self) -> Self:
        """Where the API asks for a user there is a directory, and its address is one that Cognito takes."""
        self._require(
            self.data.users is not None or self.compute.api.authorization != "cognito",
            "compute.api.authorization",
            "must not be cognito without data.users",
        )
        reserved = [word for word in ("aws", "amazon", "cognito") if word in f"{self.project}-{self.name}"]
        self._require(
            not (reserved and self.data.users and not self.data.users.domain_prefix),
            "data.users.domain_prefix",
            f"must be given where project or name contains {' or '.join(reserved)}, which Cognito reserves",
            "None",
        )
        return self

    @model_validator(mode="after")
    def _api_is_reached(self) -> Self:
        """A name of the API lies in a zone and is not the front end's, which has no key to show the API."""
        domain, zone = self.compute.api.domain, self.edge.zone
        if domain:
            self._require(zone is not None, "edge.zone", "must be given where compute.api.domain is", "None")
            self._require(domain != self.edge.domain, "compute.api.domain", "must differ from edge.domain")
        if domain and zone:
            rule = f"must be {zone.name} or end with .{zone.name}"
            self._require(holds(zone, domain), "compute.api.domain", rule)
        asks = self.compute.api.usage_plan is not None and self.compute.api.usage_plan.asks_for_key
        rule = "must have asks_for_key False where edge.enabled: the front end has no key"
        self._require(not (asks and self.edge.enabled), "compute.api.usage_plan", rule, asks)
        return self

    @model_validator(mode="after")
    def _services_are_reached(self) -> Self:
        """What CloudFront passes on to services goes to a load balancer that speaks HTTPS, under a name of ours."""
        containers = self.compute.containers
        routed = any(service.route for service in containers.services)
        fits = self.edge.enabled and self.edge.domain and routed and containers.load_balancer.certificate_arn
        rule = "must be empty without edge.domain, a service with a route and its load balancer's certificate_arn"
        self._require(bool(fits) or not self.edge.service_paths, "edge.service_paths", rule)
        return self

    @model_validator(mode="after")
    def _tags_fit(self) -> Self:
        """Tags differ by more than upper and lower case, which IAM takes for the same, and leave the app its own."""
        keys = [key.lower() for key in self.tags]
        own = sorted(key for key in self.tags if key.lower() in OWN_TAGS)
        self._require(not own, "tags", f"must not set {', '.join(sorted(OWN_TAGS))}: the app does", own)
        self._require(unique(keys), "tags", "must differ by more than upper and lower case", list(self.tags))
        return self
