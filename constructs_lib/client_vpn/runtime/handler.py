"""Decides whether a VPN client may connect: only from the addresses that administrators come from."""

import json
import os
from ipaddress import ip_address, ip_network
from typing import Any

REFUSAL = "You connect from an address that no administrator is expected at."


def handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer AWS Client VPN, which asks before each connection; whatever cannot be read is refused."""
    allowed = expected(str(event.get("public-ip", "")), json.loads(os.environ["ADMINISTRATOR_CIDRS"]))
    said = {name: event.get(name) for name in ("connection-id", "common-name", "public-ip", "platform")}
    print(json.dumps({"level": "INFO" if allowed else "WARNING", "allowed": allowed, **said}))  # noqa: T201 - the log
    return {
        "allow": allowed,
        "error-msg-on-denied-connection": "" if allowed else REFUSAL,
        "posture-compliance-statuses": [],
        "schema-version": event.get("schema-version", "v3"),
    }


def expected(address: str, cidrs: list[str]) -> bool:
    """Whether `address` lies in one of `cidrs`."""
    try:
        return any(ip_address(address) in ip_network(cidr) for cidr in cidrs)
    except ValueError:
        return False
