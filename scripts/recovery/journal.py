"""A plan of named steps, and the file that remembers which of them are done: a crash costs one step at most."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class JournalError(Exception):
    """A state file that cannot be used; the message names it and says what to do."""


@dataclass(frozen=True)
class Step:
    """One step of a plan. Running it twice must do no harm: a crash may fall between the deed and its record."""

    name: str
    #: What it will do, for a person who reads the plan.
    does: str
    #: Given the journal, does it and returns what later steps and the report need.
    run: Callable[["Journal"], Mapping[str, Any] | None]


class Journal:
    """What was asked and which steps are done, in a file that is replaced as a whole."""

    def __init__(self, path: Path, *, asked: Mapping[str, Any]) -> None:
        """Open the journal at `path`, or begin one for what is `asked`.

        Raises:
            JournalError: the file is no journal, or of something else.
        """
        self.path = path
        self.asked = dict(asked)
        self.done: dict[str, dict[str, Any]] = {}
        if path.exists():
            self._read()

    def _read(self) -> None:
        try:
            kept = json.loads(self.path.read_text())
            asked, done = kept["asked"], kept["done"]
        except (ValueError, KeyError, TypeError) as error:
            raise JournalError(f"{self.path} is no state file of a restore ({error}): move it away") from None
        if asked != self.asked:
            different = sorted(key for key in {*asked, *self.asked} if asked.get(key) != self.asked.get(key))
            raise JournalError(
                f"{self.path} belongs to another run (different: {', '.join(different)}): "
                "give the same arguments to finish that one, or another --state for a new one"
            )
        self.done = done

    def result(self, step: str) -> dict[str, Any]:
        """Return what the step `step` said when it was done; empty before."""
        return self.done.get(step, {})

    def keep(self, step: str, result: Mapping[str, Any]) -> None:
        """Record that `step` is done, so that it holds even when the machine stops right after."""
        self.done[step] = dict(result)
        self.write()

    def mark(self, name: str) -> Any:
        """Return how far an unfinished step got; None where it did not begin."""
        return self.done.get("progress", {}).get(name)

    def set_mark(self, name: str, value: Any) -> None:
        """Remember how far an unfinished step got."""
        self.done.setdefault("progress", {})[name] = value
        self.write()

    def write(self) -> None:
        """Replace the file, durably."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_name(f"{self.path.name}.{os.getpid()}")
        with draft.open("w") as file:
            json.dump({"asked": self.asked, "done": self.done}, file, indent=2, default=str)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


def run(steps: Sequence[Step], journal: Journal, *, told: Callable[[Step, bool], Any] = lambda *_: None) -> None:
    """Do what is not done yet, in order; `told` hears of each step, and whether it was done before."""
    journal.write()
    for step in steps:
        known = step.name in journal.done
        told(step, known)
        if not known:
            journal.keep(step.name, step.run(journal) or {})
