"""Asks a running emulator about itself."""

import json
import re
from typing import Any
from urllib.request import urlopen

_SITE_URL = re.compile(r"https://(\w+)\.cloudfront\.net/?")
_API_URL = re.compile(r"https://(\w+)\.execute-api\.[\w-]+\.amazonaws\.com/?(.*)")


class EmulatorError(Exception):
    """The emulator cannot do what was asked; the message says why and what to do."""


class Client:
    """The emulator on a port of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    def health(self) -> dict[str, Any] | None:
        """Return who the emulator is; None when something else, or nothing, answers."""
        try:
            found = self._get("health", seconds=2)
        except (EmulatorError, ValueError):
            return None
        return found if isinstance(found, dict) and "emulator" in found else None

    def stacks(self) -> list[dict[str, Any]]:
        """Return every stack with its outputs and resources; `limit` says what is only recorded."""
        return list(self._get("stacks"))

    def progress(self) -> list[dict[str, Any]]:
        """Return the last operation of each stack."""
        return list(self._get("progress"))

    def failures(self) -> list[dict[str, str]]:
        """Return what each stack's last operation was refused."""
        return list(self._get("failures"))

    def recorded(self) -> list[dict[str, str]]:
        """Return the resources that the emulator records and does not emulate, and what does not happen."""
        return [
            {"stack": stack["name"], "region": stack["region"], **resource}
            for stack in self.stacks()
            for resource in stack["resources"]
            if resource["limit"]
        ]

    def api_url(self, url: str) -> str | None:
        """Return where the emulator serves the REST API that AWS would serve at `url`."""
        match = _API_URL.fullmatch(url)
        return f"{self.url}/_aws/execute-api/{match[1]}/{match[2].rstrip('/')}" if match else None

    def site_url(self, url: str) -> str | None:
        """Return where a browser on this machine finds the site that CloudFront would serve at `url`."""
        match = _SITE_URL.fullmatch(url)
        return f"http://{match[1]}.cloudfront.localhost:{self.port}/" if match else None

    def _get(self, endpoint: str, *, seconds: float = 30) -> Any:
        try:
            with urlopen(f"{self.url}/_emulator/{endpoint}", timeout=seconds) as answer:  # noqa: S310 (http)
                return json.load(answer)
        except OSError as error:
            raise EmulatorError(
                f"the emulator does not answer on port {self.port} ({error}): `make down`, then `make up`"
            ) from None
