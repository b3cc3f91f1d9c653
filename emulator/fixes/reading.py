"""Conditions and signatures are read once: stock ministack parses a query's condition anew for each item it looks at.

What a text says depends on the text alone. What an item holds and whether a token has expired is looked at every time.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emulator import ministack_internals as ministack

KEPT = 4096
"""Texts of each kind that are remembered."""

Verify = Callable[[str, dict[str, Any]], bool]
Tokenize = Callable[[str], list[tuple[str, str]]]


def apply() -> None:
    """Remember tokens and faults of expressions, and which signatures are genuine."""
    ministack.replace(ministack.CONDITION_FAULT, lru_cache(KEPT))
    ministack.replace(ministack.TOKENIZE, _copying)
    ministack.replace(ministack.VERIFY_SIGNATURE, verifying)


def _copying(tokenize: Tokenize) -> Tokenize:
    known = lru_cache(KEPT)(tokenize)
    return lambda text: known(text).copy()


def verifying(verify: Verify) -> Verify:
    """Return `verify`, asked once about each token and key."""
    known = lru_cache(KEPT)(lambda token, modulus, exponent: verify(token, {"n": modulus, "e": exponent}))
    return lambda token, key: known(token, key.get("n", ""), key.get("e", ""))
