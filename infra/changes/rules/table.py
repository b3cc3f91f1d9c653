"""Rules that are rows of a table: a property of a type, how it must not change, and how bad it is if it does."""

import re
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import takewhile, zip_longest
from typing import Any, NamedTuple

from infra.assembly import Resource
from infra.changes.model import MAYBE, Difference, Reason, Severity
from infra.changes.stateful import is_stateful
from infra.changes.world import World

_WIDTH = 60
#: A parameter without a value, in canonical form.
_OPEN = re.compile(r"\$\{\w+\}")
#: So many items of a list are told.
_ITEMS = 4
FOREVER = float("inf")
Test = Callable[[Any, Any], bool]


class Row(NamedTuple):
    """`path` is dotted by slashes; `*` stands for any key or place, also within a name or a type."""

    type: str
    path: str
    test: Test
    text: str
    severity: Severity
    #: Where the resource is stateful, how bad it is there.
    stateful: Severity | None = None
    #: Whether it also counts for a resource that is new.
    new: bool = False


def apply(world: World, rows: Sequence[Row]) -> None:
    """Add a reason for every row that a change breaks."""
    chosen: dict[str, list[Row]] = {}
    for before, after, differences in world.differing:
        if after.type not in chosen:
            chosen[after.type] = [row for row in rows if fnmatchcase(after.type, row.type)]
        for row in chosen[after.type]:
            if before is not None or row.new:
                for difference in differences:
                    _check(world, row, after, difference)


def _check(world: World, row: Row, resource: Resource, difference: Difference) -> None:
    for before, after in _values(row.path.split("/"), difference):
        if row.test(before, after):
            severity = row.stateful if row.stateful is not None and is_stateful(resource) else row.severity
            shown = f"{difference.name}: {told(world, before, after)}"
            known = f"{MAYBE} " if _OPEN.fullmatch(str(after)) else ""
            world.note(resource, Reason(severity, f"{known}{row.text} ({shown})."), difference.name)
            return


def _values(pattern: list[str], difference: Difference) -> Iterator[tuple[Any, Any]]:
    """The values before and after at the pattern, where the difference lies at it, or above it."""
    path = difference.path
    if len(path) > len(pattern) or not all(map(fnmatchcase, path, pattern)):
        return
    rest = pattern[len(path) :]
    if not rest:
        yield difference.before, difference.after
    elif difference.after is not None or pattern[len(path) - 1] != "*":
        before, after = _without_what_stays(difference.before, difference.after)
        yield from zip_longest(_at(before, rest), _at(after, rest))


def _without_what_stays(before: Any, after: Any) -> tuple[Any, Any]:
    """Both values; of two lists only the items that the other has not."""
    if not isinstance(before, list) or not isinstance(after, list):
        return before, after
    return [item for item in before if item not in after], [item for item in after if item not in before]


def _at(value: Any, rest: list[str]) -> list[Any]:
    here = [value]
    for part in rest:
        below: list[Any] = []
        for item in here:
            if isinstance(item, dict):
                below += [item[key] for key in item if fnmatchcase(key, part)]
            elif isinstance(item, list) and part == "*":
                below += item
        here = below
    return here


def told(world: World, before: Any, after: Any) -> str:
    """What differs between two values: of lists the items that go and come, of long texts the part that is another."""
    lists = [value for value in (before, after) if isinstance(value, list)]
    if lists and all(value is None or value in lists for value in (before, after)):
        old, new = before or [], after or []
        went, came_in = ([item for item in one if item not in two] for one, two in ((old, new), (new, old)))
        if len(went) == len(came_in) == 1:
            before, after = went[0], came_in[0]  # one that is another now
        elif went or came_in:
            sides = (("without", went), ("with", came_in))
            return ", ".join(f"{word} {_listed(world, items)}" for word, items in sides if items)
    one, two = (
        "nothing" if value in (None, [], {}) else world.readable(str(value)) or "nothing" for value in (before, after)
    )
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    same = alike if min(len(one), len(two)) > _WIDTH else 0
    return f"{_from(one, same)} becomes {_from(two, same)}"


