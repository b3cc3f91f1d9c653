"""Ids of to-do items: unguessable, and in the order of their making."""

import re
import secrets
import time

_ID = re.compile(r"[0-9a-f]{32}")


def new_id() -> str:
    """Return an id that sorts after all earlier ones: nanoseconds since 1970, then 64 random bits, in hex."""
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def is_id(text: str) -> bool:
    """Whether `text` could be an id; nothing else ever reaches the table."""
    return _ID.fullmatch(text) is not None
