"""Requests of an API wait for a free worker of their function, instead of starting one more each.

AWS gives each request that finds no free environment a new one. Here that is a process, which takes a second of a
processor to start: a burst would start dozens of them at once, and none would come up before its caller gives up.
"""

import asyncio
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

from emulator import ministack_internals as ministack

AT_ONCE = 2 * (os.cpu_count() or 1)
"""Requests of one function that run at the same time: more would only share the processors."""

Call = Callable[..., Awaitable[Any]]


def apply() -> None:
    """Let as many requests of an API into a function as this machine has use for."""
    ministack.replace(ministack.CALL_FROM_API, _queueing)


def _queueing(call: Call) -> Call:
    places: dict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(AT_ONCE))

    async def call_in_turn(
        function_ref: str, event: dict[str, Any], *, account_id: str | None = None, region: str | None = None
    ) -> Any:
        async with places[function_ref]:
            return await call(function_ref, event, account_id=account_id, region=region)

    return call_in_turn
