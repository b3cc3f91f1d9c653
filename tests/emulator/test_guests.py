"""Blocking code on the event loop."""

import asyncio
from contextvars import ContextVar

import pytest

from emulator import guests

caller: ContextVar[str] = ContextVar("caller", default="nobody")


def test_guests_wait_for_each_other_on_one_event_loop() -> None:
    async def both() -> list[str]:
        doors = [asyncio.Event(), asyncio.Event()]

        def guest(number: int) -> str:
            doors[number].set()
            guests.wait(asyncio.wait_for(doors[1 - number].wait(), 5))
            return f"{number} met"

        return await asyncio.gather(guests.run(guest, 0), guests.run(guest, 1))

    assert asyncio.run(both()) == ["0 met", "1 met"]
    assert not guests.inside()


def test_a_guest_keeps_its_callers_context_and_leaves_none() -> None:
    def guest(name: str) -> str:
        caller.set(name)
        guests.wait(asyncio.sleep(0))
        assert guests.inside()
        return caller.get()

    async def two() -> list[str]:
        caller.set("somebody")
        return [*await asyncio.gather(guests.run(guest, "a"), guests.run(guest, "b")), caller.get()]

    assert asyncio.run(two()) == ["a", "b", "somebody"]


def test_what_fails_while_a_guest_waits_fails_in_the_guest() -> None:
    seen = []

    def guest() -> None:
        try:
            guests.wait(asyncio.sleep(60))
        except asyncio.CancelledError:
            seen.append("cancelled")
            raise

    async def impatient() -> None:
        await asyncio.wait_for(guests.run(guest), 0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert seen == ["cancelled"]
    with pytest.raises(ZeroDivisionError):
        asyncio.run(guests.run(lambda: guests.wait(asyncio.sleep(0)) or 1 / 0))
