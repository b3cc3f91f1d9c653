"""Monitoring: who is told, and from which value on."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from config.sections.base import EmailAddress, Section, unique

Percent = Annotated[float, Field(gt=0, le=100)]


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

    blocked_requests_per_5_minutes: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000
    """Requests that the web ACL blocks in five minutes."""


class Monitoring(Section):
    """Alarms, dashboard and the topic that carries them."""

    alarm_emails: tuple[EmailAddress, ...] = ()
    """Addresses that receive every alarm; production needs at least one. AWS asks each to confirm."""

    thresholds: Thresholds = Thresholds()
    """Values from which an alarm goes off."""

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        """No address is named twice."""
        self._require(unique(self.alarm_emails), "alarm_emails", "must differ from each other")
        return self
