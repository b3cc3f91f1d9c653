"""What the configuration says about alarms, as the constructs take it: who hears them."""

from config import Environment
from constructs_lib.alarm_routes import SEVERITIES, Listener

EDGE = "Edge"
"""How the names of resources begin whose alarms stand in the edge's region."""


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
