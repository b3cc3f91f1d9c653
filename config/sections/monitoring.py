"""Monitoring: who is told, and from which value on."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from config.sections.base import EmailAddress, Matches, Section, unique

Percent = Annotated[float, Field(gt=0, le=100)]
Severity = Literal["P0", "P1", "P2", "P3"]
Dashboard = Literal["main", "infrastructure", "performance", "security", "cost", "operations"]
Remedy = Literal["raise-memory", "recycle-function", "redeploy-service"]
PhoneNumber = Annotated[str, Matches(r"\+[1-9][0-9]{6,14}", "a telephone number such as +12025550123")]
HttpsAddress = Annotated[
    str,
    Matches(
        r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[^\s]*)?|\{\{resolve:secretsmanager:[A-Za-z0-9/_+=.@-]+\}\}",
        "an https:// address, or {{resolve:secretsmanager:NAME}} where the address itself is a secret",
    ),
]
SlackWorkspace = Annotated[str, Matches(r"T[A-Z0-9]{6,20}", "the id of a Slack workspace such as T0123ABCD")]
SlackChannel = Annotated[str, Matches(r"[CG][A-Z0-9]{6,20}", "the id of a Slack channel such as C0123ABCD")]
CronSchedule = Annotated[
    str,
    Matches(r"cron\((\S+ ){4}\S+\)", "cron(MINUTE HOUR DAY MONTH WEEKDAY) such as cron(0 9 * * TUE)"),
]
AlarmKey = Annotated[
    str,
    Matches(
        r"[A-Z][A-Za-z0-9]{1,63}/[A-Za-z][A-Za-z0-9-]{1,63}",
        "RESOURCE/ALARM such as Todos/table-throttles-reads (docs/runbooks/alarms.md lists them)",
    ),
]


class Listener(Section):
    """Somebody who hears alarms of some severities, in one way."""

    severities: Annotated[tuple[Severity, ...], Field(min_length=1)] = ("P0", "P1")
    """Which alarms: P0 all is down or data is being lost, P1 users notice, P2 they soon will, P3 worth a look."""

    email: EmailAddress | None = None
    """Address that receives them; AWS asks it to confirm."""

    sms: PhoneNumber | None = None
    """Telephone that receives them as text messages, which cost by the message."""

    https: HttpsAddress | None = None
    """Address of a pager's integration, to which each is posted. It confirms the subscription by itself."""

    slack_workspace: SlackWorkspace | None = None
    """Slack workspace of `slack_channel`; Amazon Q Developer must be allowed into it once, in the AWS console."""

    slack_channel: SlackChannel | None = None
    """Slack channel that shows them."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """A listener has one way, and a Slack channel its workspace."""
        ways = [self.email, self.sms, self.https, self.slack_channel]
        given = [way for way in ways if way is not None]
        self._require(len(given) == 1, "email", "must be the only one of email, sms, https, slack_channel", given)
        self._require(unique(self.severities), "severities", "must differ from each other")
        self._require(
            (self.slack_channel is None) == (self.slack_workspace is None),
            "slack_workspace",
            "must be given with slack_channel, and only with it",
            [self.slack_workspace, self.slack_channel],
        )
        return self


class DeployWindow(Section):
    """A time for deployments, in which alarms are muted: P0 is heard, the rest is told at the end if it still is wrong.

    A deployment rolls back on its alarms all the same: muted is only who is told.
    """

    schedule: CronSchedule
    """When it begins."""

    duration_minutes: Annotated[int, Field(ge=5, le=1440)] = 60
    """How long it lasts."""

    timezone: Annotated[str, Field(min_length=1, max_length=50)] = "UTC"
    """Time zone of the schedule, such as Europe/London."""


class Slo(Section):
    """What users of the API may expect over 30 days; what is missing to 100 % is the budget that may be spent."""

    availability_percent: Annotated[float, Field(ge=95, le=99.999)] = 99.9
    """Share of requests that the API answers without a failure of its own (status 5xx)."""

    error_percent: Annotated[float, Field(ge=0.001, le=5)] = 0.1
    """Share of invocations that may crash, run out of time, or be refused."""

    latency_percent: Annotated[float, Field(ge=94, le=99.9)] = 95.0
    """Share of requests that are answered in `latency_ms`."""

    latency_ms: Annotated[int, Field(ge=10, le=29_000)] = 200
    """Time for an answer, within `latency_percent` of the requests."""

    minimum_requests: Annotated[int, Field(ge=1, le=1_000_000)] = 50
    """Requests in a window, below which it says nothing: one failure of three at night is no incident."""


class Remediation(Section):
    """Answers to alarms that need nobody: on tagged functions and services only, recorded, and told at P3."""

    mode: Literal["off", "dry-run", "act"] = "off"
    """Whether nothing is there, or it says what it would do, or it does it."""

    remedies: Annotated[tuple[Remedy, ...], Field(min_length=1)] = (
        "raise-memory",
        "recycle-function",
        "redeploy-service",
    )
    """What it may do: double a slow function's memory, restart a failing one, replace the tasks of a service."""

    memory_ceiling_mib: Annotated[int, Field(ge=128, le=10_240)] = 2048
    """Memory beyond which no function is raised. The next deployment sets back what was raised."""

    cool_down_minutes: Annotated[int, Field(ge=5, le=1440)] = 30
    """Time between two attempts of one remedy at one resource."""

    attempts_a_day: Annotated[int, Field(ge=1, le=20)] = 3
    """Attempts of one remedy at one resource within 24 hours; then somebody has to look."""

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        """No remedy is named twice."""
        self._require(unique(self.remedies), "remedies", "must differ from each other")
        return self


