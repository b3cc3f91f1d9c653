"""What was decided, in words: something, or nothing because of something."""

from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["begun", "acted", "would act", "did nothing", "failed"]


class NothingError(Exception):
    """The reason to do nothing."""


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The answer to an event: recorded, and told to whoever listens."""

    outcome: Outcome
    reason: str
    event_id: str = ""
    alarm: str = ""
    remedy: str = ""
    resource: str = ""
    change: dict[str, Any] = field(default_factory=dict)
