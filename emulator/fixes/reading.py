"""Conditions and signatures are read once: stock ministack parses a query's condition anew for each item it looks at.

What a text says depends on the text alone. What an item holds and whether a token has expired is looked at every time.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from emulator import ministack_internals as ministack

KEPT = 4096
"""Texts of each kind that are remembered."""

_PLAIN = re.compile(r"(#?\w+) = (:\w+)(?: AND begins_with ?\((#?\w+), ?(:\w+)\))?")
"""The key condition of nearly every query."""

Attributes = dict[str, Any]
Evaluate = Callable[..., bool]
Verify = Callable[[str, dict[str, Any]], bool]
Tokenize = Callable[[str], list[tuple[str, str]]]


def apply() -> None:
    """Remember tokens and faults of expressions, and which signatures are genuine."""
    ministack.replace(ministack.CONDITION_FAULT, lru_cache(KEPT))
    ministack.replace(ministack.TOKENIZE, _copying)
    ministack.replace(ministack.EVALUATE, evaluating)
    ministack.replace(ministack.VERIFY_SIGNATURE, verifying)


def _copying(tokenize: Tokenize) -> Tokenize:
    known = lru_cache(KEPT)(tokenize)
    return lambda text: known(text).copy()


def evaluating(evaluate: Evaluate) -> Evaluate:
    """Return `evaluate`, which a query asks about each item of a partition, with a short way to plain answers."""
    plain = lru_cache(KEPT)(_PLAIN.fullmatch)

    def evaluate_quickly(
        text: str,
        item: dict[str, Any],
        values: dict[str, Any],
        names: dict[str, str],
        slot: str = "ConditionExpression",
    ) -> bool:
        if slot == "KeyConditionExpression" and (parts := plain(text)):
            partition, owner, sort, start = parts.groups()
            if values[owner] == item.get(names.get(partition, partition)):
                if sort is None:
                    return True
                sorted_by, begin = item.get(names.get(sort, sort), {}), values[start]
                if "S" in sorted_by and "S" in begin:
                    return bool(sorted_by["S"].startswith(begin["S"]))
        return evaluate(text, item, values, names, slot)

    return evaluate_quickly


def verifying(verify: Verify) -> Verify:
    """Return `verify`, asked once about each token and key."""
    known = lru_cache(KEPT)(lambda token, modulus, exponent: verify(token, {"n": modulus, "e": exponent}))
    return lambda token, key: known(token, key.get("n", ""), key.get("e", ""))
