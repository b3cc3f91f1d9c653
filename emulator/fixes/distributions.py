"""Distributions: stock ministack refuses a bucket that asks for TLS, and dials no host of AWS, so no API behind one."""

import os
import re
from collections.abc import Callable
from typing import Any

from emulator import ministack_internals as ministack

_API = re.compile(r"[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com")


def apply() -> None:
    """Let CloudFront reach buckets as over TLS, and REST APIs at the emulator's own address."""
    ministack.replace(ministack.ORIGIN_MAY_READ, _over_tls)
    ministack.replace(ministack.ORIGIN_ADDRESS, _here)


def _over_tls(allows: Callable[..., bool]) -> Callable[..., bool]:
    def allows_over_tls(*arguments: Any) -> bool:
        origin = ministack.REQUEST_ORIGIN.get()
        before = origin.set((origin.get()[0], True))
        try:
            return allows(*arguments)
        finally:
            origin.reset(before)

    return allows_over_tls


def _here(address: Callable[..., tuple[str, int, bool]]) -> Callable[..., tuple[str, int, bool]]:
    def address_or_here(origin: dict[str, Any], viewer_is_https: bool) -> tuple[str, int, bool]:
        if _API.fullmatch(origin["domain_name"]):
            return "127.0.0.1", int(os.environ["GATEWAY_PORT"]), False
        return address(origin, viewer_is_https)

    return address_or_here
