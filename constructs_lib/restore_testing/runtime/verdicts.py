"""What a look at a restored store can say: it is whole, it is not, or it cannot be seen yet."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import canaries

Client = Callable[[str], Any]


class NotWholeError(Exception):
    """What was restored is not what was backed up; the message says in what."""


class NotYetError(Exception):
    """What was restored cannot be looked at yet; the message says what is awaited."""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A store that is whole: when its canary was written, and when it could be used if not when it was restored."""

    written_at: datetime | None = None
    usable_at: datetime | None = None


def require(found: object, wanted: object, what: str) -> None:
    """Raise NotWholeError where `what` is not as wanted."""
    if found != wanted:
        raise NotWholeError(f"{what} is {found} instead of {wanted}")


def opened(name: str, canary: object) -> datetime:
    """Return when the canary of the store `name`, as JSON or a mapping, was written."""
    try:
        read: Any = json.loads(canary) if isinstance(canary, str | bytes) else canary
        return canaries.opened(read)
    except (ValueError, TypeError, KeyError) as error:
        raise NotWholeError(f"the canary of {name} is not what was written: {error}") from None
