"""Blocking code on the event loop: it runs in a greenlet, which steps aside while it waits, so it needs no thread."""

import sys
from collections.abc import Awaitable, Callable
from contextvars import copy_context
from typing import Any

from greenlet import getcurrent, greenlet


class _Guest(greenlet):  # type: ignore[misc]
    """A blocking call whose waits the event loop does."""


async def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what `function` returns; other requests are served while it is in `wait`."""
    guest = _Guest(function)
    guest.gr_context = copy_context()
    step = guest.switch(*arguments)
    while not guest.dead:
        try:
            found = await step
        except BaseException:  # whatever it is, it belongs to the one that waits
            step = guest.throw(*sys.exc_info())
        else:
            step = guest.switch(found)
    return step


def inside() -> bool:
    """Whether this code may `wait`: it runs on the event loop, in `run`."""
    return isinstance(getcurrent(), _Guest)


def wait(awaitable: Awaitable[Any]) -> Any:
    """Return what `awaitable` gives."""
    return getcurrent().parent.switch(awaitable)
