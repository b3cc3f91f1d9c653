"""Monitoring: who is told, and from which value on."""

from typing import Annotated

from pydantic import Field

from config.sections.base import EmailAddress, Section

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

    blocked_requests_per_5_minutes: Annotated[int, Field(ge=1, le=1_000_000_000)] = 1000
    """Requests that the web ACL blocks in five minutes."""


class Monitoring(Section):
    """Alarms, dashboard and the topic that carries them."""

    alarm_emails: tuple[EmailAddress, ...] = ()
    """Addresses that receive every alarm; production needs at least one. AWS asks each to confirm."""

    thresholds: Thresholds = Thresholds()
    """Values from which an alarm goes off."""
