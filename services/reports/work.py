"""The work itself, which knows nothing of queues and databases."""

import re

WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")


class UnreadableError(Exception):
    """A text without a word: no attempt will ever write a report on it."""


def report_on(text: str) -> tuple[int, str]:
    """Return how many words `text` has, and the first of its longest ones.

    Raises:
        UnreadableError: it has none.
    """
    words = WORD.findall(text)
    if not words:
        raise UnreadableError("the text has no word")
    return len(words), max(words, key=len)