def _listed(world: World, items: Sequence[Any]) -> str:
    shown = [_middle(world.readable(str(item))) for item in items]
    more = len(shown) - _ITEMS
    return ", ".join(shown[:_ITEMS]) + (f" and {more} more" if more > 0 else "")


def _from(text: str, same: int) -> str:
    """A text from shortly before the place where it begins to differ, no longer than fits."""
    start = max(0, same - _WIDTH // 4)
    return ("..." if start else "") + _middle(text[start:])


def _middle(text: str) -> str:
    """A text without its middle where it is long."""
    half = _WIDTH // 2
    return text if len(text) <= _WIDTH else f"{text[:half]}...{text[-half:]}"


def _on(value: Any) -> bool:
    return str(value).lower() in ("true", "1", "enabled", "active", "on", "yes")


def off(before: Any, after: Any) -> bool:
    """A flag was on and is not any more."""
    return _on(before) and not _on(after)


def on(before: Any, after: Any) -> bool:
    """A flag was not on, and now is."""
    return _on(after) and not _on(before)


def gone(before: Any, after: Any) -> bool:
    """Something was there, and is not any more."""
    return before not in (None, [], {}, "") and after in (None, [], {}, "")


def came(before: Any, after: Any) -> bool:
    """Something is there that was not before."""
    return gone(after, before)


def dropped(before: Any, after: Any) -> bool:
    """Something was there, be it empty, and is not any more."""
    return before is not None and after is None


def appeared(before: Any, after: Any) -> bool:
    """Something is there, be it empty, that was not before."""
    return dropped(after, before)


def other(before: Any, after: Any) -> bool:
    """Something was there, and is another thing now."""
    return before is not None and before != after


def less(default: float) -> Test:
    """A number sinks; `default` is what counts where none is given."""

    def test(before: Any, after: Any) -> bool:
        old, new = _number(before, default), _number(after, default)
        return old is not None and new is not None and new < old

    return test


def more(default: float) -> Test:
    """A number rises; `default` is what counts where none is given."""

    def test(before: Any, after: Any) -> bool:
        return less(default)(after, before)

    return test


def swapped(before: Any, after: Any) -> bool:
    """Something was there, and something else is there now."""
    return before is not None and after is not None and before != after


def leaves(*good: str) -> Test:
    """The value was among the good ones, and is not any more."""

    def test(before: Any, after: Any) -> bool:
        return str(before) in good and str(after) not in good

    return test


def becomes(*bad: str) -> Test:
    """The value is among the bad ones, and was not before."""

    def test(before: Any, after: Any) -> bool:
        return str(after) in bad and str(before) not in bad

    return test


def to_managed(before: Any, after: Any) -> bool:
    """A key of the account gives way to one that AWS manages."""
    return before is not None and "alias/aws/" in str(after) and "alias/aws/" not in str(before)


def shrinks(before: Any, after: Any) -> bool:
    """A list, or a text of words, lost something that it had."""
    return bool(_items(before) - _items(after))


def grows(before: Any, after: Any) -> bool:
    """A list got something that it had not."""
    return bool(_items(after) - _items(before))


def _items(value: Any) -> set[str]:
    if isinstance(value, list):
        return {str(item) for item in value}
    return set() if value is None else {str(value)}


def _number(value: Any, default: float) -> float | None:
    if value is None:
        return default
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def version_down(before: Any, after: Any) -> bool:
    """A dotted version number sinks."""
    old, new = _version(before), _version(after)
    shared = min(len(old), len(new))
    return bool(shared) and new[:shared] < old[:shared]


def major_up(before: Any, after: Any) -> bool:
    """The first number of a version rises."""
    old, new = _version(before), _version(after)
    return bool(old) and bool(new) and new[0] > old[0]


def _version(value: Any) -> tuple[int, ...]:
    parts = str(value).removeprefix("OpenSearch_").removeprefix("Elasticsearch_").split(".")
    numbers = []
    for part in parts:
        if not part.isdigit():
            break
        numbers.append(int(part))
    return tuple(numbers)
