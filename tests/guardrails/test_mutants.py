"""Every promise is broken on purpose, in several ways, and each time the promise meant for it notices."""

from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest

from infra.assembly import Assembly
from infra.guardrails import promises  # noqa: F401 - registers them
from infra.guardrails.context import Context
from infra.guardrails.lock import Lock
from infra.guardrails.policy import Policy
from infra.guardrails.registry import PROMISES
from tests.guardrails.mutants import MUTANTS
from tests.guardrails.mutation import Mutant, Platform

CASES = [(mutant, name) for mutant in MUTANTS for name in mutant.on]
Seen = frozenset[tuple[str, str, str]]
Finder = Callable[[Platform, Mutant, str], Seen]


@pytest.fixture(scope="session")
def find(platform: Callable[[str], Platform], policy: Callable[[str], Policy], lock: Callable[[str], Lock]) -> Finder:
    """Return a function that lists what a mutant's promise finds: where, in which property, the message."""

    def look(broken: Platform, mutant: Mutant, name: str) -> Seen:
        context = Context(assembly=Assembly(broken.sources), policy=policy(name), lock=lock(name))
        found = PROMISES[mutant.promise].check(context)
        return frozenset((f.where.construct_path, f.property, f.message) for f in found)

    @cache
    def untouched(promise: str, name: str) -> Seen:
        return look(platform(name), Mutant(promise, "", lambda _: None), name)

    def look_or_remember(broken: Platform, mutant: Mutant, name: str) -> Seen:
        return untouched(mutant.promise, name) if broken is platform(name) else look(broken, mutant, name)

    return look_or_remember


@pytest.mark.parametrize(("mutant", "name"), CASES, ids=lambda case: getattr(case, "name", case))
def test_a_broken_promise_is_noticed_by_the_promise_meant_for_it(
    mutant: Mutant, name: str, platform: Callable[[str], Platform], find: Finder
) -> None:
    kept = platform(name)
    if mutant.given:
        kept = kept.copied()
        mutant.given(kept)
    broken = kept.copied()
    mutant.step(broken)
    found = find(broken, mutant, name) - find(kept, mutant, name)
    assert found, f"{mutant.promise} did not notice: {mutant.name}"


def test_every_promise_is_broken_in_at_least_two_ways_on_prod() -> None:
    counts = Counter(mutant.promise for mutant, name in CASES if name == "prod")
    assert {promise: counts[promise] for promise in PROMISES if counts[promise] < 2} == {}
    assert counts.total() >= 120


def test_every_mutant_is_meant_for_a_promise_that_exists() -> None:
    assert {mutant.promise for mutant in MUTANTS} - set(PROMISES) == set()
