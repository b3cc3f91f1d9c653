"""What the configuration says about alarms, as the constructs take it: who hears them, when, and above which value."""

from collections.abc import Collection

from config import ConfigError, Environment
from constructs_lib.alarm_routes import SEVERITIES, Listener
from constructs_lib.monitoring import Monitoring, MuteWindow, Override

EDGE = "Edge"
"""How the names of resources begin whose alarms stand in the edge's region."""
EDGE_NAMES = frozenset(f"{EDGE}{part}" for part in ("", "Certificate", "FrontDoor", "UndeliveredAlarms", "WebAcl"))


def listeners(environment: Environment) -> list[Listener]:
    """Everybody who hears alarms: the addresses that hear all of them, and those that hear some severities."""
    settings = environment.monitoring
    found = [Listener(severities=SEVERITIES, protocol="email", endpoint=email) for email in settings.alarm_emails]
    for listener in settings.listeners:
        ways = {"email": listener.email, "sms": listener.sms, "https": listener.https, "slack": listener.slack_channel}
        found += [
            Listener(
                severities=listener.severities,
                protocol=protocol,
                endpoint=endpoint,
                workspace=listener.slack_workspace or "",
            )
            for protocol, endpoint in ways.items()
            if endpoint
        ]
    return found


def mute_windows(environment: Environment) -> list[MuteWindow]:
    """When deployments are made."""
    return [
        MuteWindow(schedule=window.schedule, minutes=window.duration_minutes, timezone=window.timezone)
        for window in environment.monitoring.deploy_windows
    ]


def overrides(environment: Environment, *, of: Collection[str] | None = None) -> dict[str, Override]:
    """Return what is said of alarms on the resources `of`; None: on all whose alarms have no stack of their own."""
    elsewhere = {service.id for service in environment.compute.containers.services}
    elsewhere |= EDGE_NAMES if environment.edge.enabled else set()
    found = {}
    for override in environment.monitoring.overrides:
        name = override.alarm.partition("/")[0]
        if name in of if of is not None else name not in elsewhere:
            found[override.alarm] = Override(threshold=override.threshold, severity=override.severity)
    return found


def refuse_unknown_overrides(environment: Environment, monitoring: Monitoring) -> None:
    """Raise ConfigError where somebody meant another alarm than there is."""
    if unknown := monitoring.unknown_overrides:
        raise ConfigError(
            f"config/{environment.name}.py: monitoring.overrides: must name alarms that there are "
            f"({', '.join(monitoring.alarm_keys)}), got {', '.join(map(repr, unknown))}"
        )
