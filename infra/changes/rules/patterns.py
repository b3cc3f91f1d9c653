"""Whether one pattern, condition or principal of a policy includes another."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from infra.guardrails.addresses import inside, parse

#: Operators whose values widen what is let through, and those whose values narrow it.
_NEGATIVE = ("Not",)


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (".*" if char == "*" else "." if char == "?" else re.escape(char) for char in pattern)
    return re.compile("".join(parts), re.DOTALL)


def includes(outer: str, inner: str) -> bool:
    """Whether everything that `inner` (maybe a pattern itself) matches is matched by `outer`."""
    if outer in ("*", inner):
        return True
    return "*" in outer + "?" * ("?" in outer) and _compiled(outer).fullmatch(inner) is not None


class Selector(NamedTuple):
    """The actions, or the resources, of a statement: these, or all but these."""

    patterns: tuple[str, ...]
    negated: bool = False

    def covers(self, other: "Selector") -> bool:
        """Whether `other` selects nothing that this one does not."""
        if not self.negated and not other.negated:
            return all(any(includes(outer, inner) for outer in self.patterns) for inner in other.patterns)
        if self.negated and other.negated:
            return all(any(includes(inner, outer) for inner in other.patterns) for outer in self.patterns)
        if other.negated:
            return "*" in self.patterns
        return not any(includes(a, b) or includes(b, a) for a in self.patterns for b in other.patterns)


def principal_covers(outer: str, inner: str, *, delegated: bool) -> bool:
    """Whether whoever `inner` names is among those whom `outer` names; both read `Kind:value`.

    A whole account is a delegation: its own policies decide who in it may. `delegated` counts all of them as named.
    """
    if outer in ("*:*", inner):
        return True
    kind, _, value = outer.partition(":")
    inner_kind, _, inner_value = inner.partition(":")
    if kind == "AWS" and value == "*":
        return inner_kind in ("AWS", "*")
    if delegated and kind == "AWS" and inner_kind == "AWS" and (account := account_of(value)):
        return (
            account_of(inner_value) == account
            or f"::{account}:" in inner_value
            or inner_value.startswith(f"${{{account}/")
        )
    return False


def account_of(value: str) -> str:
    """The account that a principal names as a whole; empty where it names less."""
    if value.isdigit():
        return value
    found = re.fullmatch(r"arn:[^:]*:iam::(.+):root", value)
    return found.group(1) if found else ""


Conditions = dict[tuple[str, str], tuple[str, ...]]


def narrowed_by(old: Conditions, new: Conditions) -> bool:
    """Whether everything that passes the conditions `new` passes `old` as well."""
    return all(key in new and _implies(key[0], new[key], values) for key, values in old.items())


def _implies(operator: str, new: Sequence[str], old: Sequence[str]) -> bool:
    if set(new) == set(old):
        return True
    plain = operator.rpartition(":")[2].removesuffix("IfExists")
    if any(word in plain for word in _NEGATIVE):
        return set(old) <= set(new)
    if plain == "IpAddress":
        return all(any(_in_range(value, outer) for outer in old) for value in new)
    if plain in ("StringLike", "ArnLike", "ArnEquals"):
        return all(any(includes(outer, value) for outer in old) for value in new)
    if plain.startswith(("Numeric", "Date")):
        return False
    return set(new) <= set(old)


def _in_range(value: Any, outer: Any) -> bool:
    small, large = parse(value), parse(outer)
    return small is not None and large is not None and inside(small, large)
