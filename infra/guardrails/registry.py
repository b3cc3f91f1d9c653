"""What a promise is, and the list of all promises."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from infra.guardrails.context import Context
from infra.guardrails.finding import Finding

Check = Callable[[Context], Iterator[Finding]]


@dataclass(frozen=True)
class Promise:
    """A promise that the templates keep, and the function that looks for where they do not."""

    id: str
    sentence: str
    check: Check

    @property
    def family(self) -> str:
        """The first part of the id."""
        return self.id.partition(".")[0]


PROMISES: dict[str, Promise] = {}


def promise(promise_id: str, sentence: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of a promise; ids read FAMILY.NAME and never change."""

    def register(check: Check) -> Check:
        if promise_id in PROMISES:
            raise ValueError(f"a promise's id must be its own, got {promise_id} twice")
        PROMISES[promise_id] = Promise(promise_id, sentence, check)
        return check

    return register