class Override(Section):
    """Another threshold or severity for one alarm. One that names no alarm fails the synthesis."""

    alarm: AlarmKey
    """Which alarm."""

    threshold: Annotated[float, Field(ge=0, le=1e15)] | None = None
    """Value from which it goes off, in the unit of its metric."""

    severity: Severity | None = None
    """How urgent it is."""


class Thresholds(Section):
    """Values from which an alarm goes off."""

    api_server_error_percent: Percent = 1.0
    """Share of API answers with status 5xx over five minutes."""

    api_client_error_percent: Percent = 25.0
    """Share of API answers with status 4xx over five minutes."""

    api_latency_p99_ms: Annotated[int, Field(ge=1, le=29_000)] = 1500
    """99th percentile of the API's latency over five minutes."""

    function_error_percent: Percent = 1.0
    """Share of a function's invocations that fail over five minutes."""

    function_duration_percent: Percent = 80.0
    """99th percentile of a function's duration, as a share of its time limit."""

    database_cpu_percent: Percent = 80.0
    """Use of the processors of a database's instances over fifteen minutes."""

    database_capacity_percent: Percent = 90.0
    """Use of a database's largest capacity (`max_acu`) over fifteen minutes."""

    database_connections: Annotated[int, Field(ge=1, le=16_000)] = 150
    """Connections of an instance; PostgreSQL takes about 190 for each ACU of `max_acu`, 5,000 at most."""

    database_replica_lag_ms: Annotated[int, Field(ge=1, le=3_600_000)] = 1000
    """Time that a reader is behind its writer."""

    database_storage_gib: Annotated[int, Field(ge=1, le=131_072)] = 500
    """Size of a database, which grows by itself up to AWS's 128 TiB, and is paid by the GiB."""

    database_free_memory_mib: Annotated[int, Field(ge=1, le=4_000_000)] = 512
    """Memory that an instance of a document database has left."""

    database_proxy_wait_ms: Annotated[int, Field(ge=1, le=120_000)] = 100
    """Mean time, over fifteen minutes, that a proxy's clients wait for a connection."""

    cache_cpu_percent: Percent = 80.0
    """Use of the one processor that a cache node's engine runs on, over fifteen minutes."""

    cache_memory_percent: Percent = 80.0
    """Use of a cache's memory: of a node's, or of a serverless cache's largest size."""

    file_system_io_percent: Percent = 90.0
    """Use of the operations that a file system can do in a second, over fifteen minutes."""

    file_system_throughput_percent: Percent = 80.0
    """Use of the bytes that a file system can move in a second, over fifteen minutes."""

    table_replica_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60
    """Time that a table's replica in the recovery region is behind; usually it is a second."""

    risky_sign_ins_per_5_minutes: Annotated[int, Field(ge=0, le=1_000_000_000)] = 10
    """Sign-ins in five minutes that Cognito takes for somebody else's than the user's."""

    queue_oldest_seconds: Annotated[int, Field(ge=1, le=1_209_600)] = 600
    """Time that the oldest message of a queue has waited."""

    queue_waiting: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000
    """Messages that wait in a queue."""

    service_cpu_percent: Percent = 85.0
    """Use of the processors of a service's tasks over fifteen minutes: beyond what scaling holds."""

    service_memory_percent: Percent = 90.0
    """Use of the memory of a service's tasks over fifteen minutes."""

    service_error_percent: Percent = 1.0
    """Share of the requests to a service, or to the load balancer, that end with status 5xx over five minutes."""

    load_balancer_latency_p99_ms: Annotated[int, Field(ge=1, le=60_000)] = 1500
    """99th percentile of the time that services take to answer, over five minutes."""

    items_created_per_5_minutes: Annotated[int, Field(ge=1, le=1_000_000_000)] = 10_000
    """Items that the API creates in five minutes: more are a client that runs wild."""

    active_users_per_day: Annotated[int, Field(ge=0, le=1_000_000_000)] = 0
    """People who use the API in a day: fewer are a door that nobody gets through. 0: nobody has to."""

    blocked_requests_per_5_minutes: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000
    """Requests that the web ACL blocks in five minutes."""


class Monitoring(Section):
    """Alarms, dashboards and the topics that carry them."""

    alarm_emails: tuple[EmailAddress, ...] = ()
    """Addresses that receive every alarm; production needs at least one. AWS asks each to confirm."""

    listeners: tuple[Listener, ...] = ()
    """Who hears alarms of some severities, and how: e-mail, text message, pager, Slack."""

    thresholds: Thresholds = Thresholds()
    """Values from which an alarm goes off."""

    dashboards: Annotated[tuple[Dashboard, ...], Field(min_length=1)] = (
        "main",
        "infrastructure",
        "performance",
        "security",
        "cost",
        "operations",
    )
    """Which there are. An account has three for nothing; each further one has a monthly price."""

    overrides: tuple[Override, ...] = ()
    """Exceptions for single alarms."""

    traced_percent: Percent = 5.0
    """Share of requests that are traced, beside one a second."""

    deploy_windows: tuple[DeployWindow, ...] = ()
    """When deployments are made, and alarms muted."""

    slo: Slo | None = Slo()
    """What users may expect; none, and only the alarms on single metrics are there."""

    remediation: Remediation = Remediation()
    """What happens about an alarm before anybody comes."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No address is named twice, and no alarm."""
        self._require(unique(self.alarm_emails), "alarm_emails", "must differ from each other")
        self._require(unique(self.dashboards), "dashboards", "must differ from each other")
        named = [override.alarm for override in self.overrides]
        self._require(unique(named), "overrides", "must name each alarm once", named)
        return self


def hears(monitoring: Monitoring, severity: Severity) -> bool:
    """Whether anybody is told about alarms of `severity`."""
    return bool(monitoring.alarm_emails) or any(severity in listener.severities for listener in monitoring.listeners)
